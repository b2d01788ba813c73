import { createAvatarSession } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { simulate } from '../src/index';

test('what a cut held back and what is said after it stay within the budget together (real: session, memory network)', async () => {
  const sim = simulate({ policy: 'agora' });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());
  const held = session.send('x'.repeat(600));
  sim.network.cut();
  await sim.advance(4_000);
  const after = session.send('y'.repeat(20_000));
  sim.network.resume();
  await sim.run(Promise.all([held, after]));
  await sim.advance(5_000);
  expect(sim.network.violations).toEqual([]);
  expect(sim.avatar.heard.messages.map(({ text }) => text.length)).toEqual([600, 20_000]);
  await sim.run(session.close());
  sim.close();
});
