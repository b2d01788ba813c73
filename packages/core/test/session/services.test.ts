import { describe, expect, test } from 'vitest';
import type { ConnectionDetails, SessionSource } from '../../src/credentials';
import { AvatarError } from '../../src/errors';
import type { Incoming } from '../../src/protocol/messages';
import type { AvatarService } from '../../src/service';
import { createAvatarSession } from '../../src/session/session';
import type { RemoteTrack } from '../../src/transport';
import { served } from '../support/scripted-service';
import { JOINED, type Stage, scriptedTransport, stage } from '../support/stage';

const answer = (text: string): Incoming => ({
  kind: 'chat-part',
  messageId: text,
  index: 0,
  final: true,
  speaker: 'avatar',
  text,
});
const audio = (id: string): RemoteTrack => ({
  track: { id } as MediaStreamTrack,
  kind: 'audio',
  source: 'microphone',
  from: 'avatar',
  // The session has no element to play it in.
  playedBySdk: true,
});

/** Connects as far as it goes, and gives what it rejected with. */
async function failure({ session, clock }: Stage): Promise<unknown> {
  const failed = session.connect().catch((error: unknown) => error);
  await clock.advance(0);
  return failed;
}

describe('the half that speaks', () => {
  test('is the one that the details name, and the snapshot shows what it can', async () => {
    const { session, live, frames, dialogues } = served({ mode: 'dialogue' });
    await live();
    await session.send('Why?');
    expect(dialogues).toHaveLength(1);
    expect(frames()).toEqual([
      { type: 'chat', mid: expect.any(String), mode: 'dialogue', fin: true, pld: { text: 'Why?' } },
    ]);
    expect(session.getSnapshot()).toMatchObject({
      service: 'talker',
      mode: 'dialogue',
      can: { speak: true, ask: true, interrupt: false, setParams: false, setAction: false },
    });
  });

  test.each([{}, { service: 'akool' }, { service: 'somebody' }, { service: 'constructor' }])(
    'is protocol v2 where nothing is given for %o',
    async (details) => {
      const { session, live, frames } = stage({ details });
      await live();
      await session.send('Hello');
      expect(frames()).toMatchObject([{ v: 2, type: 'chat', idx: 0, fin: true, pld: { text: 'Hello' } }]);
    },
  );

  test.each(['a2e', 'heygen', 'liveavatar'])(
    'is missed for %s: connect() says what to give, no other provider is tried, and the paid session is closed',
    async (service) => {
      const transports = [scriptedTransport(), scriptedTransport()] as const;
      const set = stage({
        details: { service },
        transports: { memory: () => transports[0], webrtc: () => transports[1] as never },
      });
      const error = await failure(set);
      expect(error).toMatchObject({ code: 'invalid-argument', service });
      expect(error).toMatchObject({ message: expect.stringContaining(`services.${service} is missing`) });
      expect(error).toMatchObject({
        message: expect.stringContaining(
          `import('@avatarwire/services/${service}').then((m) => m.${service}())`,
        ),
      });
      expect(set.opened).toHaveLength(1);
      expect(set.closed).toMatchObject([{ sessionId: 'service-session-1', reason: 'connect-failed' }]);
      expect(transports[0].connectSignal()).toBeUndefined();
      expect(set.clock.pendingTimers).toBe(0);
    },
  );

  test('that cannot be loaded ends connect() with sdk-missing, naming it, and leaves nothing open', async () => {
    const cause = new TypeError('Failed to fetch dynamically imported module');
    const set = stage({ details: { service: 'talker' }, services: { talker: () => Promise.reject(cause) } });
    expect(await failure(set)).toMatchObject({
      code: 'sdk-missing',
      service: 'talker',
      cause,
      message: expect.stringContaining('services.talker'),
    });
    expect(set.closed).toHaveLength(1);
    expect(set.transports).toMatchObject([{ closeCalls: 1 }]);
    expect(set.transport().connectSignal()).toBeUndefined();
    expect(set.clock.pendingTimers).toBe(0);
  });

  test('may fail beside its adapter: the adapter is what connect() names', async () => {
    const set = stage({
      details: { service: 'talker' },
      services: { talker: () => Promise.reject(new Error('no half')) },
      transports: { memory: () => Promise.reject(new Error('no adapter')) },
    });
    expect(await failure(set)).toMatchObject({
      code: 'sdk-missing',
      message: expect.stringContaining('transports.memory'),
    });
    expect(set.closed).toHaveLength(1);
  });

  test('that fails with an AvatarError of its own fails connect() with that', async () => {
    const error = new AvatarError('sdk-incompatible', 'too old');
    const services = {
      talker() {
        throw error;
      },
    };
    expect(await failure(stage({ details: { service: 'talker' }, services }))).toBe(error);
  });

  test.each([undefined, null, 'talker', {}, { start() {} }, { can: {} }, { can: null, start() {} }])(
    'that is %o is refused, naming the option',
    async (made) => {
      const services = { talker: () => made as unknown as AvatarService };
      expect(await failure(stage({ details: { service: 'talker' }, services }))).toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('services.talker'),
      });
    },
  );

  test('is loaded beside the adapter, and before anything is joined', async () => {
    let load: (service: AvatarService) => void = () => {};
    const set = served(
      {},
      { services: { talker: () => new Promise<AvatarService>((resolve) => (load = resolve)) } },
    );
    const connecting = set.session.connect();
    await set.clock.advance(1_000);
    expect(set.transports).toHaveLength(1);
    expect(set.transport().connectSignal()).toBeUndefined();
    load(set.service);
    await set.clock.advance(0);
    set.transport().emit('participant-joined', { id: 'avatar' });
    await connecting;
    expect(set.dialogues).toHaveLength(1);
  });

  test('that never comes runs into connectMs, and what comes of it later is not used', async () => {
    let load: (service: AvatarService) => void = () => {};
    const set = served(
      {},
      { services: { talker: () => new Promise<AvatarService>((resolve) => (load = resolve)) } },
    );
    const connecting = set.session.connect();
    connecting.catch(() => {});
    await set.clock.advance(15_000);
    await expect(connecting).rejects.toMatchObject({ code: 'connect-timeout' });
    load(set.service);
    await set.clock.advance(0);
    expect(set.transports).toMatchObject([{ closeCalls: 1 }]);
    expect(set.transport().connectSignal()).toBeUndefined();
    expect(set.dialogues).toEqual([]);
  });

  test.each(['a2e', { a2e: 'import' }, { a2e: undefined }])('services: %o is refused', (services) => {
    const source = { provider: 'memory', credentials: { room: 'r' } } as const;
    const transports = { memory: () => scriptedTransport() };
    expect(() => createAvatarSession({ source, transports, services: services as never })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('services') }),
    );
  });
});

describe('a dialogue', () => {
  test('lasts as long as its connection: a rejoin begins a fresh one', async () => {
    const { session, live, transports, transport, clock, dialogues, says } = served();
    await live();
    transports[0]?.emit('closed', { reason: 'network-lost' });
    expect(dialogues[0]?.closed()).toBe(1);
    await clock.advance(0);
    transport().emit('participant-joined', { id: 'avatar' });
    expect(dialogues).toHaveLength(2);
    expect(dialogues[1]?.closed()).toBe(0);
    says([answer('to the second')]);
    dialogues[0]?.host.receive(answer('too late'));
    dialogues[0]?.host.gone();
    expect(session.getSnapshot()).toMatchObject({ state: 'live', messages: [{ text: 'to the second' }] });
    await session.close();
    expect(dialogues.map(({ closed }) => closed())).toEqual([1, 1]);
    dialogues[1]?.host.receive(answer('too late'));
    expect(session.getSnapshot().messages).toHaveLength(1);
  });

  test('is closed when the avatar never came, and the next attempt has its own', async () => {
    const second = scriptedTransport();
    const first = scriptedTransport();
    const { session, clock, dialogues } = served(
      {},
      { transports: { memory: () => first, webrtc: () => second as never }, timeouts: { avatarMs: 1_000 } },
    );
    const connecting = session.connect();
    await clock.advance(1_000);
    expect(dialogues.map(({ closed }) => closed())).toEqual([1, 0]);
    second.emit('participant-joined', { id: 'avatar' });
    await connecting;
    await session.close();
    expect(dialogues.map(({ closed }) => closed())).toEqual([1, 1]);
  });

  test('reads what came before the transport said that it had joined', async () => {
    const { session, live, dialogues, transport, clock } = served(
      {},
      {
        script: () => ({
          async connect() {
            const data = new TextEncoder().encode(JSON.stringify([answer('early')]));
            transport().emit('packet', { data, from: 'avatar' });
            return JOINED;
          },
        }),
      },
    );
    await live();
    await clock.advance(0);
    expect(dialogues).toHaveLength(1);
    expect(session.getSnapshot().messages).toMatchObject([{ text: 'early', author: 'avatar' }]);
  });

  test('that began with an early packet is closed when the join fails after all', async () => {
    const set = served(
      {},
      {
        script: () => ({
          connect() {
            set.transport().emit('packet', { data: new TextEncoder().encode('[]'), from: 'avatar' });
            return Promise.reject(new Error('refused'));
          },
        }),
      },
    );
    expect(await failure(set)).toMatchObject({ code: 'network' });
    expect(set.dialogues.map(({ closed }) => closed())).toEqual([1]);
  });

  test('may read several things out of one packet', async () => {
    const { session, live, says } = served();
    await live();
    const heard: string[] = [];
    session.on('speech-started', () => heard.push('speech'));
    session.on('message-received', ({ message }) => heard.push(message.text));
    session.on('unrecognised', ({ problem }) => heard.push(problem));
    says([
      { kind: 'speech', speaking: true },
      answer('one'),
      answer('two'),
      { kind: 'unrecognised', problem: 'what?', raw: 1 },
    ]);
    expect(heard).toEqual(['speech', 'one', 'two', 'what?']);
  });

  test('says by what it reads who is the avatar, where the details name nobody', async () => {
    const scripted = served({}, { openSession: async ({ provider }) => details(provider) });
    const { session, clock, says } = scripted;
    const connecting = session.connect();
    await clock.advance(0);
    const ignored: string[] = [];
    session.on('ignored-packet', ({ from }) => ignored.push(from));
    says({ no: 'list' }, 'stranger');
    says([answer('Hi')], 'somebody');
    await connecting;
    expect(ignored).toEqual(['stranger']);
    expect(session.getSnapshot()).toMatchObject({ avatar: { id: 'somebody' }, messages: [{ text: 'Hi' }] });
  });

  test('may hear of the avatar by another way than packets', async () => {
    const { session, live, dialogue } = served();
    await live();
    dialogue().host.receive({ kind: 'speech', speaking: true });
    dialogue().host.receive({ ...answer('Half '), final: false } as Incoming);
    expect(session.getSnapshot()).toMatchObject({
      avatar: { speaking: true },
      messages: [{ author: 'avatar', text: 'Half ', complete: false }],
    });
  });

  test('is shown the tracks of the avatar whenever they change, and only then', async () => {
    const { live, transport, transports, dialogues, clock } = served();
    await live();
    const [one, two] = [audio('one'), audio('two')];
    transport().emit('track-added', one);
    transport().emit('participant-joined', { id: 'avatar' });
    transport().emit('track-added', two);
    transport().emit('track-removed', one);
    expect(dialogues[0]?.shown).toEqual([[one], [one, two], [two]]);
    transports[0]?.emit('closed', { reason: 'network-lost' });
    await clock.advance(0);
    transport().emit('track-added', one);
    expect(dialogues[0]?.shown).toHaveLength(3);
    expect(dialogues[1]?.shown).toEqual([[one]]);
  });

  test('that says that the service is gone ends the session as service-ended', async () => {
    const { session, live, dialogue, clock, closed } = served();
    await live();
    const error = new AvatarError('session-gone', 'The room was taken.');
    dialogue().host.gone(error);
    await clock.advance(0);
    expect(session.getSnapshot().closed).toEqual({ reason: 'service-ended', error });
    expect(closed).toMatchObject([{ reason: 'service-ended' }]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('that is gone as soon as it begins fails connect(), and nothing is left open', async () => {
    const set = served({ onStart: (host) => host.gone() });
    expect(await failure(set)).toMatchObject({ code: 'session-gone' });
    expect(set.dialogue().closed()).toBe(1);
    expect(set.transports).toMatchObject([{ closeCalls: 1 }]);
    expect(set.transport().listeners()).toBe(0);
    expect(set.closed).toHaveLength(1);
    expect(set.clock.pendingTimers).toBe(0);
  });

  test('calls the service through the source, with the details, until the session ends', async () => {
    const calls: unknown[] = [];
    let aborted = false;
    const callService: SessionSource['call'] = async ({ sessionId }, action, body, { signal }) => {
      calls.push([sessionId, action, body]);
      signal.addEventListener('abort', () => (aborted = true));
      return 'done';
    };
    const { session, live, dialogue } = served({}, { callService });
    await live();
    expect(await dialogue().host.call('keep-alive', { n: 1 })).toBe('done');
    expect(calls).toEqual([['service-session-1', 'keep-alive', { n: 1 }]]);
    await session.close();
    expect(aborted).toBe(true);
  });

  test('calls in vain where the source has no call()', async () => {
    const { live, dialogue } = served();
    await live();
    await expect(dialogue().host.call('keep-alive')).rejects.toMatchObject({ code: 'unsupported' });
  });
});

const details = (provider: ConnectionDetails['provider']) =>
  ({ provider, credentials: { room: 'room' }, service: 'talker' }) as ConnectionDetails;
