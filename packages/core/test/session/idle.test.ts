import { expect, test } from 'vitest';
import { served } from '../support/scripted-service';
import { stage } from '../support/stage';

const MINUTE = 60_000;
const speech = (speaking: boolean) => [{ kind: 'speech', speaking }];

test('after idleMs of the service without a word the session ends as idle, and the paid session is closed', async () => {
  const { session, live, clock, closed } = served({ idleMs: 5 * MINUTE });
  await live();
  await clock.advance(5 * MINUTE - 1);
  expect(session.getSnapshot().state).toBe('live');
  await clock.advance(1);
  expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'idle' } });
  expect(closed).toMatchObject([{ reason: 'idle', keepalive: false }]);
  expect(clock.pendingTimers).toBe(0);
});

test.each([
  ['timeouts.idleMs counts before the service’s own', MINUTE, MINUTE],
  ['without either it never ends by itself', undefined, undefined],
  ['Infinity switches it off', Infinity, undefined],
])('%s', async (_name, idleMs, endsAfter) => {
  const { session, live, clock } = served(
    idleMs === undefined ? {} : { idleMs: 5 * MINUTE },
    idleMs === undefined ? {} : { timeouts: { idleMs } },
  );
  await live();
  await clock.advance(endsAfter ?? 100 * MINUTE);
  expect(session.getSnapshot().closed?.reason).toBe(endsAfter && 'idle');
  expect(clock.pendingTimers).toBe(0);
});

test('a session that is closed before leaves no timer', async () => {
  const { session, live, clock } = served({ idleMs: MINUTE });
  await live();
  expect(clock.pendingTimers).toBe(1);
  await session.close();
  expect(clock.pendingTimers).toBe(0);
});

test('a word of either side begins the count anew', async () => {
  const { session, live, clock, says, dialogue } = served({ idleMs: MINUTE, can: { setAction: true } });
  await live();
  const words = [
    () => void session.speak('Hello'),
    () => void session.setAction({ gesture: 'nod' }),
    () => says([{ kind: 'unrecognised', problem: 'what?', raw: 1 }]),
    () => dialogue().host.receive({ kind: 'speech', speaking: true }),
    () => dialogue().host.receive({ kind: 'speech', speaking: false }),
  ];
  for (const word of words) {
    await clock.advance(MINUTE - 1);
    word();
  }
  await clock.advance(MINUTE - 1);
  expect(session.getSnapshot().state).toBe('live');
  await clock.advance(1);
  expect(session.getSnapshot().closed?.reason).toBe('idle');
});

test('it is not idle while the avatar speaks', async () => {
  const { session, live, clock, says } = served({ idleMs: MINUTE });
  await live();
  says(speech(true));
  await clock.advance(10 * MINUTE);
  expect(session.getSnapshot().state).toBe('live');
  says(speech(false));
  await clock.advance(MINUTE);
  expect(session.getSnapshot().closed?.reason).toBe('idle');
});

test('a speech whose end was lost keeps it for twenty minutes at most', async () => {
  const { session, live, clock, says } = served({ idleMs: MINUTE });
  await live();
  says(speech(true));
  await clock.advance(20 * MINUTE - 1);
  expect(session.getSnapshot().state).toBe('live');
  await clock.advance(1);
  expect(session.getSnapshot().closed?.reason).toBe('idle');
});

test('once a long speech has ended it is idle when idleMs is over, not later', async () => {
  const { session, live, clock, says } = served({ idleMs: 5 * MINUTE });
  await live();
  says(speech(true));
  await clock.advance(6 * MINUTE);
  says(speech(false));
  await clock.advance(5 * MINUTE - 1);
  expect(session.getSnapshot().state).toBe('live');
  await clock.advance(1);
  expect(session.getSnapshot().closed?.reason).toBe('idle');
});

test('a packet that says nothing is no word', async () => {
  const { session, live, clock, says } = served({ idleMs: 5 * MINUTE });
  await live();
  for (let minute = 0; minute < 5; minute += 1) {
    await clock.advance(MINUTE);
    says([]);
  }
  expect(session.getSnapshot().closed?.reason).toBe('idle');
});

test('nor while a text is under way', async () => {
  let release = () => {};
  const { session, live, clock } = served({
    idleMs: MINUTE,
    before: () => new Promise<void>((resolve) => (release = resolve)),
  });
  await live();
  const asking = session.ask('Why?');
  await clock.advance(3 * MINUTE);
  expect(session.getSnapshot().state).toBe('live');
  release();
  await asking;
  await clock.advance(MINUTE);
  expect(session.getSnapshot().closed?.reason).toBe('idle');
});

test('protocol v2 is never idle by itself, and may be told to be', async () => {
  const forgotten = stage();
  await forgotten.live();
  await forgotten.clock.advance(60 * MINUTE);
  expect(forgotten.session.getSnapshot().state).toBe('live');
  const bounded = stage({ timeouts: { idleMs: MINUTE } });
  await bounded.live();
  await bounded.clock.advance(MINUTE);
  expect(bounded.session.getSnapshot().closed?.reason).toBe('idle');
});

test.each([0, -1, Number.NaN, '60000'])('timeouts.idleMs of %o is refused', (idleMs) => {
  expect(() => stage({ timeouts: { idleMs: idleMs as number } })).toThrow(
    expect.objectContaining({
      code: 'invalid-argument',
      message: expect.stringContaining('timeouts.idleMs'),
    }),
  );
});
