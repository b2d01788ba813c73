import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { SessionSnapshot } from '../../src/session/session-types';
import { served } from '../support/scripted-service';
import { type StageOptions, stage } from '../support/stage';

const MINUTE = 60_000;
const NOTICE = 30_000;
const speech = (speaking: boolean) => [{ kind: 'speech', speaking }];

async function talking(options: StageOptions = {}) {
  const given = served({ idleMs: 5 * MINUTE }, options);
  const idling: number[] = [];
  given.session.on('idling', ({ inMs }) => idling.push(inMs));
  await given.live();
  const look = () => given.session.getSnapshot();
  return { ...given, idling, look };
}

describe('idleEndsAt', () => {
  test('is when silence ends it, on the wall clock, from live on and until the end begins', async () => {
    const { session, look, clock } = await talking();
    const at = clock.wallNow() + 5 * MINUTE;
    expect(look().idleEndsAt).toBe(at);
    await clock.advance(MINUTE);
    expect(look().idleEndsAt).toBe(at);
    void session.close();
    expect(look()).not.toHaveProperty('idleEndsAt');
    await session.close();
    expect(look()).not.toHaveProperty('idleEndsAt');
  });

  test('is absent where silence never ends it', async () => {
    const { session, live } = stage();
    expect(session.getSnapshot()).not.toHaveProperty('idleEndsAt');
    await live();
    expect(session.getSnapshot()).not.toHaveProperty('idleEndsAt');
  });

  test('is absent while the avatar speaks, and counts from its last word', async () => {
    const { look, clock, says } = await talking();
    await clock.advance(MINUTE);
    says(speech(true));
    expect(look()).not.toHaveProperty('idleEndsAt');
    await clock.advance(MINUTE);
    says(speech(false));
    expect(look().idleEndsAt).toBe(clock.wallNow() + 5 * MINUTE);
  });

  test('is absent while a text is on its way, and counts from its leaving', async () => {
    let release = () => {};
    const { session, live, clock } = served({
      idleMs: 5 * MINUTE,
      before: () => new Promise<void>((resolve) => (release = resolve)),
    });
    await live();
    const asking = session.ask('Why?');
    expect(session.getSnapshot()).not.toHaveProperty('idleEndsAt');
    await clock.advance(2 * MINUTE);
    expect(session.getSnapshot()).not.toHaveProperty('idleEndsAt');
    release();
    await asking;
    expect(session.getSnapshot().idleEndsAt).toBe(clock.wallNow() + 5 * MINUTE);
  });

  test('moves in steps of a second: words that come faster make no snapshot of it', async () => {
    const { session, look, clock, dialogue } = await talking();
    const ends = new Set<number | undefined>();
    session.subscribe(() => ends.add(look().idleEndsAt));
    const word = () =>
      dialogue().host.receive({ kind: 'unrecognised', problem: 'says nothing', raw: undefined });
    for (let i = 0; i < 100; i++) {
      word();
      await clock.advance(100);
    }
    expect(ends.size).toBe(9);
    const { idleEndsAt = 0 } = look();
    const truth = clock.wallNow() - 100 + 5 * MINUTE;
    expect(truth - idleEndsAt).toBeGreaterThanOrEqual(0);
    expect(truth - idleEndsAt).toBeLessThan(1_000);
  });
});

describe('silence is warned of', () => {
  test('by an event and by `ending`, 30 s before it ends the session', async () => {
    const { look, clock, idling } = await talking();
    await clock.advance(5 * MINUTE - NOTICE - 1);
    expect(look()).not.toHaveProperty('ending');
    expect(idling).toEqual([]);
    await clock.advance(1);
    expect(idling).toEqual([NOTICE]);
    expect(look().ending).toEqual({ reason: 'idle', at: clock.wallNow() + NOTICE });
    expect(look().idleEndsAt).toBe(look().ending?.at);
    await clock.advance(NOTICE - 1);
    expect(look().state).toBe('live');
    await clock.advance(1);
    expect(look()).toMatchObject({ state: 'closed', closed: { reason: 'idle' } });
    expect(look()).not.toHaveProperty('ending');
    expect(idling).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  const averts: readonly [string, (talk: Awaited<ReturnType<typeof talking>>) => void][] = [
    ['keepOpen()', ({ session }) => session.keepOpen()],
    ['a text of ours', ({ session }) => void session.speak('Still here.')],
    ['a word of the avatar', ({ says }) => says([{ kind: 'unrecognised', problem: '?', raw: 1 }])],
    ['the avatar’s voice', ({ says }) => says(speech(true))],
  ];
  test.each(averts)('%s averts it, and the next silence is warned of anew', async (_name, avert) => {
    const talk = await talking();
    const { look, clock, says, idling } = talk;
    await clock.advance(5 * MINUTE - 1_000);
    expect(look().ending?.reason).toBe('idle');
    const snapshots: SessionSnapshot[] = [];
    talk.session.subscribe(() => snapshots.push(look()));
    avert(talk);
    expect(look()).not.toHaveProperty('ending');
    await clock.advance(1);
    says(speech(false));
    await clock.advance(5 * MINUTE - NOTICE);
    expect(idling).toEqual([NOTICE, NOTICE]);
    const warned = snapshots.map(({ ending }) => ending !== undefined);
    const begins = warned.filter((now, index) => now && warned[index - 1] === false);
    expect(begins).toHaveLength(1);
  });

  test.each([
    ['at half the time where that is shorter', 40_000, {}, 20_000],
    ['when timeouts.idlingNoticeMs says', 5 * MINUTE, { idlingNoticeMs: MINUTE }, MINUTE],
  ])('%s', async (_name, idleMs, timeouts, notice) => {
    const { idling, clock } = await talking({ timeouts: { idleMs, ...timeouts } });
    await clock.advance(idleMs - notice - 1);
    expect(idling).toEqual([]);
    await clock.advance(1);
    expect(idling).toEqual([notice]);
  });

  test('also when the sign that ends a speech was lost', async () => {
    const { look, says, clock, idling } = await talking();
    says(speech(true));
    await clock.advance(20 * MINUTE - NOTICE);
    expect(idling).toEqual([NOTICE]);
    expect(look()).toMatchObject({
      idleEndsAt: clock.wallNow() + NOTICE,
      ending: { reason: 'idle', at: clock.wallNow() + NOTICE },
    });
    await clock.advance(NOTICE);
    expect(look().closed?.reason).toBe('idle');
  });

  test('a listener of idling that closes leaves no timer', async () => {
    const { session, clock, look } = await talking();
    session.on('idling', () => void session.close());
    await clock.advance(5 * MINUTE - NOTICE);
    expect(look().closed?.reason).toBe('requested');
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([0, -1, Number.NaN, '1'])('timeouts.idlingNoticeMs of %o is refused', (idlingNoticeMs) => {
    expect(() => stage({ timeouts: { idlingNoticeMs: idlingNoticeMs as number } })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('timeouts.idlingNoticeMs') }),
    );
  });
});

test('a machine that slept past the silence finds the session idle within 10 s', async () => {
  const { clock, look, idling } = await talking();
  await clock.advance(MINUTE);
  clock.stepWall(5 * MINUTE);
  await clock.advance(10_000);
  expect(look().closed?.reason).toBe('idle');
  expect(idling).toEqual([]);
});

test('and at once when its page is shown again', async () => {
  const page = new EventTarget();
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', new EventTarget());
  onTestFinished(() => void vi.unstubAllGlobals());
  const { clock, look } = await talking();
  clock.stepWall(4.75 * MINUTE);
  page.dispatchEvent(new Event('pageshow'));
  expect(look().ending).toEqual({ reason: 'idle', at: clock.wallNow() + 0.25 * MINUTE });
  clock.stepWall(MINUTE);
  page.dispatchEvent(new Event('pageshow'));
  await clock.advance(0);
  expect(look().closed?.reason).toBe('idle');
});

test('a change of the snapshot that comes before the timer, on waking, warns of no end that is past', async () => {
  const { clock, look, idling, transport } = await talking();
  clock.stepWall(5 * MINUTE + 1);
  transport().emit('quality', { up: 'good', down: 'good' });
  expect(idling).toEqual([]);
  expect(look()).not.toHaveProperty('ending');
  await clock.advance(10_000);
  expect(look().closed?.reason).toBe('idle');
});

test('a clock that is set back moves what is told with it, and the end stays where it was', async () => {
  const { clock, look } = await talking();
  clock.stepWall(-60 * MINUTE);
  await clock.advance(5 * MINUTE - NOTICE);
  expect(look().ending).toEqual({ reason: 'idle', at: clock.wallNow() + NOTICE });
  await clock.advance(NOTICE);
  expect(look().closed?.reason).toBe('idle');
});

describe('a speech longer than idleMs that ends without its sign', () => {
  const cuts: readonly [string, (talk: Awaited<ReturnType<typeof talking>>) => Promise<void>][] = [
    [
      'because the avatar left for a moment',
      async ({ transport, clock }) => {
        transport().emit('participant-left', { id: 'avatar' });
        await clock.advance(1_000);
        transport().emit('participant-joined', { id: 'avatar' });
      },
    ],
    [
      'because the connection was lost and joined anew',
      async ({ transport, clock }) => {
        transport().emit('closed', { reason: 'network-lost' });
        await clock.advance(0);
        transport().emit('participant-joined', { id: 'avatar' });
      },
    ],
  ];
  test.each(cuts)('%s, was a word until then', async (_name, cut) => {
    const talk = await talking();
    const { clock, says, look, idling } = talk;
    says(speech(true));
    await clock.advance(8 * MINUTE);
    const cutAt = clock.wallNow();
    await cut(talk);
    expect(look().idleEndsAt).toBe(cutAt + 5 * MINUTE);
    await clock.advance(MINUTE);
    expect(idling).toEqual([]);
    expect(look().state).toBe('live');
  });
});

test('a text that failed after a long wait was a word until then', async () => {
  let refuse = (_error: Error) => {};
  const before = () => new Promise<void>((_resolve, reject) => (refuse = reject));
  const { session, live, clock } = served({ idleMs: MINUTE, before });
  await live();
  const asking = session.ask('Why?');
  await clock.advance(3 * MINUTE + 5_000);
  refuse(new Error('no'));
  await expect(asking).rejects.toThrow();
  expect(session.getSnapshot().idleEndsAt).toBe(clock.wallNow() + MINUTE);
});

test('whoever averts the end on seeing it in the snapshot hears no warning of it', async () => {
  const { session, look, clock, idling } = await talking();
  session.subscribe(() => look().ending && session.keepOpen());
  await clock.advance(5 * MINUTE - NOTICE);
  expect(look()).not.toHaveProperty('ending');
  expect(idling).toEqual([]);
});

test('a session closed by whoever sees its first idleEndsAt leaves nothing behind', async () => {
  const { session, clock, transport, closed } = stage({ timeouts: { idleMs: MINUTE } });
  session.subscribe(() => session.getSnapshot().idleEndsAt && void session.close());
  const connecting = session.connect();
  connecting.catch(() => {});
  const changing = session.setParams({ language: 'en' });
  await clock.advance(0);
  transport().emit('participant-joined', { id: 'avatar' });
  await clock.advance(0);
  await expect(changing).rejects.toMatchObject({ code: 'not-connected' });
  expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'requested' } });
  expect(session.getSnapshot()).not.toHaveProperty('idleEndsAt');
  expect(closed).toHaveLength(1);
  expect([clock.pendingTimers, transport().listeners(), transport().sent.length]).toEqual([0, 0, 0]);
});

describe('what ends it sooner is what `ending` says', () => {
  test('the time of the service session, from its notice on', async () => {
    const { look, clock } = await talking({ details: { expiresInMs: 3 * MINUTE } });
    await clock.advance(2 * MINUTE - 1);
    expect(look()).not.toHaveProperty('ending');
    await clock.advance(1);
    expect(look().ending).toEqual({ reason: 'expired', at: look().expiresAt });
    await clock.advance(MINUTE);
    expect(look().closed?.reason).toBe('expired');
    expect(look()).not.toHaveProperty('ending');
  });

  test('silence within that notice, and the time again once a word was said', async () => {
    const { session, look, clock } = await talking({
      timeouts: { idleMs: 2 * MINUTE },
      details: { expiresInMs: 2.5 * MINUTE },
    });
    await clock.advance(1.5 * MINUTE);
    expect(look().ending).toEqual({ reason: 'idle', at: clock.wallNow() + NOTICE });
    session.keepOpen();
    expect(look().ending).toEqual({ reason: 'expired', at: look().expiresAt });
    await clock.advance(MINUTE);
    expect(look().closed?.reason).toBe('expired');
  });

  test('the time still, where silence is near as well and later', async () => {
    const { look, clock, idling } = await talking({
      timeouts: { idleMs: 2 * MINUTE + 10_000 },
      details: { expiresInMs: 2 * MINUTE },
    });
    await clock.advance(1.75 * MINUTE);
    expect(idling).toEqual([NOTICE]);
    expect(look().ending).toEqual({ reason: 'expired', at: look().expiresAt });
  });

  test('the time, where both are over together', async () => {
    const { look, clock } = await talking({
      timeouts: { idleMs: 2 * MINUTE },
      details: { expiresInMs: 2 * MINUTE },
    });
    await clock.advance(2 * MINUTE - 1);
    expect(look().ending?.reason).toBe('expired');
    await clock.advance(1);
    expect(look().closed?.reason).toBe('expired');
  });

  test('the credentials of the connection, where its transport says that they end', async () => {
    const { session, look, clock, transport } = await talking();
    const expiring: number[] = [];
    session.on('expiring', ({ inMs }) => expiring.push(inMs));
    transport().emit('credentials-expiring', { inMs: 20_000 });
    expect(look().ending).toEqual({ reason: 'expired', at: clock.wallNow() + 20_000 });
    expect(expiring).toEqual([20_000]);
  });

  test('a new conversation inherits nothing of it', async () => {
    const { session, look, live, clock } = await talking({ details: { expiresInMs: 2 * MINUTE } });
    await clock.advance(MINUTE);
    expect(look().ending?.reason).toBe('expired');
    await session.close();
    await live();
    expect(look()).not.toHaveProperty('ending');
    expect(look().idleEndsAt).toBe(clock.wallNow() + 5 * MINUTE);
  });
});

test('keepOpen() without a conversation does nothing', async () => {
  const { session, clock } = served({ idleMs: MINUTE });
  session.keepOpen();
  expect(clock.pendingTimers).toBe(0);
  expect(session.getSnapshot()).not.toHaveProperty('idleEndsAt');
});
