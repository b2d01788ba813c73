import { expect, test } from 'vitest';
import { AvatarError } from '../../src/errors';
import { silentLogger } from '../../src/logger';
import type { AvatarService } from '../../src/service';
import { createDeferred, type Deferred } from '../../src/session/deferred';
import { scriptedService, served } from '../support/scripted-service';
import { scriptedTransport, stage } from '../support/stage';

test('a text taken back while its call is under way is not said again by a service that was too busy', async () => {
  const calls: Deferred<void>[] = [];
  const { session, live, clock, called } = served(
    {
      send() {
        const call = createDeferred<void>();
        calls.push(call);
        return call.promise;
      },
    },
    { callService: async () => undefined },
  );
  await live();
  const controller = new AbortController();
  const speaking = session.speak('One.', { signal: controller.signal });
  const next = session.speak('Two.');
  controller.abort('no');
  await expect(speaking).rejects.toBe('no');
  calls[0]?.reject(new AvatarError('service-busy', 'later', { retryAfterMs: 1_000 }));
  await clock.advance(1_000);
  expect(called.map(({ pld }) => pld.text)).toEqual(['One.', 'Two.']);
  calls[1]?.resolve();
  expect(await next).toMatchObject({ status: 'sent' });
  expect(session.getSnapshot().messages[0]?.delivery).toMatchObject({
    state: 'interrupted',
    unsentText: 'One.',
  });
});

test('what had its first packet made and waits behind what is said again loses nothing of its text', async () => {
  const { session, live, clock, transport, texts } = stage({
    resendUncertain: true,
    policy: {
      bytesPerSecond: 500,
      packetsPerSecond: 10,
      reserve: { packets: 1, bytes: 144 },
      maxPacketBytes: 350,
    },
  });
  await live();
  await session.send(`A${'a'.repeat(200)}`);
  const waiting = session.send(`B${'b'.repeat(200)}`);
  await clock.advance(10);
  transport().emit('reconnecting', {});
  transport().emit('reconnected', { lossy: true });
  await clock.advance(10_000);
  expect(await waiting).toMatchObject({ status: 'sent' });
  expect(texts().match(/B/g)).toHaveLength(1);
  expect(texts().match(/b/g)).toHaveLength(200);
});

test('a half that is loaded too late does not take the place of that of the next attempt', async () => {
  let load: (service: AvatarService) => void = () => {};
  const late = scriptedService({ mode: 'dialogue' });
  const second = scriptedTransport();
  const first = scriptedTransport();
  const { session, clock } = stage({
    transports: { memory: () => first, webrtc: () => second as never },
    services: { talker: () => new Promise<AvatarService>((resolve) => (load = resolve)) },
    openSession: async ({ provider }) =>
      ({
        provider,
        credentials: { room: 'room' },
        avatarId: 'avatar',
        ...(provider === 'memory' && { service: 'talker' }),
      }) as never,
  });
  const connecting = session.connect();
  await clock.advance(15_000);
  load(late.service);
  await clock.advance(0);
  second.emit('participant-joined', { id: 'avatar' });
  await connecting;
  // Protocol v2 answers commands, and the half that came late does not.
  let done = false;
  session.interrupt().then(
    () => (done = true),
    () => {},
  );
  await clock.advance(100);
  expect(second.sent).toMatchObject([{ v: 2, pld: { cmd: 'interrupt' } }]);
  expect(done).toBe(false);
  expect(late.dialogues).toEqual([]);
  await session.close();
});

test('what was asked before a service that is gone at once fails with that', async () => {
  const set = served({ onStart: (host) => host.gone() });
  const connecting = set.session.connect();
  connecting.catch(() => {});
  const setting = set.session.setParams({ language: 'de' });
  await set.clock.advance(0);
  await expect(connecting).rejects.toMatchObject({ code: 'session-gone' });
  await expect(setting).rejects.toMatchObject({ code: 'session-gone' });
  expect(set.session.getSnapshot().timings).toEqual({});
});

test('a listener that closes the session while it ends does not end it twice', async () => {
  const { session, live, closed, clock } = served();
  await live();
  let ends = 0;
  session.on('closed', () => ends++);
  session.on('state-changed', ({ state }) => void (state === 'closing' && session.close()));
  await session.close();
  await clock.advance(0);
  expect(ends).toBe(1);
  expect(closed).toHaveLength(1);
});

test('what was asked early fails as not connected when a listener closes the session as it joins', async () => {
  const { session, clock } = served();
  session.on('state-changed', ({ state }) => void (state === 'waiting' && session.close()));
  const connecting = session.connect();
  connecting.catch(() => {});
  const setting = session.setParams({ language: 'de' });
  await clock.advance(0);
  await expect(setting).rejects.toMatchObject({ code: 'not-connected' });
  await expect(connecting).rejects.toBeDefined();
  expect(clock.pendingTimers).toBe(0);
});

test('a sign of speech that comes before the transport says that it has joined is not lost', async () => {
  const set = served(
    {},
    {
      script: () => ({
        async connect() {
          const data = new TextEncoder().encode(JSON.stringify([{ kind: 'speech', speaking: true }]));
          set.transport().emit('packet', { data, from: 'avatar' });
          return { localId: 'me', maxPacketBytes: 1_024, canSend: true };
        },
      }),
    },
  );
  await set.live();
  expect(set.session.getSnapshot().avatar).toMatchObject({ present: true, speaking: true });
});

test.each([true, false])(
  'what is said again after a doubt and fails again is not said a third time (by calls: %s)',
  async (byCalls) => {
    let sent = 0;
    const send = async () => {
      // Enough to show that it goes on, and an end to it.
      if (++sent < 20) throw new AvatarError('network', 'no answer');
    };
    const { session, live, clock } = served(byCalls ? { send } : {}, {
      resendUncertain: true,
      callService: async () => undefined,
      ...(!byCalls && { script: () => ({ send }) }),
    });
    await live();
    const speaking = session.speak('One.');
    speaking.catch(() => {});
    await clock.advance(10);
    expect(sent).toBe(2);
    await expect(speaking).rejects.toMatchObject({ code: 'delivery-uncertain' });
  },
);

test('a call that the next service refuses rejects when that is met, if the first has taken it', async () => {
  const first = scriptedTransport();
  const second = scriptedTransport();
  const able = scriptedService({ name: 'able', can: { setParams: true, setAction: true } });
  const unable = scriptedService({ name: 'unable' });
  const { session, clock } = stage({
    transports: { memory: () => first, webrtc: () => second as never },
    services: { able: () => able.service, unable: () => unable.service },
    timeouts: { avatarMs: 1_000 },
    openSession: async ({ provider }) =>
      ({
        provider,
        credentials: { room: 'room' },
        service: provider === 'memory' ? 'able' : 'unable',
        avatarId: 'avatar',
      }) as never,
  });
  const connecting = session.connect();
  connecting.catch(() => {});
  const failures: string[] = [];
  session.setParams({ language: 'de' }).catch(({ code }) => failures.push(`params ${code}`));
  await clock.advance(0);
  expect(session.getSnapshot().state).toBe('waiting');
  session.setAction({ gesture: 'nod' }).catch(({ code }) => failures.push(`action ${code}`));
  await clock.advance(1_000);
  expect(session.getSnapshot()).toMatchObject({ state: 'waiting', service: 'unable' });
  expect(failures).toEqual(['params unsupported', 'action unsupported']);
  await session.close();
});

test('a stream given to a call that takes none is ended', async () => {
  const { session } = stage();
  let cancelled = false;
  const stream = new ReadableStream<string>({
    cancel() {
      cancelled = true;
    },
  });
  await expect(session.ask(stream as never)).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect.poll(() => cancelled).toBe(true);
});

test('a command of a service that answers none waits for its call however long that takes', async () => {
  const call = createDeferred<void>();
  const { session, live, clock } = served(
    { can: { interrupt: true, setAction: true }, send: () => call.promise },
    { callService: async () => undefined },
  );
  await live();
  const interrupting = session.interrupt();
  await clock.advance(20_000);
  call.resolve();
  await interrupting;
  expect(session.getSnapshot().timings.interruptMs).toBe(20_000);
  await session.close();
  expect(clock.pendingTimers).toBe(0);
});

test('a command of a service that answers none fails with what ended the session', async () => {
  const { session, live, clock, dialogue } = served(
    { can: { interrupt: true }, send: () => new Promise(() => {}) },
    { callService: async () => undefined },
  );
  await live();
  const interrupting = session.interrupt();
  await clock.advance(6_000);
  dialogue().host.gone();
  await expect(interrupting).rejects.toMatchObject({ code: 'session-gone' });
  await clock.advance(0);
  expect(clock.pendingTimers).toBe(0);
});

test('a dialogue that cannot be closed keeps neither the room nor the paid session open', async () => {
  const scripted = scriptedService();
  const { service } = scripted;
  const start: AvatarService['start'] = (host) => ({
    ...service.start(host),
    close() {
      throw new Error('closed already');
    },
  });
  const errors: unknown[] = [];
  const { session, live, closed, transports } = stage({
    details: { service: 'talker' },
    services: { talker: () => ({ ...service, start }) },
    logger: { ...silentLogger, error: (message) => errors.push(message) },
  });
  await live();
  await session.close();
  expect(session.getSnapshot().state).toBe('closed');
  expect(transports).toMatchObject([{ closeCalls: 1 }]);
  expect(closed).toHaveLength(1);
  expect(errors).toEqual(['the dialogue did not close']);
});

test('a source that fails before the session has joined fails its call, and what it gave is said', async () => {
  const { session, clock, transport, texts } = served();
  const connecting = session.connect();
  const error = new Error('model gone');
  async function* source() {
    yield 'One. ';
    throw error;
  }
  const failed: unknown[] = [];
  session.on('source-failed', (event) => failed.push(event.error));
  const speaking = session.speak(source());
  await clock.advance(10);
  await expect(speaking).rejects.toBe(error);
  transport().emit('participant-joined', { id: 'avatar' });
  await connecting;
  await clock.advance(10);
  expect(texts()).toBe('One. ');
  expect(failed).toEqual([error]);
});

test('a stream that is aborted before the session has joined ends its source and says nothing', async () => {
  const { session, live, clock, texts } = served();
  let returned = false;
  async function* source() {
    try {
      for (;;) yield 'More and more. ';
    } finally {
      returned = true;
    }
  }
  const controller = new AbortController();
  const lively = live();
  const speaking = session.speak(source(), { signal: controller.signal });
  await Promise.resolve();
  controller.abort('no');
  await expect(speaking).rejects.toBe('no');
  await lively;
  await clock.advance(1_000);
  expect(returned).toBe(true);
  expect(texts()).toBe('');
});

test('a listener that closes the session at the first packet leaves no timer', async () => {
  const { session, clock, transport } = served({ idleMs: 60_000 });
  const connecting = session.connect();
  connecting.catch(() => {});
  const speaking = session.speak('One.');
  session.tap(() => void session.close());
  await clock.advance(0);
  transport().emit('participant-joined', { id: 'avatar' });
  await speaking;
  await clock.advance(0);
  expect(session.getSnapshot().state).toBe('closed');
  expect(clock.pendingTimers).toBe(0);
});
