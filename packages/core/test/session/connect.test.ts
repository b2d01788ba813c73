import { expect, test } from 'vitest';
import type { ConnectionDetails } from '../../src/credentials';
import { AvatarError } from '../../src/errors';
import type { RemoteTrack, TransportConnection } from '../../src/transport';
import { JOINED, type ScriptedTransport, scriptedTransport, stage } from '../support/stage';

const never = () => new Promise<TransportConnection>(() => {});
const details = (provider: 'memory' | 'agora', sessionId: string) =>
  ({ provider, credentials: { room: 'r' }, sessionId, avatarId: 'avatar' }) as ConnectionDetails;

const videoOf = (from: string): RemoteTrack => ({
  track: { kind: 'video' } as MediaStreamTrack,
  kind: 'video',
  source: 'unknown',
  from,
  playedBySdk: false,
});

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

test('an abort while waiting for the avatar rejects at once with the reason and closes the service session', async () => {
  const { session, clock, closed } = stage();
  const controller = new AbortController();
  const connecting = session.connect({ signal: controller.signal });
  let reason: unknown;
  connecting.catch((error) => (reason = error));
  await clock.advance(10);
  controller.abort('enough');
  await clock.advance(0);
  expect(reason).toBe('enough');
  expect(closed).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('a connection that ends in the turn in which it stood fails its attempt, and the next carries what was said', async () => {
  const joins: (() => void)[] = [];
  const { session, clock, transports, texts } = stage({
    prefer: ['memory', 'memory'],
    script: () => ({ connect: () => new Promise((resolve) => joins.push(() => resolve(JOINED))) }),
  });
  const states: string[] = [];
  session.on('state-changed', ({ state }) => states.push(state));
  const connecting = session.connect();
  void session.send('hello');
  await clock.advance(0);
  transports[0]?.emit('participant-joined', { id: 'avatar' });
  joins[0]?.();
  transports[0]?.emit('closed', { reason: 'network-lost' });
  await clock.advance(0);
  joins[1]?.();
  transports[1]?.emit('participant-joined', { id: 'avatar' });
  await connecting;
  expect(transports[0]?.sent).toEqual([]);
  expect(texts()).toBe('hello');
  expect(states).toEqual(['connecting', 'waiting', 'live']);
});

test('close in a listener of attempt-failed never leads back to connecting', async () => {
  const states: string[] = [];
  const { session, clock } = stage({
    prefer: ['memory', 'memory'] as never,
    script: () => ({ connect: () => Promise.reject(new Error('no')) }),
  });
  session.on('state-changed', ({ state }) => states.push(state));
  session.on('attempt-failed', () => void session.close());
  session.connect().catch(() => {});
  await clock.advance(10);
  expect(states).toEqual(['connecting', 'closing', 'closed']);
});

test('connect while closing obeys its signal at once', async () => {
  const { session, live, clock } = stage({ closeSession: () => new Promise(() => {}) });
  await live();
  void session.close();
  const controller = new AbortController();
  let reason: unknown;
  session.connect({ signal: controller.signal }).catch((e) => (reason = e));
  controller.abort('enough');
  await clock.advance(0);
  expect(reason).toBe('enough');
});

test('a reconnect without an end, before the avatar came, ends with avatar-timeout', async () => {
  const { session, clock, transport } = stage();
  let code: unknown;
  session.connect().catch((error) => (code = error.code));
  await clock.advance(10);
  transport().emit('reconnecting', {});
  await clock.advance(40_000);
  expect(code).toBe('avatar-timeout');
});

test('a source that opens nothing is refused by name, and nothing is closed', async () => {
  const unhandled: unknown[] = [];
  const on = (e: unknown) => unhandled.push(e);
  process.on('unhandledRejection', on);
  const { session, clock } = stage({
    openSession: async () => undefined as unknown as ConnectionDetails,
    closeSession: async ({ sessionId }) => void sessionId,
  });
  const connecting = session.connect();
  connecting.catch(() => {});
  await clock.advance(0);
  await expect(connecting).rejects.toMatchObject({ code: 'invalid-credentials' });
  await clock.advance(0);
  process.off('unhandledRejection', on);
  expect(unhandled).toEqual([]);
});

test('details with an impossible expiresInMs are refused by name, and their service session is closed', async () => {
  const { session, closed, clock } = stage({ details: { expiresInMs: Number.NaN } });
  const connecting = session.connect();
  connecting.catch(() => {});
  await Promise.race([clock.advance(0), connecting.catch(() => {})]);
  await expect(connecting).rejects.toMatchObject({ code: 'invalid-credentials' });
  expect(closed).toHaveLength(1);
});

test('a service session that is over while connecting rejects connect with session-gone', async () => {
  const { session, clock, closed } = stage({
    details: { expiresInMs: 5_000 },
    script: () => ({ connect: never }),
  });
  let error: unknown;
  session.connect().catch((e) => (error = e));
  await clock.advance(5_000);
  expect(error).toMatchObject({ code: 'session-gone' });
  expect(closed).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('what was said while connecting is refused as unsupported when the connection may not send', async () => {
  const { session, clock, transport } = stage({
    script: () => ({ connect: async () => ({ ...JOINED, canSend: false }) }),
  });
  const connecting = session.connect();
  const calls = [
    session.send('a'),
    session.speak('b'),
    session.setParams({ language: 'de' }),
    session.setParams({ mode: 'dialogue' }),
    session.setAction({ gesture: 'nod' }),
  ];
  await clock.advance(0);
  transport().emit('participant-joined', { id: 'avatar' });
  await connecting;
  await clock.advance(0);
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'unsupported' });
  expect(transport().sent).toEqual([]);
});

test('when an unnamed avatar leaves, one that shows video already takes its place', async () => {
  const { session, clock, transport } = stage({
    openSession: async () => ({ provider: 'memory', credentials: { room: 'r' } }),
  });
  const connecting = session.connect();
  await clock.advance(0);
  transport().emit('track-added', videoOf('one'));
  await connecting;
  transport().emit('track-added', videoOf('two'));
  transport().emit('participant-left', { id: 'one' });
  expect(session.getSnapshot()).toMatchObject({ state: 'live', avatar: { id: 'two' } });
});

test('a time-out that no timer can wait for is refused when the session is made', () => {
  expect(() => stage({ timeouts: { avatarMs: Infinity } })).toThrow('timeouts.avatarMs');
});

test('every listener hears of the states in their order, also when one of them closes the session', async () => {
  const { session, live, clock } = stage();
  const states: string[] = [];
  session.on('state-changed', ({ state }) => void (state === 'live' && session.close()));
  session.on('state-changed', ({ state }) => states.push(state));
  live().catch(() => {});
  await clock.advance(10);
  expect(states).toEqual(['connecting', 'waiting', 'live', 'closing', 'closed']);
});

test('a transport that is loaded after an abort is closed and never connected', async () => {
  let load: (transport: ScriptedTransport) => void = () => {};
  const { session, clock, closed } = stage({
    transports: { memory: () => new Promise((resolve) => (load = resolve)) },
  });
  const controller = new AbortController();
  const connecting = session.connect({ signal: controller.signal });
  connecting.catch(() => {});
  await clock.advance(0);
  controller.abort('enough');
  await expect(connecting).rejects.toBe('enough');
  expect(closed).toHaveLength(1);
  const late = scriptedTransport();
  load(late);
  await clock.advance(0);
  expect([late.closeCalls, late.connectSignal(), late.listeners()]).toEqual([1, undefined, 0]);
});

test('connect while the last connect is being closed waits for its end, and opens a new service session', async () => {
  const { session, clock, transport, opened, closed } = stage({
    script: (n) => (n === 0 ? { connect: () => new Promise(() => {}) } : {}),
  });
  session.connect().catch(() => {});
  await clock.advance(0);
  void session.close();
  const again = session.connect();
  await clock.advance(0);
  transport().emit('participant-joined', { id: 'avatar' });
  await again;
  expect([opened.length, closed.length, session.getSnapshot().state]).toEqual([2, 1, 'live']);
});

test('an unnamed avatar that left is no longer named in the snapshot', async () => {
  const { session, clock, transport, says } = stage({
    openSession: async () => ({ provider: 'memory', credentials: { room: 'r' } }),
  });
  const connecting = session.connect();
  await clock.advance(0);
  says({ v: 2, type: 'event', pld: { event: 'audio_start' } }, 'one');
  await connecting;
  transport().emit('participant-left', { id: 'one' });
  expect(session.getSnapshot().avatar.id).toBeUndefined();
});

test('a source that answers after its time-out has its service session closed', async () => {
  let give: (d: unknown) => void = () => {};
  const { session, clock, closed } = stage({ openSession: () => new Promise((r) => (give = r as never)) });
  let code: unknown;
  session.connect().catch((e) => (code = e.code));
  await clock.advance(15_000);
  expect(code).toBe('connect-timeout');
  give({ provider: 'memory', credentials: {}, sessionId: 'late' });
  await clock.advance(10);
  expect(closed).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('nothing that a source gives late is no unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const on = (e: unknown) => unhandled.push(e);
  process.on('unhandledRejection', on);
  let give: (d: unknown) => void = () => {};
  const { session, clock } = stage({ openSession: () => new Promise((r) => (give = r as never)) });
  session.connect().catch(() => {});
  await clock.advance(0);
  await session.close();
  give(undefined);
  await clock.advance(10);
  process.off('unhandledRejection', on);
  expect(unhandled).toEqual([]);
});

test('close() also ends a connect() that waits for the last session to be closed', async () => {
  const { session, live, clock, opened, closed } = stage();
  await live();
  void session.close();
  const refused = expect(session.connect()).rejects.toMatchObject({ name: 'AbortError' });
  const end = session.close();
  await clock.advance(100);
  await end;
  await refused;
  expect(session.getSnapshot().state).toBe('closed');
  expect(opened).toHaveLength(1);
  expect(closed).toHaveLength(1);
});
