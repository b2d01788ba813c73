import { createAvatarSession } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { simulate } from '../src/index';

test('try', async () => {
  const sim = simulate({ policy: 'agora', reply: () => 'Hello there, how nice to meet you today, dear visitor of ours.' });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());
  expect(session.getSnapshot().state).toBe('live');
  const d = await sim.run(session.ask('What? '.repeat(2000)));
  expect(d.status).toBe('sent');
  await sim.advance(10_000);
  console.log(session.getSnapshot().messages.map(m => [m.author, m.text.length, m.complete, m.delivery?.state]), sim.avatar.heard.messages.length, sim.avatar.heard.violations, sim.network.violations, sim.clock.now());
  await sim.run(session.close());
  console.log(sim.service, sim.service.costSeconds, (sim.clock as any).scheduled, session.getSnapshot().closed);
});
