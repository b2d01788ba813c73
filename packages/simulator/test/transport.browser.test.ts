import { type AvatarTransport, createAvatarSession, isAvatarError, silentLogger } from '@avatarwire/core';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createMemoryNetwork, createVirtualClock, type MemoryNetwork, memory } from '../src';
import { type SimulateServiceOptions, simulateService, startTransportAvatar } from '../src/transport';
import { countFrames, listenTo } from './media-probes';

const SMALL = { width: 128, height: 128, framesPerSecond: 20 };
const open = new AbortController().signal;
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function serve(options: Partial<SimulateServiceOptions<'memory'>> = {}, network = createMemoryNetwork()) {
  const rooms: string[] = [];
  const simulator = simulateService({
    ...SMALL,
    provider: 'memory',
    transport: () => memory(network),
    credentials: (room) => {
      if (!rooms.includes(room)) rooms.push(room);
      return { room };
    },
    ...options,
  });
  cleanUps.push(() => simulator.close());
  const session = createAvatarSession({
    transports: { memory: simulator.transport },
    source: simulator.source,
  });
  cleanUps.push(() => session.close());
  return { network, simulator, session, rooms };
}

const everyone = (network: MemoryNetwork, rooms: readonly string[]) =>
  rooms.flatMap((room) => network.present(room));

/** Keeps what the page makes of everything that must not be left open. */
function watchPage() {
  const contexts: AudioContext[] = [];
  const tracks: MediaStreamTrack[] = [];
  vi.stubGlobal(
    'AudioContext',
    new Proxy(AudioContext, {
      construct(target, given: [AudioContextOptions?]) {
        const made = new target(...given);
        contexts.push(made);
        return made;
      },
    }),
  );
  const capture = HTMLCanvasElement.prototype.captureStream;
  vi.spyOn(HTMLCanvasElement.prototype, 'captureStream').mockImplementation(function (
    this: HTMLCanvasElement,
    rate,
  ) {
    const stream = capture.call(this, rate);
    tracks.push(...stream.getTracks());
    return stream;
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  return {
    left: () => [
      ...contexts.map(({ state }) => state).filter((state) => state !== 'closed'),
      ...tracks.map(({ readyState }) => readyState).filter((state) => state !== 'ended'),
    ],
    made: () => contexts.length + tracks.length,
  };
}

describe('the simulated avatar over the memory transport, with real tracks in Chromium', () => {
  test('it is seen, heard after a click, asked and answers', async () => {
    const { session, simulator } = serve({ avatar: { reply: (text) => `You asked: ${text} `.repeat(6) } });
    const remote: MediaStreamTrack[] = [];
    await session.connect();
    session.transport?.on('track-added', ({ track }) => remote.push(track));
    const video = document.createElement('video');
    video.muted = true;
    document.body.append(video);
    onTestFinished(() => video.remove());
    session.attach(video);
    await vi.waitFor(() =>
      expect(session.getSnapshot().avatar).toMatchObject({ present: true, audio: true, video: true }),
    );
    const [picture, sound] = ['video', 'audio'].map((kind) =>
      (video.srcObject as MediaStream).getTracks().find((track) => track.kind === kind),
    );
    const frames = await countFrames(picture as MediaStreamTrack, 10);
    expect(frames).toMatchObject({ width: 128, different: true });

    await userEvent.click(document.body);
    const ear = await listenTo(sound as MediaStreamTrack);
    onTestFinished(ear.close);
    await session.ask('How are you?');
    await vi.waitFor(async () => expect(await ear.level(200)).toBeGreaterThan(0.02), 5_000);
    expect(simulator.avatar?.heard.messages.map(({ text }) => text)).toEqual(['How are you?']);
    await session.interrupt();
    await vi.waitFor(async () => expect(await ear.level(150)).toBeLessThan(0.003), 3_000);
  });

  test('every service session has a room of its own, and closing leaves nobody in it and nothing open in the page', async () => {
    const page = watchPage();
    const { session, simulator, network, rooms } = serve();
    await session.connect();
    expect(simulator.service).toEqual({ opened: 1, closed: 0, open: 1 });
    const first = simulator.avatar;
    await session.close();
    expect(simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
    await session.connect();
    expect(simulator.avatar).not.toBe(first);
    expect(new Set(rooms).size).toBe(2);
    await session.close();
    await simulator.close();
    expect(everyone(network, rooms)).toEqual([]);
    expect(page.made()).toBe(4);
    expect(page.left()).toEqual([]);
  });

  test('an avatar that leaves and returns is met again, over a fresh transport and with the same tracks', async () => {
    const transports: AvatarTransport<'memory'>[] = [];
    const network = createMemoryNetwork();
    const { session, simulator } = serve(
      {
        transport: () => {
          const made = memory(network);
          transports.push(made);
          return made;
        },
      },
      network,
    );
    await session.connect();
    await simulator.leave();
    await vi.waitFor(() => expect(session.getSnapshot().state).toBe('waiting'), 5_000);
    await simulator.return();
    await vi.waitFor(() => expect(session.getSnapshot().state).toBe('live'));
    expect(transports).toHaveLength(3);
    await session.speak('Welcome back.');
    await vi.waitFor(() => expect(simulator.avatar?.heard.messages).toHaveLength(1));
  });

  test('by default the details name nobody; on demand they name the participant', async () => {
    const { simulator } = serve();
    expect(await simulator.source.open({ provider: 'memory' }, { signal: open })).not.toHaveProperty(
      'avatarId',
    );
    const naming = serve({ avatar: { behaviour: { namedInDetails: true } } });
    const details = await naming.simulator.source.open({ provider: 'memory' }, { signal: open });
    expect(naming.network.present(naming.rooms[0] ?? '')).toEqual([details.avatarId]);
  });

  test('in another dialect it is a session of that service, which is told over REST until it is closed', async () => {
    const { simulator } = serve({ avatar: { dialect: 'heygen' } });
    const { open: openSession, call, close } = simulator.source;
    const details = await openSession({ provider: 'memory' }, { signal: open });
    expect(details.service).toBe('heygen');
    await call?.(details, 'task', { text: 'Welcome.' }, { signal: open });
    expect(simulator.avatar?.heard.messages).toMatchObject([{ text: 'Welcome.', mode: 'retelling' }]);
    await expect(call?.(details, 'ask', { text: 'x' }, { signal: open })).rejects.toMatchObject({
      code: 'unsupported',
    });
    await close?.(details, { reason: 'requested', keepalive: false });
    await expect(call?.(details, 'task', { text: 'x' }, { signal: open })).rejects.toMatchObject({
      code: 'session-gone',
    });
    expect(serve().simulator.source).not.toHaveProperty('call');
  });

  test('an avatar that comes later is waited for', async () => {
    const { session, simulator } = serve({ avatarDelayMs: 300 });
    const states: string[] = [];
    session.on('state-changed', ({ state }) => states.push(state));
    await session.connect();
    expect(states).toEqual(['connecting', 'waiting', 'live']);
    expect(simulator.avatar?.state.present).toBe(true);
  });

  test('one that was to come later does not come to a session that is over', async () => {
    const page = watchPage();
    const met = vi.fn();
    const { simulator, network, rooms } = serve({ avatarDelayMs: 0 });
    simulator.onAvatar(met);
    const details = await simulator.source.open({ provider: 'memory' }, { signal: open });
    await simulator.source.close?.(details, { reason: 'requested', keepalive: false });
    await simulator.source.close?.(details, { reason: 'requested', keepalive: false });
    expect(simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
    expect(met).not.toHaveBeenCalled();
    expect(everyone(network, rooms)).toEqual([]);
    expect(page.left()).toEqual([]);
  });

  test('what comes while it still publishes is answered once it has', async () => {
    const clock = createVirtualClock();
    const network = createMemoryNetwork({ clock });
    const [transport, visitor] = [memory(network), memory(network)];
    const { publishing } = transport;
    if (publishing === undefined) throw new Error('the memory transport publishes');
    const publish = publishing.publish.bind(publishing);
    let letPublish = () => {};
    const permitted = new Promise<void>((resolve) => {
      letPublish = resolve;
    });
    vi.spyOn(publishing, 'publish').mockImplementation(async (...given) => {
      await permitted;
      await publish(...given);
    });
    const answers: string[] = [];
    visitor.on('packet', ({ data }) => answers.push(new TextDecoder().decode(data)));
    const starting = startTransportAvatar({
      ...SMALL,
      clock,
      transport: () => transport,
      credentials: { room: 'r' },
    });
    cleanUps.push(async () => (await starting).close());
    await clock.run(visitor.connect({ room: 'r' }, { signal: open, logger: silentLogger }));
    cleanUps.push(() => clock.run(visitor.close()));
    const frame = { v: 2, type: 'command', mid: 'early', pld: { cmd: 'interrupt' } };
    await clock.run(visitor.send(new TextEncoder().encode(JSON.stringify(frame))));
    await clock.advance(500);
    letPublish();
    await clock.run(starting);
    await clock.advance(500);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toContain('"early"');
  });

  test('what a service session had scheduled goes with it', async () => {
    const clock = createVirtualClock();
    const { simulator } = serve({ clock, avatarDelayMs: 5_000, expiresInMs: 60_000 });
    const details = await simulator.source.open({ provider: 'memory' }, { signal: open });
    expect(clock.scheduled).toBe(2);
    await simulator.source.close?.(details, { reason: 'requested', keepalive: false });
    expect(clock.scheduled).toBe(0);
  });

  test('a service session that expires ends by itself', async () => {
    const { session, simulator, network, rooms } = serve({ expiresInMs: 600 });
    await session.connect();
    await vi.waitFor(() => expect(session.getSnapshot().closed?.reason).toBe('expired'), 5_000);
    await vi.waitFor(() => expect(everyone(network, rooms)).toEqual([]));
    expect(simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
  });

  test.each<[string, (network: MemoryNetwork, abort: AbortController) => void, unknown]>([
    [
      'the network refuses the avatar',
      (network) => {
        network.faults.join = () => Promise.reject(new Error('no'));
      },
      { code: 'network' },
    ],
    [
      'the visitor gives up meanwhile',
      (network, abort) => {
        network.faults.join = async () => abort.abort(new Error('never mind'));
      },
      { message: 'never mind' },
    ],
  ])('when %s, opening fails and leaves nothing', async (_name, arrange, expected) => {
    const page = watchPage();
    const { simulator, network, rooms } = serve();
    const abort = new AbortController();
    arrange(network, abort);
    await expect(
      simulator.source.open({ provider: 'memory' }, { signal: abort.signal }),
    ).rejects.toMatchObject(expected as object);
    expect(simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
    await vi.waitFor(() => expect(everyone(network, rooms)).toEqual([]));
    expect(page.made()).toBe(2);
    await vi.waitFor(() => expect(page.left()).toEqual([]));
  });

  test('where the browser makes no track of a canvas there is no half of an avatar', async () => {
    const page = watchPage();
    vi.spyOn(HTMLCanvasElement.prototype, 'captureStream').mockReturnValue(new MediaStream());
    const { simulator, network, rooms } = serve();
    await expect(simulator.source.open({ provider: 'memory' }, { signal: open })).rejects.toMatchObject({
      code: 'unsupported',
    });
    expect(page.made()).toBe(1);
    await vi.waitFor(() => expect(page.left()).toEqual([]));
    expect(everyone(network, rooms)).toEqual([]);
    expect(simulator.service.open).toBe(0);
  });

  test('it serves one provider, and says so', async () => {
    const { simulator } = serve();
    await expect(simulator.source.open({ provider: 'agora' }, { signal: open })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('memory'),
    });
    expect(simulator.service.opened).toBe(0);
  });

  test.each([
    [{ width: 10 }, /width/],
    [{ expiresInMs: 0 }, /expiresInMs/],
    [{ avatarDelayMs: -1 }, /avatarDelayMs/],
  ])('an option out of range is refused by name: %j', (options, message) => {
    expect(() => serve(options)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
    );
  });
});

describe('an avatar of one room', () => {
  test('what it says on its own reaches everyone, while the link is cut it waits, and after a loss it may return', async () => {
    const network = createMemoryNetwork();
    const onGone = vi.fn();
    const figure = await startTransportAvatar({
      ...SMALL,
      transport: () => memory(network),
      credentials: { room: 'r' },
      onGone,
    });
    cleanUps.push(() => figure.close());
    const visitor = memory(network);
    cleanUps.push(() => visitor.close());
    const heard: string[] = [];
    visitor.on('packet', ({ data, from }) => {
      expect(from).toBe(figure.id);
      heard.push(JSON.parse(new TextDecoder().decode(data)).pld.text);
    });
    await visitor.connect({ room: 'r' }, { signal: open, logger: silentLogger });

    network.cut('r');
    figure.avatar.say('Good morning.');
    network.resume('r');
    await vi.waitFor(() => expect(heard.join('')).toBe('Good morning.'));

    network.end('network-lost', 'r');
    expect(onGone.mock.calls).toEqual([['network-lost']]);
    await vi.waitFor(() => expect(figure.present).toBe(false));
    expect(figure.avatar.state.present).toBe(false);
    await figure.return();
    expect(figure.present).toBe(true);
    expect(network.present('r')).toEqual([figure.id]);
  });

  test('closing while it returns leaves the room again', async () => {
    const network = createMemoryNetwork();
    const figure = await startTransportAvatar({
      ...SMALL,
      transport: () => memory(network),
      credentials: { room: 'r' },
    });
    await figure.leave();
    const returning = figure.return().catch((error: unknown) => error);
    await figure.close();
    const error = await returning;
    expect(isAvatarError(error) && error.code).toBe('not-connected');
    await vi.waitFor(() => expect(network.present('r')).toEqual([]));
    expect(figure.tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
    await expect(figure.return()).rejects.toMatchObject({ code: 'not-connected' });
  });
});
