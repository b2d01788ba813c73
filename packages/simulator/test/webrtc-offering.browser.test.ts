import { silentLogger } from '@avatarwire/core';
import { type WebrtcOptions, webrtc } from '@avatarwire/webrtc';
import { afterEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { createVirtualClock } from '../src';
import { type OfferingAvatar, type OfferingAvatarOptions, startOfferingAvatar } from '../src/webrtc';
import { countFrames, listenTo } from './media-probes';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function offer(options: OfferingAvatarOptions = {}): Promise<OfferingAvatar> {
  const offering = await startOfferingAvatar({ width: 256, height: 256, ...options });
  cleanUps.push(() => offering.close());
  return offering;
}

/** A visitor who answers by calls, as to a service over REST. */
function visit(offering: OfferingAvatar, options: WebrtcOptions = {}) {
  const transport = webrtc(options);
  cleanUps.push(() => transport.close());
  const tracks: MediaStreamTrack[] = [];
  const packets: string[] = [];
  const endings: string[] = [];
  const warnings: unknown[] = [];
  transport.on('track-added', ({ track }) => tracks.push(track));
  transport.on('packet', ({ data }) => packets.push(decoder.decode(data)));
  transport.on('closed', ({ reason }) => endings.push(reason));
  const connect = () =>
    transport.connect(offering.credentials, {
      signal: new AbortController().signal,
      logger: { ...silentLogger, warn: (...line: unknown[]) => warnings.push(line) },
      async call(action, body) {
        const { sdp, candidate } = JSON.parse(JSON.stringify(body));
        if (action === 'answer') await offering.acceptAnswer(sdp);
        else await offering.addCandidate(candidate);
      },
    });
  const track = (kind: string) => tracks.find((one) => one.kind === kind) as MediaStreamTrack;
  return { transport, connect, tracks, track, packets, endings, warnings };
}

test('over real peer connections in Chromium, an avatar that offers is seen and heard by the adapter, which calls', async () => {
  // Chromium lets no page sound before a real click.
  await userEvent.click(document.body);
  const offering = await offer({ jitterBufferTargetMs: 500 });
  expect(offering.credentials).toMatchObject({ iceServers: [], jitterBufferTargetMs: 500 });
  expect(offering.credentials.offer.sdp).toMatch(/a=candidate:/);
  const { connect, tracks, track, transport, warnings } = visit(offering);

  await connect();
  await vi.waitFor(() => expect(tracks).toHaveLength(2));

  expect(transport.native?.getReceivers().map((receiver) => receiver.jitterBufferTarget)).toEqual([500, 500]);
  expect(await countFrames(track('video'), 10)).toMatchObject({ width: 256, height: 256, different: true });
  const ear = await listenTo(track('audio'));
  cleanUps.push(ear.close);
  expect(await ear.level(300)).toBeLessThan(0.003);
  offering.avatar.say('A long sentence that goes on and on. '.repeat(4));
  await vi.waitFor(async () => expect(await ear.level(200)).toBeGreaterThan(0.03), { timeout: 4_000 });
  expect(warnings).toEqual([]);
});

test('the channel that a real avatar opened carries its words as text and ours as bytes', async () => {
  const offering = await offer({ avatar: { reply: () => 'Grüße aus 東京 👋', mode: 'dialogue' } });
  const { connect, transport, packets } = visit(offering, { channel: { label: 'avatar', awaited: true } });
  await expect(connect()).resolves.toMatchObject({ canSend: true });

  const frame = { v: 2, type: 'chat', mid: 'ask', idx: 0, fin: true, pld: { text: 'How are you?' } };
  await transport.send(encoder.encode(JSON.stringify(frame)));

  await vi.waitFor(() => {
    const chat = packets.map((packet) => JSON.parse(packet)).filter(({ type }) => type === 'chat');
    expect(chat.map(({ pld }) => pld.text).join('')).toBe('Grüße aus 東京 👋');
  }, 4_000);
  expect(offering.avatar.heard.messages.map(({ text }) => text)).toEqual(['How are you?']);
});

test('an avatar that opens no channel is joined all the same', async () => {
  const offering = await offer({ channel: false });
  expect(offering.credentials.offer.sdp).not.toContain('m=application');
  await expect(visit(offering).connect()).resolves.toMatchObject({ canSend: false });
});

test('an avatar that leaves has hung up: the real connection ends as room-ended, and nothing more is taken', async () => {
  const offering = await offer();
  const { connect, endings } = visit(offering, { channel: { awaited: true } });
  await connect();
  await offering.avatar.leave();
  await vi.waitFor(() => expect(endings).toEqual(['room-ended']));
  await expect(offering.addCandidate({ candidate: '', sdpMid: '0' })).rejects.toMatchObject({
    code: 'session-gone',
  });
});

test('real candidates that come before the answer are kept, in whatever order the calls arrive', async () => {
  const offering = await offer();
  const visitor = new RTCPeerConnection();
  cleanUps.push(() => visitor.close());
  const found: RTCIceCandidate[] = [];
  const allFound = new Promise<void>((resolve) => {
    visitor.onicecandidate = ({ candidate }) => (candidate ? found.push(candidate) : resolve());
  });
  // Where the offer names no path, these candidates alone make the connection.
  const sdp = offering.credentials.offer.sdp?.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, '') ?? '';
  await visitor.setRemoteDescription({ type: 'offer', sdp });
  await visitor.setLocalDescription();
  const answer = { type: 'answer', sdp: visitor.localDescription?.sdp ?? '' } as const;
  await allFound;
  for (const candidate of found) if (candidate.candidate) await offering.addCandidate(candidate.toJSON());

  await offering.acceptAnswer({ ...answer, sdp: answer.sdp.replace(/^a=candidate:.*\r\n/gm, '') });

  await vi.waitFor(() => expect(visitor.connectionState).toBe('connected'), { timeout: 5_000 });
  await expect(offering.acceptAnswer(answer)).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('what the real browser refuses is an invalid argument, and a second try may do better', async () => {
  const offering = await offer();
  await expect(offering.acceptAnswer({ type: 'answer', sdp: 'nonsense' })).rejects.toMatchObject({
    code: 'invalid-argument',
    cause: { name: 'OperationError' },
  });
  const { connect } = visit(offering);
  await connect();
  await expect(offering.addCandidate({ candidate: 'candidate:nonsense', sdpMid: '0' })).rejects.toMatchObject(
    {
      code: 'invalid-argument',
    },
  );
});

test('at most 100 candidates are kept for an answer that does not come', async () => {
  const offering = await offer();
  for (let early = 0; early < 100; early++) await offering.addCandidate({ candidate: `candidate:${early}` });
  await expect(offering.addCandidate({ candidate: 'candidate:100' })).rejects.toMatchObject({
    code: 'invalid-argument',
  });
});

test.for([
  ['gatheringMs', { gatheringMs: 0 }],
  ['jitterBufferTargetMs', { jitterBufferTargetMs: 4_001 }],
  ['iceServers', { iceServers: [{ urls: 'https://turn.example.org' }] }],
  ['width', { width: 1 }],
] as const)('a wrong %s is refused by name', async ([field, options]) => {
  await expect(startOfferingAvatar(options as OfferingAvatarOptions)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining(field),
  });
});

test('a browser that does not say that it has found all candidates is waited for no longer than asked, on a virtual clock', {
  timeout: 10_000,
}, async () => {
  const gathering = Object.getOwnPropertyDescriptor(RTCPeerConnection.prototype, 'iceGatheringState');
  Object.defineProperty(RTCPeerConnection.prototype, 'iceGatheringState', {
    configurable: true,
    get: () => 'gathering',
  });
  cleanUps.push(() => {
    if (gathering) Object.defineProperty(RTCPeerConnection.prototype, 'iceGatheringState', gathering);
  });
  const clock = createVirtualClock();
  const schedule = vi.spyOn(clock, 'schedule');
  const offering = startOfferingAvatar({ clock, gatheringMs: 700, width: 64, height: 64 });
  const done = vi.fn();
  void offering.then(done);
  await vi.waitFor(() => expect(schedule).toHaveBeenCalledWith(expect.any(Function), 700));
  await clock.advance(699);
  expect(done).not.toHaveBeenCalled();
  await clock.advance(1);
  const { close, credentials } = await offering;
  expect(credentials.offer.type).toBe('offer');
  await close();
});

test('once closed, any number of times, the real connections of both ends are closed and no track lives', async () => {
  const peers: RTCPeerConnection[] = [];
  const Browsers = RTCPeerConnection;
  vi.stubGlobal(
    'RTCPeerConnection',
    class extends Browsers {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.push(this);
      }
    },
  );
  cleanUps.push(() => vi.unstubAllGlobals());
  const offering = await offer();
  const { connect, endings } = visit(offering, { channel: { awaited: true } });
  await connect();
  const sent = peers[0]?.getSenders().map(({ track }) => track);
  await Promise.all([offering.close(), offering.close()]);
  await vi.waitFor(() => expect(endings).toEqual(['room-ended']));
  expect(peers.map(({ connectionState }) => connectionState)).toEqual(['closed', 'closed']);
  expect(sent?.map((track) => track?.readyState)).toEqual(['ended', 'ended']);
});
