/** The adapter over the real RTCPeerConnection of Chromium; a real one that offers is behind its calls. */

import { AvatarError, type ConnectOptions, type RemoteTrack, silentLogger } from '@avatarwire/core';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type WebrtcOptions, webrtc } from '../src/index';
import { expectAllClosed } from './expect-all-closed';
import { type OfferingServiceOptions, startOfferingService } from './offering-service';

expectAllClosed();

const never = () => new Promise<never>(() => {});
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A service, and an adapter that has not connected to it yet. */
async function meet(serviceOptions: OfferingServiceOptions = {}, options: WebrtcOptions = {}) {
  const service = await startOfferingService(serviceOptions);
  onTestFinished(() => service.close());
  const found: RTCIceCandidate[] = [];
  const actions: string[] = [];
  const warnings: unknown[][] = [];
  const tracks: RemoteTrack[] = [];
  const packets: string[] = [];
  const endings: string[] = [];
  const transport = webrtc({
    peerConnection(configuration) {
      const connection = new RTCPeerConnection(configuration);
      connection.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate?.candidate) found.push(candidate);
      });
      return connection;
    },
    ...options,
  });
  onTestFinished(() => transport.close());
  transport.on('track-added', (track) => tracks.push(track));
  transport.on('packet', ({ data }) => packets.push(new TextDecoder().decode(data)));
  transport.on('closed', ({ reason }) => endings.push(reason));
  const connect = (more: Partial<ConnectOptions> & { credentials?: object } = {}) =>
    transport.connect(
      { ...service.credentials, ...more.credentials },
      {
        signal: new AbortController().signal,
        logger: { ...silentLogger, warn: (...line: unknown[]) => warnings.push(line) },
        call(action, body) {
          actions.push(action);
          return service.call(action, body);
        },
        ...more,
      },
    );
  return { service, transport, connect, found, actions, warnings, tracks, packets, endings };
}

async function fakeTracks(): Promise<MediaStreamTrack[]> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  onTestFinished(() => {
    for (const track of stream.getTracks()) track.stop();
  });
  return stream.getTracks();
}

describe('a real service that offers, called over REST, in the real Chromium', () => {
  test('slow calls, answered out of order: each candidate arrives once, behind the answer, and they alone connect', async () => {
    const delays = [80, 5, 40, 10, 60];
    let calls = 0;
    const delay = () => after(delays[calls++ % delays.length] ?? 0);
    const { service, connect, found, actions, warnings, tracks, packets } = await meet({
      tracks: await fakeTracks(),
      namesPaths: false,
      outward: delay,
      homeward: delay,
    });
    expect(service.credentials.offer.sdp).not.toContain('a=candidate');

    await connect({ credentials: { jitterBufferTargetMs: 500 } });

    await vi.waitFor(() => expect(tracks.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']));
    for (const { track } of tracks)
      await vi.waitFor(() => expect(track.muted).toBe(false), { timeout: 5_000 });
    expect(found.length).toBeGreaterThan(0);
    await vi.waitFor(() =>
      expect(service.candidates).toEqual(found.map((candidate) => ({ ...candidate.toJSON() }))),
    );
    expect(actions).toEqual(['answer', ...found.map(() => 'ice')]);
    expect(warnings).toEqual([]);
    expect(packets).toEqual([]);
  });

  test('the advised jitter buffer is set on every receiver, and the option overrides it', async () => {
    const tracks = await fakeTracks();
    for (const [options, wanted] of [
      [{}, 500],
      [{ jitterBufferTargetMs: 200 }, 200],
    ] as const) {
      const { connect, transport } = await meet({ tracks }, options);
      await connect({ credentials: { jitterBufferTargetMs: 500 } });
      expect(transport.native?.getReceivers().map((receiver) => receiver.jitterBufferTarget)).toEqual([
        wanted,
        wanted,
      ]);
      await transport.close();
    }
  });

  test('connect waits for no answer to a call: the path itself shows that the service took it', async () => {
    const { connect, service, endings } = await meet({ homeward: never });
    await connect();
    await vi.waitFor(() => expect(service.connection.connectionState).toBe('connected'));
    expect(endings).toEqual([]);
  });

  test('where every candidate is refused, the checks that arrive make the connection, and each refusal is logged', async () => {
    const { connect, service, found, warnings } = await meet({
      outward: (action) => (action === 'ice' ? Promise.reject(new Error('503')) : undefined),
    });
    await connect();
    await vi.waitFor(() => expect(warnings).toHaveLength(found.length));
    expect(service.candidates).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  });

  test('an answer that is refused fails connect with the service’s own error', async () => {
    const refused = new AvatarError('service-refused', 'No.', { service: 'heygen', serviceCode: 400_006 });
    const { connect, transport } = await meet({ outward: () => Promise.reject(refused) });
    await expect(connect()).rejects.toBe(refused);
    expect(transport.native?.connectionState).toBe('closed');
  });

  test('an abort while the answer is on its way rejects with the reason, and no call follows', async () => {
    let arrive = () => {};
    const { connect, actions, transport, service, found, warnings } = await meet({
      outward: () => new Promise<void>((resolve) => (arrive = resolve)),
    });
    const abort = new AbortController();
    const connecting = connect({ signal: abort.signal });
    await vi.waitFor(() => expect([actions, found.length > 0]).toEqual([['answer'], true]));
    abort.abort('enough');
    await expect(connecting).rejects.toBe('enough');
    await transport.close();
    arrive();
    await vi.waitFor(() => expect(service.connection.remoteDescription?.type).toBe('answer'));
    expect(actions).toEqual(['answer']);
    expect(transport.native?.connectionState).toBe('closed');
    expect(warnings).toEqual([]);
  });

  test('a service that never opens a channel: connect stands, and can send nothing', async () => {
    const { connect, transport } = await meet({ tracks: await fakeTracks(), channel: 'never' });
    await expect(connect()).resolves.toMatchObject({ canSend: false });
    await expect(transport.send(new Uint8Array(1))).rejects.toMatchObject({ code: 'not-connected' });
  });

  test('a channel that the service opens in mid-call is heard, its text as UTF-8 bytes, and can be sent on', async () => {
    const { connect, transport, service, packets } = await meet({ channel: 'late' });
    await expect(connect()).resolves.toMatchObject({ canSend: false });
    const channel = service.openChannel();
    channel.onopen = () => channel.send('{"state":"Ä 日本 👋"}');
    await vi.waitFor(() => expect(packets).toEqual(['{"state":"Ä 日本 👋"}']));
    await transport.send(new TextEncoder().encode('heard'));
    await vi.waitFor(() => expect(service.heard).toEqual(['heard']));
  });

  test('a service that closes its channel alone goes on; one that hangs up ends it at once', async () => {
    const { connect, transport, service, packets, endings } = await meet({ channel: 'late' });
    await connect();
    const first = service.openChannel();
    first.onopen = () => first.send('hello');
    await vi.waitFor(() => expect(packets).toEqual(['hello']));
    first.close();
    await vi.waitFor(() =>
      expect(transport.send(new Uint8Array(1))).rejects.toMatchObject({ code: 'not-connected' }),
    );
    expect(endings).toEqual([]);
    const second = await meet();
    await second.connect();
    await vi.waitFor(() => second.transport.send(new Uint8Array(1)));
    second.service.close();
    await vi.waitFor(() => expect(second.endings).toEqual(['room-ended']));
    expect(endings).toEqual([]);
  });

  test('connect waits for the channel where it is told to', async () => {
    const { connect } = await meet({}, { channel: { awaited: true } });
    await expect(connect()).resolves.toEqual({ localId: 'local', maxPacketBytes: 16_384, canSend: true });
  });
});
