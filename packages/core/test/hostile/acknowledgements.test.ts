/** Acknowledgements that nobody owed, said twice, or said by somebody else. */

import { expect, test } from 'vitest';
import { stage } from '../support/stage';

const ack = (mid: string | undefined, cmd: string, code: number | string = 1000, msg: unknown = '') => ({
  v: 2,
  type: 'command',
  ...(mid !== undefined && { mid }),
  pld: { cmd, code, msg },
});

test('for commands never sent, and of another session, they change nothing', async () => {
  const { session, live, says, frames } = stage();
  await live();
  const before = session.getSnapshot();
  for (const cmd of ['interrupt', 'set-params', 'set-action'])
    for (const mid of ['never', 'm1', 'm99', '__proto__', undefined]) says(ack(mid, cmd));
  says({ ...ack('never', 'set-params'), pld: { cmd: 'set-params', code: 1000, data: { mode: 2 } } });
  expect(session.getSnapshot()).toBe(before);
  expect(frames()).toEqual([]);
});

test('one counts for its own command only: not under another name, nor from anybody else', async () => {
  const { session, live, says, clock, frames } = stage();
  await live();
  let settled: unknown;
  const set = session.setParams({ language: 'en' }).then(
    () => (settled = 'set'),
    (error: { code: string }) => (settled = error.code),
  );
  await clock.advance(0);
  const mid = frames('command')[0]?.mid;
  says(ack(mid, 'interrupt'));
  says(ack(mid, 'set-action'));
  says(ack(mid, 'set-params'), 'stranger');
  says(ack(mid, 'set-params', 'no number'));
  await clock.advance(1_000);
  expect(settled).toBeUndefined();
  says(ack(mid, 'set-params'));
  await set;
  expect(settled).toBe('set');
});

test('the first answer counts: what is said after it, with whatever code, is nothing', async () => {
  const { session, live, says, clock, frames } = stage();
  await live();
  const set = session.setParams({ language: 'en' });
  await clock.advance(0);
  const mid = frames('command')[0]?.mid;
  says(ack(mid, 'set-params'));
  await set;
  const before = session.getSnapshot();
  for (const code of [1003, 1000, 1219]) says(ack(mid, 'set-params', code));
  expect(session.getSnapshot()).toBe(before);
  expect(before.params).toEqual({ language: 'en' });
});

test('without an id one is worth nothing where it could mean two commands', async () => {
  const { session, live, says, clock } = stage();
  await live();
  const settled: unknown[] = [];
  for (const gesture of ['nod', 'shake'] as const)
    void session.setAction({ gesture }).then(({ acknowledged }) => settled.push(acknowledged));
  await clock.advance(0);
  says(ack(undefined, 'set-action'));
  await clock.advance(2_000);
  expect(settled).toEqual([false, false]);
});

test('the words of a refusal are cut before they stand in an error', async () => {
  const { session, live, says, clock, frames } = stage();
  await live();
  const refused = session.setParams({ language: 'en' }).catch((error: unknown) => error);
  await clock.advance(0);
  says(ack(frames('command')[0]?.mid, 'set-params', 1003, 'x'.repeat(200_000)));
  const error = await refused;
  expect(error).toMatchObject({ code: 'command-refused', serviceCode: 1003 });
  expect((error as Error).message.length).toBeLessThan(400);
});
