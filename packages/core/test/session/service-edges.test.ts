import { describe, expect, test } from 'vitest';
import { AvatarError } from '../../src/errors';
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
  expect(session.getSnapshot().can).toMatchObject({ interrupt: true, setParams: true });
  expect(session.getSnapshot().mode).toBeUndefined();
  expect(late.dialogues).toEqual([]);
});

test('what was asked before a service that is gone at once fails with that', async () => {
  const set = served({ onStart: (host) => host.gone() });
  const connecting = set.session.connect();
  const setting = set.session.setParams({ language: 'de' });
  await set.clock.advance(0);
  await expect(connecting).rejects.toMatchObject({ code: 'session-gone' });
  await expect(setting).rejects.toMatchObject({ code: 'session-gone' });
  expect(set.session.getSnapshot().timings).toEqual({});
});

test('nothing is made of an early packet of a service that is gone at once', async () => {
  const set = served(
    { onStart: (host) => host.gone() },
    {
      script: () => ({
        connect() {
          const part = { kind: 'chat-part', messageId: 'a', index: 0, final: false, speaker: 'avatar', text: 'x' };
          const data = new TextEncoder().encode(JSON.stringify([part]));
          set.transport().emit('packet', { data, from: 'avatar' });
          return new Promise(() => {});
        },
      }),
    },
  );
  const connecting = set.session.connect();
  await set.clock.advance(0);
  await expect(connecting).rejects.toMatchObject({ code: 'session-gone' });
  expect(set.session.getSnapshot().messages).toEqual([]);
  expect(set.clock.pendingTimers).toBe(0);
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

test('a stream given to a call that takes none is ended', async () => {
  const { session } = stage();
  let cancelled = false;
  const stream = new ReadableStream<string>({ cancel: () => void (cancelled = true) });
  await expect(session.ask(stream as never)).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect.poll(() => cancelled).toBe(true);
});

describe('a service that is busy for very long', () => {
  test.each([Number.POSITIVE_INFINITY, 3_000_000_000])('%s', async (retryAfterMs) => {
    let calls = 0;
    const { session, live, clock } = served(
      {
        async send() {
          calls++;
          throw new AvatarError('service-busy', 'later', { retryAfterMs });
        },
      },
      { callService: async () => undefined },
    );
    await live();
    const speaking = session.speak('One.');
    speaking.catch(() => {});
    await clock.advance(100);
    console.log(retryAfterMs, calls, clock.pendingTimers, session.getSnapshot().messages[0]?.delivery);
    await session.close();
  });
});
