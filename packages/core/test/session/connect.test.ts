import { expect, test } from 'vitest';
import type { ConnectionDetails } from '../../src/credentials';
import { AvatarError } from '../../src/errors';
import type { TransportConnection } from '../../src/transport';
import { scriptedTransport, stage } from '../support/stage';

const never = () => new Promise<TransportConnection>(() => {});
const details = (provider: 'memory' | 'agora', sessionId: string) =>
  ({ provider, credentials: { room: 'r' }, sessionId, avatarId: 'avatar' }) as ConnectionDetails;

test('a session that was only made has no timer, transport or service session', () => {
  const { clock, transports, opened, session } = stage();
  expect([clock.pendingTimers, transports.length, opened.length]).toEqual([0, 0, 0]);
  expect(session.getSnapshot().state).toBe('idle');
});

test('connect passes connecting and waiting, and resolves when the avatar is there', async () => {
  const { session, clock, transport } = stage();
  const states: string[] = [];
  session.on('state-changed', ({ state }) => states.push(state));
  let resolved = false;
  const connecting = session.connect().then(() => {
    resolved = true;
  });
  await clock.advance(100);
  expect(states).toEqual(['connecting', 'waiting']);
  expect(resolved).toBe(false);
  transport().emit('participant-joined', { id: 'avatar' });
  await connecting;
  expect(states).toEqual(['connecting', 'waiting', 'live']);
  expect(session.getSnapshot()).toMatchObject({
    state: 'live',
    provider: 'memory',
    avatar: { present: true },
  });
});

test('an abort while the service session is being opened rejects with the reason and closes what is made late', async () => {
  let give: (details: ConnectionDetails) => void = () => {};
  const { session, clock, closed } = stage({
    openSession: () => new Promise((resolve) => (give = resolve)),
  });
  const controller = new AbortController();
  const connecting = session.connect({ signal: controller.signal });
  connecting.catch(() => {});
  await clock.advance(10);
  controller.abort('enough');
  await expect(connecting).rejects.toBe('enough');
  expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'connect-failed' } });
  give(details('memory', 'late'));
  await clock.advance(10);
  expect(closed).toEqual([{ sessionId: 'late', reason: 'connect-failed', keepalive: false }]);
});

test('an abort while joining rejects with the reason, closes the transport and the service session', async () => {
  const { session, clock, closed, transport } = stage({ script: () => ({ connect: never }) });
  const controller = new AbortController();
  const connecting = session.connect({ signal: controller.signal });
  connecting.catch(() => {});
  await clock.advance(10);
  controller.abort('enough');
  await expect(connecting).rejects.toBe('enough');
  expect(transport().closeCalls).toBe(1);
  expect(transport().listeners()).toBe(0);
  expect(transport().connectSignal()?.aborted).toBe(true);
  expect(closed).toEqual([{ sessionId: 'service-session-1', reason: 'connect-failed', keepalive: false }]);
  expect(clock.pendingTimers).toBe(0);
});

test('an abort before connect opens nothing', async () => {
  const { session, opened } = stage();
  await expect(session.connect({ signal: AbortSignal.abort('no') })).rejects.toBe('no');
  expect(opened).toEqual([]);
  expect(session.getSnapshot().state).toBe('idle');
});

test('close while connecting rejects connect with an AbortError and leaves nothing open', async () => {
  const { session, clock, closed, transport } = stage({ script: () => ({ connect: never }) });
  const connecting = session.connect();
  connecting.catch(() => {});
  await clock.advance(10);
  await session.close();
  await expect(connecting).rejects.toMatchObject({ name: 'AbortError' });
  expect(session.getSnapshot()).toMatchObject({ state: 'closed', closed: { reason: 'requested' } });
  expect(transport().closeCalls).toBe(1);
  expect(closed).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('a transport that hangs ends with connect-timeout', async () => {
  const { session, clock } = stage({ script: () => ({ connect: never }) });
  const connecting = session.connect();
  connecting.catch(() => {});
  await clock.advance(15_000);
  await expect(connecting).rejects.toMatchObject({ code: 'connect-timeout', provider: 'memory' });
});

test('an avatar that does not come ends with avatar-timeout', async () => {
  const { session, clock, closed } = stage();
  const connecting = session.connect();
  connecting.catch(() => {});
  await clock.advance(30_000);
  await expect(connecting).rejects.toMatchObject({ code: 'avatar-timeout' });
  expect(closed).toHaveLength(1);
});

test.each([
  ['network', true],
  ['connect-timeout', true],
  ['credentials-refused', true],
  ['sdk-missing', true],
  ['invalid-credentials', false],
  ['service-refused', false],
] as const)(
  'after %s the next provider is tried: %s, the failed service session closed first',
  async (code, goesOn) => {
    const log: string[] = [];
    const second = scriptedTransport();
    const { session, clock } = stage({
      prefer: ['agora', 'memory'],
      transports: {
        agora: () => {
          throw new AvatarError(code, 'planned');
        },
        memory: () => second,
      },
      openSession: async ({ provider }) => {
        log.push(`open ${provider}`);
        return details(provider as 'memory', provider);
      },
      closeSession: async ({ sessionId }) => {
        log.push(`close ${sessionId}`);
      },
    });
    const failed: string[] = [];
    session.on('attempt-failed', ({ provider }) => failed.push(provider));
    const connecting = session.connect();
    connecting.catch(() => {});
    await clock.advance(0);
    if (goesOn) {
      second.emit('participant-joined', { id: 'avatar' });
      await connecting;
      expect(log).toEqual(['open agora', 'close agora', 'open memory']);
      expect(session.getSnapshot().provider).toBe('memory');
    } else {
      await expect(connecting).rejects.toMatchObject({ code });
      expect(log).toEqual(['open agora', 'close agora']);
    }
    expect(failed).toEqual(['agora']);
  },
);

test('what an import of an adapter throws is sdk-missing with its cause', async () => {
  const cause = new Error('chunk not found');
  const { session } = stage({ transports: { memory: () => Promise.reject(cause) } });
  await expect(session.connect()).rejects.toMatchObject({ code: 'sdk-missing', cause });
});

test('details for another provider are refused and their service session is closed', async () => {
  const { session, closed } = stage({ openSession: async () => details('agora', 'wrong') });
  await expect(session.connect()).rejects.toMatchObject({ code: 'invalid-credentials' });
  expect(closed.map(({ sessionId }) => sessionId)).toEqual(['wrong']);
});

test('connect works again from closed, with a new service session and the same transcript', async () => {
  const { session, live, says, opened } = stage();
  await live();
  says({ v: 2, type: 'chat', mid: 'a', idx: 0, fin: true, pld: { from: 'bot', text: 'Hello' } });
  await session.close();
  await live();
  expect(opened).toEqual(['service-session-1', 'service-session-2']);
  expect(session.getSnapshot().messages.map(({ text }) => text)).toEqual(['Hello']);
});

test('connect while connected is refused', async () => {
  const { session, live } = stage();
  await live();
  await expect(session.connect()).rejects.toMatchObject({ code: 'invalid-argument' });
  expect(session.getSnapshot().state).toBe('live');
});

test('an unnamed avatar is the first that shows video or sends a valid frame', async () => {
  const { session, clock, transport, says } = stage({
    openSession: async () => ({ provider: 'memory', credentials: { room: 'r' } }),
  });
  const ignored: string[] = [];
  session.on('ignored-packet', ({ from }) => ignored.push(from));
  const connecting = session.connect();
  await clock.advance(0);
  transport().emit('participant-joined', { id: 'someone' });
  says({ hello: 'world' }, 'someone');
  expect(session.getSnapshot().state).toBe('waiting');
  says({ v: 2, type: 'event', pld: { event: 'audio_start' } }, 'the-avatar');
  await connecting;
  says({ v: 2, type: 'chat', mid: 'x', idx: 0, fin: true, pld: { from: 'bot', text: 'forged' } }, 'someone');
  expect(session.getSnapshot().avatar.id).toBe('the-avatar');
  expect(session.getSnapshot().messages).toEqual([]);
  expect(ignored).toEqual(['someone', 'someone']);
});

test.each([
  [{ transports: {} }, 'transports'],
  [{ prefer: ['livekit'] as const }, 'transports.livekit'],
  [{ timeouts: { ackMs: -1 } }, 'timeouts.ackMs'],
  [{ timeouts: { nonsense: 1 } as object }, 'timeouts.nonsense'],
  [{ maxMessages: 0 }, 'maxMessages'],
])('%o is refused when the session is made, naming %s', (options, name) => {
  expect(() => stage(options)).toThrow(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(name) }),
  );
});

test('a policy that cannot be kept is refused, naming its field', async () => {
  const { session } = stage({ policy: { packetsPerSecond: 1 } });
  await expect(session.connect()).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('policy.packetsPerSecond'),
  });
});
