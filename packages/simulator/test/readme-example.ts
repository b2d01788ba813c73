// The example of the README, run by readme.test.ts.
import assert from 'node:assert/strict';
// begin
import { createAvatarSession } from '@avatarwire/core';
import { simulate } from '@avatarwire/simulator';

export async function aLongQuestionArrivesWhole(): Promise<void> {
  const sim = simulate({ policy: 'agora', reply: (text) => `You asked ${text.length} letters.` });
  const session = createAvatarSession(sim.options);

  await sim.run(session.connect());
  await sim.run(session.ask('Why? '.repeat(3_000))); // 15,000 letters, two seconds at the pace that Agora allows
  await sim.advance(2_000); // the avatar thinks and answers

  assert.equal(sim.avatar.heard.messages[0]?.text.length, 15_000);
  assert.deepEqual(sim.network.violations, []); // never more than 30 packets and 6,144 bytes in any second
  assert.equal(session.getSnapshot().messages.at(-1)?.text, 'You asked 15000 letters.');

  sim.network.cut(); // the link is gone; it comes back with losses, or sim.network.resume() without
  await sim.advance(2_000);
  assert.equal(session.getSnapshot().state, 'reconnecting');
  sim.network.lossyReconnect();

  await sim.run(session.close());
  assert.equal(sim.service.open, 0); // nobody pays for a forgotten session
}
// end
