import { createAvatarSession, silentLogger } from '@avatarwire/core';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { type SimulatedWebRtcAvatarOptions, simulatedWebRtcAvatar } from '../src/webrtc';
import { countFrames, listenTo } from './media-probes';

const open = new AbortController().signal;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A simulator with one service session and a transport that has joined it. */
async function join(options: SimulatedWebRtcAvatarOptions = {}) {
  const simulator = simulatedWebRtcAvatar({ width: 256, height: 256, ...options });
  cleanUps.push(() => simulator.close());
  const details = await simulator.source.open({ provider: 'webrtc' }, { signal: open });
  if (details.provider !== 'webrtc') throw new Error('other provider');
  const transport = simulator.transport();
  cleanUps.push(() => transport.close());
  const tracks: MediaStreamTrack[] = [];
  const packets: string[] = [];
  const seen: string[] = [];
  transport.on('track-added', ({ track }) => tracks.push(track));
  transport.on('packet', ({ data }) => packets.push(decoder.decode(data)));
  transport.on('reconnecting', () => seen.push('reconnecting'));
  transport.on('reconnected', () => seen.push('reconnected'));
  transport.on('participant-left', () => seen.push('participant-left'));
  transport.on('closed', ({ reason }) => seen.push(`closed ${reason}`));
  await transport.connect(details.credentials, { signal: open, logger: silentLogger });
  await vi.waitFor(() => expect(tracks).toHaveLength(2));
  const track = (kind: string) => tracks.find((one) => one.kind === kind) as MediaStreamTrack;
  const say = (frame: object) => transport.send(encoder.encode(JSON.stringify({ v: 2, ...frame })));
  return { simulator, details, transport, tracks, track, packets, seen, say };
}

test('over real peer connections in Chromium, the face arrives as a track whose frames go on', async () => {
  const { track } = await join();

  const frames = await countFrames(track('video'), 20);

  expect(frames.width).toBe(256);
  expect(frames.height).toBe(256);
  expect(frames.presented).toBeGreaterThanOrEqual(20);
  expect(frames.different).toBe(true);
});

test('over real peer connections, the voice is heard while the avatar speaks and is gone after an interrupt', async () => {
  const { track, say, packets } = await join();
  // Chromium lets no page sound before a real click.
  await userEvent.click(document.body);
  const ear = await listenTo(track('audio'));
  cleanUps.push(ear.close);
  expect(await ear.level(300)).toBeLessThan(0.003);

  await say({
    type: 'chat',
    mid: 'one',
    idx: 0,
    fin: true,
    pld: { text: 'A long sentence that goes on and on. '.repeat(8) },
  });
  await vi.waitFor(async () => expect(await ear.level(200)).toBeGreaterThan(0.03), { timeout: 4_000 });
  await say({ type: 'command', mid: 'two', pld: { cmd: 'interrupt' } });
  await vi.waitFor(() => expect(packets.some((packet) => packet.includes('"two"'))).toBe(true));

  await vi.waitFor(async () => expect(await ear.level(150)).toBeLessThan(0.003), { timeout: 1_500 });
});

test('over a real data channel, parameters are acknowledged and a question is answered', async () => {
  const { simulator, say, packets } = await join({ avatar: { reply: () => 'Fine, thank you.' } });

  await say({
    type: 'command',
    mid: 'mode',
    pld: { cmd: 'set-params', data: { mode: 2, vparams: { speed: 1.2 } } },
  });
  await say({ type: 'chat', mid: 'ask', idx: 0, fin: true, pld: { text: 'How are you?' } });

  await vi.waitFor(() => {
    const chat = packets.map((packet) => JSON.parse(packet)).filter(({ type }) => type === 'chat');
    expect(chat.map(({ pld }) => pld.text).join('')).toBe('Fine, thank you.');
  });
  expect(simulator.avatar?.heard.messages.map(({ text }) => text)).toEqual(['How are you?']);
  expect(simulator.avatar?.speed).toBe(1.2);
  expect(simulator.avatar?.heard.violations).toEqual([]);
});

test('over real peer connections, a camera that the visitor publishes in mid-call is taken, and the avatar goes on', async () => {
  const { transport, track, say, packets, seen } = await join();
  const { publishing, native } = transport;
  const [camera] = (await navigator.mediaDevices.getUserMedia({ video: true })).getTracks();
  if (!publishing || !camera || !(native instanceof RTCPeerConnection))
    throw new Error('nothing to publish with');
  cleanUps.push(async () => camera.stop());
  /** What the avatar's end says that it has received. */
  const received = async () => {
    let packetsThere = 0;
    for (const [, entry] of await native.getStats())
      if (entry.type === 'remote-inbound-rtp' && entry.kind === 'video')
        packetsThere += entry.roundTripTimeMeasurements;
    return packetsThere;
  };

  await publishing.publish('camera', camera);
  await vi.waitFor(async () => expect(await received()).toBeGreaterThan(0), { timeout: 8_000 });
  await publishing.mute('camera', true);
  await publishing.unpublish('camera');
  await publishing.publish('camera', camera);

  expect((await countFrames(track('video'), 10)).different).toBe(true);
  await say({ type: 'command', mid: 'still here', pld: { cmd: 'interrupt' } });
  await vi.waitFor(() => expect(packets.some((packet) => packet.includes('still here'))).toBe(true));
  expect(seen).toEqual([]);
});

test('two lines make a session that asks, is answered, and leaves nothing billed', async () => {
  const simulator = simulatedWebRtcAvatar({ avatar: { reply: (text) => `You asked: ${text}` } });
  const session = createAvatarSession({
    transports: { webrtc: simulator.transport },
    source: simulator.source,
  });
  cleanUps.push(
    () => simulator.close(),
    () => session.close(),
  );
  const video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  onTestFinished(() => video.remove());
  session.attach(video);

  await session.connect();
  await session.ask('How are you?');

  await vi.waitFor(() => {
    const answers = session.getSnapshot().messages.filter(({ author }) => author === 'avatar');
    expect(answers.map(({ text, complete }) => ({ text, complete }))).toEqual([
      { text: 'You asked: How are you?', complete: true },
    ]);
    expect(session.getSnapshot().avatar).toMatchObject({ present: true, audio: true, video: true });
    expect(video.videoWidth).toBe(512);
  }, 5_000);
  expect(simulator.service).toEqual({ opened: 1, closed: 0, open: 1 });
  await session.close();
  expect(simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });

  await session.connect();
  expect(simulator.service).toEqual({ opened: 2, closed: 1, open: 1 });
});

test('a cut reports reconnecting, holds packets back, and delivers them in order once resumed', async () => {
  const peers: RTCPeerConnection[] = [];
  collect('RTCPeerConnection', peers);
  const { simulator, say, seen, track } = await join();
  await countFrames(track('video'), 3);

  await say({ type: 'chat', mid: 'before', idx: 0, fin: true, pld: { text: 'Before.' } });
  await vi.waitFor(() => expect(simulator.avatar?.heard.messages).toHaveLength(1));
  const sent = [say({ type: 'chat', mid: 'during', idx: 0, fin: true, pld: { text: 'During.' } })];
  simulator.cut();
  expect(seen).toEqual(['reconnecting']);
  await expect(
    say({ type: 'chat', mid: 'late', idx: 0, fin: true, pld: { text: 'Late.' } }),
  ).rejects.toMatchObject({ code: 'not-connected' });
  await Promise.all(sent);
  // Both packets have come to the avatar's real connection; the second is held behind it.
  await vi.waitFor(async () => expect(await messagesReceived(peers[1])).toBe(2));
  expect(simulator.avatar?.heard.messages).toHaveLength(1);
  simulator.resume();

  await vi.waitFor(() =>
    expect(simulator.avatar?.heard.messages.map(({ text }) => text)).toEqual(['Before.', 'During.']),
  );
  expect(seen).toEqual(['reconnecting', 'reconnected']);
  await countFrames(track('video'), 3);
});

test('an avatar that leaves says goodbye, and answers a new transport once it has returned', async () => {
  const { simulator, seen, details } = await join();

  await simulator.leave();
  await vi.waitFor(() => expect(seen).toEqual(['participant-left', 'closed room-ended']));
  const again = simulator.transport();
  cleanUps.push(() => again.close());
  const joined = again.connect(details.credentials as object, { signal: open, logger: silentLogger });
  const answered = vi.fn();
  void joined.then(answered);
  // As long as it takes others to meet, nobody answers.
  await join();
  expect(answered).not.toHaveBeenCalled();
  await simulator.return();

  await expect(joined).resolves.toMatchObject({ canSend: true });
});

test('each service session has an avatar of its own, and is counted until it is closed', async () => {
  const simulator = simulatedWebRtcAvatar();
  cleanUps.push(() => simulator.close());

  const first = await simulator.source.open({ provider: 'webrtc' }, { signal: open });
  const one = simulator.avatar;
  const second = await simulator.source.open({ provider: 'webrtc' }, { signal: open });

  expect(simulator.avatar).not.toBe(one);
  expect(simulator.service).toEqual({ opened: 2, closed: 0, open: 2 });
  await simulator.source.close?.(first, { reason: 'requested', keepalive: false });
  await simulator.source.close?.(first, { reason: 'requested', keepalive: false });
  await simulator.source.close?.(second, { reason: 'requested', keepalive: false });
  expect(simulator.service).toEqual({ opened: 2, closed: 2, open: 0 });
});

test.for(['a2e', 'heygen', 'liveavatar'] as const)(
  'an avatar with the words of %s is served under that name, and takes its calls',
  async (dialect) => {
    const simulator = simulatedWebRtcAvatar({ width: 64, height: 64, avatar: { dialect } });
    cleanUps.push(() => simulator.close());
    const { source } = simulator;
    const details = await source.open({ provider: 'webrtc' }, { signal: open });
    expect(details.service).toBe(dialect);
    const action = { a2e: 'speak', heygen: 'task', liveavatar: 'keep-alive' }[dialect];
    await source.call?.(details, action, { text: 'Welcome.' }, { signal: open });
    expect(simulator.avatar?.heard.messages.map(({ text }) => text)).toEqual(
      dialect === 'liveavatar' ? [] : ['Welcome.'],
    );
    await expect(source.call?.(details, 'dance', {}, { signal: open })).rejects.toMatchObject({
      code: 'unsupported',
    });
    await source.close?.(details, { reason: 'requested', keepalive: false });
    await expect(source.call?.(details, action, { text: 'x' }, { signal: open })).rejects.toMatchObject({
      code: 'session-gone',
    });
  },
);

test('a service session that expires ends itself, and the transport learns it', async () => {
  const { simulator, seen } = await join({ expiresInMs: 1_500 });

  await vi.waitFor(() => expect(seen).toContain('closed room-ended'), { timeout: 4_000 });
  expect(simulator.service).toEqual({ opened: 1, closed: 1, open: 0 });
});

test('closing leaves no track, audio context or peer connection open', async () => {
  const contexts: AudioContext[] = [];
  const peers: RTCPeerConnection[] = [];
  const made: MediaStreamTrack[] = [];
  collect('AudioContext', contexts);
  collect('RTCPeerConnection', peers);
  const capture = HTMLCanvasElement.prototype.captureStream;
  vi.spyOn(HTMLCanvasElement.prototype, 'captureStream').mockImplementation(function (
    this: HTMLCanvasElement,
    rate,
  ) {
    const stream = capture.call(this, rate);
    made.push(...stream.getTracks());
    return stream;
  });
  onTestFinished(() => void vi.restoreAllMocks());
  const { simulator, transport, tracks } = await join();
  expect([contexts.length, peers.length, made.length]).toEqual([1, 2, 1]);

  await transport.close();
  await simulator.close();

  expect(contexts.map(({ state }) => state)).toEqual(['closed']);
  expect(peers.map(({ signalingState }) => signalingState)).toEqual(['closed', 'closed']);
  expect(made.map(({ readyState }) => readyState)).toEqual(['ended']);
  await vi.waitFor(() => expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']));
});

test.each([
  [{ width: 10 }, /width/],
  [{ height: 4_000 }, /height/],
  [{ framesPerSecond: 0.5 }, /framesPerSecond/],
  [{ expiresInMs: -1 }, /expiresInMs/],
])('an option out of range is refused by name: %j', (options, message) => {
  expect(() => simulatedWebRtcAvatar(options)).toThrow(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
  );
});

/** Packets that have arrived at this end of a data channel; the visitor's end is made first, the avatar's second. */
async function messagesReceived(peer: RTCPeerConnection | undefined): Promise<number> {
  let received = 0;
  for (const [, entry] of (await peer?.getStats()) ?? []) {
    if (entry.type === 'data-channel') received += entry.messagesReceived;
  }
  return received;
}

/** Keeps every object that the page makes of a global class, for the length of the test. */
function collect<K extends 'AudioContext' | 'RTCPeerConnection'>(
  name: K,
  into: InstanceType<(typeof globalThis)[K]>[],
): void {
  const Original = globalThis[name] as new (...given: unknown[]) => InstanceType<(typeof globalThis)[K]>;
  vi.stubGlobal(
    name,
    new Proxy(Original, {
      construct(target, given) {
        const made = new target(...given);
        into.push(made);
        return made;
      },
    }),
  );
  onTestFinished(() => void vi.unstubAllGlobals());
}
