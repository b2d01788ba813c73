/** The adapter over the real RTCPeerConnection of Chromium; the far ends are driven by hand, but in the first test. */

import { type ConnectOptions, type RemoteTrack, silentLogger, type TransportEvents } from '@avatarwire/core';
import {
  armNetwork,
  cutNetwork,
  disarmNetwork,
  mendNetwork,
  shapeNetwork,
} from '@avatarwire/tooling/page-network';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createLoopbackSignalling, type Signalling, type WebrtcTransport, webrtc } from '../src/index';
import { expectAllClosed } from './expect-all-closed';
import { createNearConnection } from './near-connection';
import { createRawPeer } from './raw-peer';

expectAllClosed();

const options = (more: Partial<ConnectOptions> = {}): ConnectOptions => ({
  signal: new AbortController().signal,
  logger: silentLogger,
  ...more,
});

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (words: string) => new TextEncoder().encode(words);

/** The next payload of an event. */
function next<E extends keyof TransportEvents>(
  transport: WebrtcTransport,
  event: E,
): Promise<TransportEvents[E]> {
  return new Promise((resolve) => {
    const stop = transport.on(event, (payload) => {
      stop();
      resolve(payload);
    });
  });
}

function closing<T extends { close(): unknown }>(closable: T): T {
  onTestFinished(() => void closable.close());
  return closable;
}

/** An adapter that offers and a far end that answers by hand. */
function createPair(
  more: Partial<Parameters<typeof webrtc>[0]> = {},
  far: Parameters<typeof createRawPeer>[1] = {},
) {
  const { local, remote } = createLoopbackSignalling();
  const raw = closing(createRawPeer(remote, far));
  const transport = closing(webrtc({ signalling: local, ...more }));
  return { transport, raw, remote, local };
}

async function fakeTracks(): Promise<MediaStreamTrack[]> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
  onTestFinished(() => {
    for (const track of stream.getTracks()) track.stop();
  });
  return stream.getTracks();
}

describe('two ends in one page of the real Chromium', () => {
  test('two adapters, one offering and one answering, exchange packets, and the one hears the other go', async () => {
    const { local, remote } = createLoopbackSignalling();
    const here = closing(webrtc({ signalling: local, remoteId: 'there' }));
    const there = closing(webrtc({ signalling: remote, remoteId: 'here' }));
    const [connection] = await Promise.all([here.connect({}, options()), there.connect({}, options())]);
    expect(connection).toEqual({ localId: 'local', maxPacketBytes: 16_384, canSend: true });

    const [heardHere, heardThere] = [next(here, 'packet'), next(there, 'packet')];
    await here.send(bytes('hello there'));
    await there.send(bytes('hello here'));
    expect({ ...(await heardThere), data: text((await heardThere).data) }).toEqual({
      from: 'here',
      data: 'hello there',
    });
    expect({ ...(await heardHere), data: text((await heardHere).data) }).toEqual({
      from: 'there',
      data: 'hello here',
    });

    const ended = next(there, 'closed');
    await here.close();
    expect(await ended).toEqual({ reason: 'room-ended' });
  });

  test('two adapters that publish at the same moment both are heard: one offer gives way, and is made again', async () => {
    const { local, remote } = createLoopbackSignalling();
    const here = closing(webrtc({ signalling: local, remoteId: 'there' }));
    const there = closing(webrtc({ signalling: remote, remoteId: 'here' }));
    const offers = { local: 0, remote: 0 };
    for (const [end, signalling] of Object.entries({ local, remote }) as ['local' | 'remote', Signalling][]) {
      const send = signalling.sendDescription;
      signalling.sendDescription = (description, given) => {
        if (description.type === 'offer') offers[end] += 1;
        return send(description, given);
      };
    }
    await Promise.all([here.connect({}, options()), there.connect({}, options())]);
    const added = { here: [] as RemoteTrack[], there: [] as RemoteTrack[] };
    here.on('track-added', (track) => added.here.push(track));
    there.on('track-added', (track) => added.there.push(track));
    const tracks = [...(await fakeTracks()), ...(await fakeTracks())];
    const [sound, picture, otherSound, otherPicture] = tracks;
    if (!sound || !picture || !otherSound || !otherPicture)
      throw new Error('The fake devices gave too little.');

    await Promise.all([
      here.publishing.publish('microphone', sound),
      there.publishing.publish('microphone', otherSound),
      here.publishing.publish('camera', picture),
      there.publishing.publish('screen', otherPicture),
    ]);

    for (const kinds of [added.here, added.there]) {
      await vi.waitFor(() => expect(kinds.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']));
      for (const { track } of kinds)
        await vi.waitFor(() => expect(track.muted).toBe(false), { timeout: 5_000 });
    }
    // The first, one for each track, and of the end that answers those that gave way.
    expect(offers.local).toBeGreaterThanOrEqual(3);
    expect(offers.remote).toBeGreaterThanOrEqual(2);
    await here.close();
    await there.close();
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['live', 'live', 'live', 'live']);
  });

  test('the far end closing its connection is heard at once as room-ended, without any signalling', async () => {
    const { transport, raw } = createPair();
    await transport.connect({}, options());
    const ended = next(transport, 'closed');
    raw.connection.close();
    expect(await ended).toEqual({ reason: 'room-ended' });
    expect(transport.native?.connectionState).toBe('closed');
  });

  test('the far end saying goodbye by signalling is room-ended, too', async () => {
    const { transport, remote } = createPair();
    await transport.connect({}, options());
    const ended = next(transport, 'closed');
    void remote.close();
    expect(await ended).toEqual({ reason: 'room-ended' });
  });

  test('a channel that both ends negotiated by its id carries packets', async () => {
    const channel = { negotiated: true, id: 7, label: 'chat' } as const;
    const { transport, raw } = createPair(
      { channel },
      { channel: { label: 'chat', init: { negotiated: true, id: 7 } } },
    );
    await transport.connect({}, options());
    await transport.send(bytes('by id'));
    await expect.poll(() => raw.received.map(text)).toEqual(['by id']);
  });

  test('the smaller maximum of the far end is the largest packet', async () => {
    const { local, remote } = createLoopbackSignalling();
    const limited: Signalling = {
      ...remote,
      sendDescription: ({ type, sdp }, signals) =>
        remote.sendDescription(
          { type, sdp: sdp.replace(/a=max-message-size:\d+/, 'a=max-message-size:1000') },
          signals,
        ),
    };
    closing(createRawPeer(limited));
    const transport = closing(webrtc({ signalling: local }));
    expect(await transport.connect({}, options())).toMatchObject({ maxPacketBytes: 1_000 });
  });

  test('candidates that all arrive before their description are used', async () => {
    const { local, remote } = createLoopbackSignalling();
    // Says every candidate first and the description a good while after the last of them.
    let description: (() => void | Promise<void>) | undefined;
    const backwards: Signalling = {
      ...remote,
      sendDescription(said, signals) {
        description = () => remote.sendDescription(said, signals);
      },
      async sendCandidate(candidate, signals) {
        await remote.sendCandidate(candidate, signals);
        if (candidate === null) await description?.();
      },
    };
    closing(createRawPeer(backwards));
    // The far end learns none of ours: the connection stands or falls with the candidates that came early.
    const transport = closing(
      webrtc({ signalling: { ...local, sendCandidate() {} }, connectTimeoutMs: 5_000 }),
    );
    expect(await transport.connect({}, options())).toMatchObject({ canSend: true });
  });

  test('where no path exists, connect times out and says so', async () => {
    const { transport } = createPair({
      configuration: { iceTransportPolicy: 'relay' },
      connectTimeoutMs: 1_000,
    });
    await expect(transport.connect({}, options())).rejects.toMatchObject({
      code: 'connect-timeout',
      message: expect.stringContaining('no network path'),
    });
    expect(transport.native?.connectionState).toBe('closed');
  });
});

describe('a service that offers, in the real Chromium', () => {
  /** Signals as HeyGen’s first service does: the offer comes with the credentials, the rest goes by calls over REST. */
  const overCalls: Signalling = (() => {
    let call: ConnectOptions['call'];
    return {
      role: 'answerer',
      open(_remote, given) {
        call = given.call;
      },
      sendDescription: async (sdp) => void (await call?.('start', { sdp })),
      sendCandidate: async (candidate) => void (candidate && (await call?.('ice', { candidate }))),
      close() {},
    };
  })();

  async function createService() {
    const tracks = await fakeTracks();
    const connection = closing(new RTCPeerConnection());
    const channel = connection.createDataChannel('events');
    for (const track of tracks) connection.addTrack(track, new MediaStream([track]));
    await connection.setLocalDescription();
    // Nothing carries later candidates to the page: the offer holds them all.
    await new Promise<void>((resolve) => {
      connection.onicecandidate = ({ candidate }) => candidate === null && resolve();
    });
    const calls: string[] = [];
    const call = async (action: string, body: unknown): Promise<unknown> => {
      calls.push(action);
      const { sdp, candidate } = body as { sdp?: RTCSessionDescriptionInit; candidate?: RTCIceCandidateInit };
      if (sdp) await connection.setRemoteDescription(sdp);
      if (candidate) await connection.addIceCandidate(candidate);
      return {};
    };
    const { type, sdp } = connection.localDescription as RTCSessionDescription;
    return { connection, channel, call, calls, offer: { type, sdp } };
  }

  test('its offer is answered before any candidate, its text comes as bytes, its voice and picture arrive', async () => {
    const service = await createService();
    const transport = closing(webrtc({ signalling: overCalls, jitterBufferTargetMs: 200 }));
    const tracks: RemoteTrack[] = [];
    transport.on('track-added', (track) => tracks.push(track));
    const connection = await transport.connect(
      { offer: service.offer },
      options({ call: service.call, avatarId: 'lea' }),
    );
    expect(connection.canSend).toBe(true);
    expect(service.calls[0]).toBe('start');
    expect(service.calls).toContain('ice');
    expect(service.calls.filter((action) => action === 'start')).toHaveLength(1);

    const packet = next(transport, 'packet');
    service.channel.send('{"type":"ready"}');
    expect({ ...(await packet), data: text((await packet).data) }).toEqual({
      from: 'lea',
      data: '{"type":"ready"}',
    });

    expect(
      tracks
        .map(({ kind, source, from, playedBySdk }) => ({ kind, source, from, playedBySdk }))
        .sort((a, b) => a.kind.localeCompare(b.kind)),
    ).toEqual([
      { kind: 'audio', source: 'microphone', from: 'lea', playedBySdk: false },
      { kind: 'video', source: 'camera', from: 'lea', playedBySdk: false },
    ]);
    expect(
      transport.native?.getReceivers().map((receiver) => Reflect.get(receiver, 'jitterBufferTarget')),
    ).toEqual([200, 200]);

    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream(
      tracks.filter(({ kind }) => kind === 'video').map(({ track }) => track),
    );
    await video.play();
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    expect(video.videoWidth).toBeGreaterThan(0);
    await expect
      .poll(() => transport.statistics(), { timeout: 10_000 })
      .toMatchObject({
        roundTripMs: expect.any(Number),
        bytesSent: expect.any(Number),
        bytesReceived: expect.any(Number),
        packetsLost: 0,
        framesPerSecond: expect.any(Number),
      });
    expect((await transport.statistics()).bytesReceived).toBeGreaterThan(10_000);
    video.srcObject = null;

    const removed = vi.fn();
    transport.on('track-removed', removed);
    await transport.close();
    expect(removed).toHaveBeenCalledTimes(2);
    await expect.poll(() => tracks.map(({ track }) => track.readyState)).toEqual(['ended', 'ended']);
    expect(transport.native?.getTransceivers().every(({ direction }) => direction === 'stopped')).toBe(true);
  });

  test('an offer that the browser cannot read is a wrong credential', async () => {
    const transport = closing(webrtc({ signalling: overCalls }));
    const offer = { type: 'offer', sdp: 'v=0\r\na=ice-pwd:do-not-tell\r\n' } as const;
    const error: unknown = await transport
      .connect({ offer }, options({ call: async () => ({}) }))
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: 'invalid-credentials' });
    expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('do-not-tell');
  });
});

describe('a path that is lost, in the real Chromium on an emulated network', () => {
  /** The fragment of the local credentials in use. */
  async function fragmentOf({ native }: WebrtcTransport): Promise<unknown> {
    for (const entry of (await native?.getStats())?.values() ?? []) {
      if (entry.type === 'transport') return entry.iceLocalUsernameFragment;
    }
    return undefined;
  }

  test('ICE is restarted over the signalling, and what was sent into the gap arrives in order', {
    timeout: 40_000,
  }, async () => {
    await armNetwork();
    onTestFinished(disarmNetwork);
    const { transport, raw } = createPair({ iceRestartDelayMs: 100 });
    await transport.connect({}, options());
    const heard: string[] = [];
    transport.on('packet', ({ data }) => heard.push(text(data)));
    const before = await fragmentOf(transport);
    const channel = await raw.open;

    await cutNetwork();
    const lost = next(transport, 'reconnecting');
    const sent = ['one', 'two', 'three'].map((word) => transport.send(bytes(word)));
    for (const word of ['uno', 'due', 'tre']) channel.send(word);
    await lost;
    await expect(transport.send(bytes('now'))).rejects.toMatchObject({ code: 'not-connected' });
    // The far end has answered the restart before the network is mended.
    const fragment = () => /a=ice-ufrag:(\S+)/.exec(raw.connection.remoteDescription?.sdp ?? '')?.[1];
    await expect.poll(fragment, { timeout: 10_000 }).not.toBe(before);
    const back = next(transport, 'reconnected');
    await mendNetwork();

    expect(await back).toEqual({ lossy: false });
    await Promise.all(sent);
    await transport.send(bytes('four'));
    await expect
      .poll(() => raw.received.map(text), { timeout: 10_000 })
      .toEqual(['one', 'two', 'three', 'four']);
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['uno', 'due', 'tre']);
    expect(await fragmentOf(transport)).toBe(fragment());
    expect(raw.channel).toBe(channel);
  });

  test('the end that answers is brought back by the restart of the one that offers', {
    timeout: 40_000,
  }, async () => {
    await armNetwork();
    onTestFinished(disarmNetwork);
    const { local, remote } = createLoopbackSignalling({ offerer: 'remote' });
    const raw = closing(createRawPeer(remote, { offers: true, channel: { label: 'avatar' } }));
    const transport = closing(webrtc({ signalling: local }));
    await transport.connect({}, options());
    const before = await fragmentOf(transport);
    await cutNetwork();
    await next(transport, 'reconnecting');
    const back = next(transport, 'reconnected');
    raw.connection.restartIce();
    await raw.offer();
    await mendNetwork();
    expect(await back).toEqual({ lossy: false });
    await transport.send(bytes('still here'));
    await expect.poll(() => raw.received.map(text), { timeout: 10_000 }).toEqual(['still here']);
    expect(await fragmentOf(transport)).not.toBe(before);
  });

  test('a path that stays lost ends as network-lost after the time given', { timeout: 40_000 }, async () => {
    await armNetwork();
    onTestFinished(disarmNetwork);
    const { transport } = createPair({ reconnectTimeoutMs: 500 });
    await transport.connect({}, options());
    await cutNetwork();
    const ended = next(transport, 'closed');
    expect(await ended).toMatchObject({ reason: 'network-lost', error: { code: 'network' } });
  });
});

describe('backpressure, in the real Chromium on an uplink of 64 kB/s', () => {
  const RATE = 64_000;
  const PACKET = 16_384;

  test('send resolves only at the low mark, so one packet and 16 KiB are the most that is ever buffered', {
    timeout: 40_000,
  }, async () => {
    await armNetwork();
    onTestFinished(disarmNetwork);
    const near = createNearConnection();
    const { transport, raw } = createPair({ peerConnection: near.make });
    await transport.connect({}, options());
    const channel = near.channel as RTCDataChannel;
    await shapeNetwork({ uploadThroughput: RATE });
    let most = 0;
    const atResolve: number[] = [];
    for (let packet = 0; packet < 20; packet++) {
      const sent = transport.send(new Uint8Array(PACKET).fill(packet));
      most = Math.max(most, channel.bufferedAmount);
      await sent;
      atResolve.push(channel.bufferedAmount);
    }
    expect(Math.max(...atResolve)).toBeLessThanOrEqual(16_384);
    expect(most).toBeLessThanOrEqual(16_384 + PACKET);
    // The uplink was the narrow place: the buffer did fill.
    expect(most).toBeGreaterThan(16_384);
    await mendNetwork();
    await expect.poll(() => raw.received.length, { timeout: 20_000 }).toBe(20);
    expect(raw.received.map(([first]) => first)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });
});
