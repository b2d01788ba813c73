import { AvatarError, isAvatarError } from '@avatarwire/core';
import { describe, expect, test, vi } from 'vitest';
import { createLoopbackSignalling, webrtc } from '../src/index';
import {
  ChannelDouble,
  createTrackDouble,
  createTransceiverDouble,
  PeerDouble,
  remoteDescription,
} from './peer-double';
import { createSignallingDouble } from './signalling-double';
import { createStage, errorOf, settle } from './stage';

const bytes = (length: number) => new Uint8Array(length).fill(7);
const options = () => ({
  signal: new AbortController().signal,
  logger: { error() {}, warn() {}, info() {}, debug() {} },
});

describe('where there is no WebRTC (real Node)', () => {
  test('importing and making a transport work, and connect says what is missing', async () => {
    expect(typeof RTCPeerConnection).toBe('undefined');
    const transport = webrtc({ signalling: createLoopbackSignalling().local });
    expect(transport.native).toBeUndefined();
    const error = await errorOf(transport.connect({}, options()));
    expect(error).toMatchObject({ code: 'sdk-missing', provider: 'webrtc' });
    expect(error.message).toContain('RTCPeerConnection');
    await transport.close();
  });

  test('a peer connection that lacks what we call is incompatible, by name, and is closed', async () => {
    const close = vi.fn();
    const transport = webrtc({
      signalling: createLoopbackSignalling().local,
      peerConnection: () => ({ ...createStageParts(), restartIce: undefined, close }) as never,
    });
    const error = await errorOf(transport.connect({}, options()));
    expect(error).toMatchObject({ code: 'sdk-incompatible' });
    expect(error.message).toContain('restartIce');
    expect(close).toHaveBeenCalledOnce();
  });

  test('a configuration that the browser refuses is a wrong credential, and its message keeps no secret', async () => {
    const transport = webrtc({
      signalling: createLoopbackSignalling().local,
      peerConnection: () => {
        throw new SyntaxError('s3cret does not go with visitor-7');
      },
    });
    const iceServers = [{ urls: 'turn:a', username: 'visitor-7', credential: 's3cret' }];
    const error = await errorOf(transport.connect({ iceServers }, options()));
    expect(error).toMatchObject({
      code: 'invalid-credentials',
      cause: { message: '[redacted] does not go with [redacted]' },
    });
    expect(error.message).toContain('iceServers');
  });
});

function createStageParts() {
  const nothing = () => {};
  return {
    addEventListener: nothing,
    removeEventListener: nothing,
    addTransceiver: nothing,
    createDataChannel: nothing,
    getTransceivers: nothing,
    setLocalDescription: nothing,
  };
}

describe('connecting, over doubles', () => {
  test('the peer connection gets the servers of the credentials and the rest of the configuration', async () => {
    const iceServers = [{ urls: 'stun:a' }];
    const stage = createStage({
      credentials: { iceServers },
      options: { configuration: { bundlePolicy: 'max-bundle' } },
    });
    void stage.connect();
    expect(stage.peer.configuration).toEqual({ iceServers, bundlePolicy: 'max-bundle' });
  });

  test('the end that offers asks for voice and picture and opens an ordered, reliable channel', async () => {
    const stage = createStage();
    void stage.connect();
    expect(stage.peer.added).toEqual([
      { kind: 'audio', init: { direction: 'recvonly' } },
      { kind: 'video', init: { direction: 'recvonly' } },
    ]);
    expect(stage.channel).toMatchObject({ label: 'avatarwire', init: {}, binaryType: 'arraybuffer' });
  });

  test('a negotiated channel is made with its id at either end', async () => {
    const stage = createStage({
      role: 'answerer',
      options: { channel: { negotiated: true, id: 5, label: 'chat' } },
    });
    void stage.connect();
    expect(stage.channel).toMatchObject({ label: 'chat', init: { negotiated: true, id: 5 } });
  });

  test('it stands when the channel is open, with the smaller of both maximums', async () => {
    const stage = createStage();
    const connecting = stage.connect();
    await settle();
    stage.peer.sctp = { maxMessageSize: 1_200 };
    stage.signalling.remote.description(remoteDescription('answer'));
    await settle();
    expect(stage.events).toEqual([]);
    stage.channel.open();
    expect(await connecting).toEqual({ localId: 'local', maxPacketBytes: 1_200, canSend: true });
    expect(stage.names()).toEqual(['participant-joined']);
    expect(await errorOf(stage.transport.send(bytes(1_201)))).toMatchObject({ code: 'packet-too-large' });
    expect(stage.channel.sent).toEqual([]);
  });

  test('16,384 bytes are the most where the other end sets no maximum', async () => {
    const stage = createStage();
    const connecting = stage.connect();
    await settle();
    stage.peer.sctp = { maxMessageSize: Number.POSITIVE_INFINITY };
    stage.channel.open();
    expect(await connecting).toMatchObject({ maxPacketBytes: 16_384 });
  });

  test('a channel that the other end opened is taken when it is announced, one of another name is left alone', async () => {
    const stage = createStage({ role: 'answerer', options: { channel: { label: 'chat' } } });
    const connecting = stage.connect();
    await settle();
    const [other, wanted] = [new ChannelDouble('events'), new ChannelDouble('chat')];
    for (const channel of [other, wanted]) {
      channel.readyState = 'open';
      stage.peer.emit('datachannel', { channel });
    }
    // Browsers announce it as open and fire `open` after that.
    wanted.emit('open');
    await connecting;
    expect(stage.names()).toEqual(['participant-joined']);
    expect([other.listenerCount, other.binaryType]).toEqual([0, 'blob']);
    await stage.transport.send(bytes(3));
    expect(wanted.sent).toEqual([bytes(3)]);
    await stage.transport.close();
    expect([wanted.listenerCount, wanted.readyState]).toEqual([0, 'closed']);
  });

  test('an unreliable channel of the other end is refused, naming it', async () => {
    const stage = createStage({ role: 'answerer' });
    const connecting = stage.connect();
    await settle();
    const channel = new ChannelDouble('chat', { maxRetransmits: 0 });
    stage.peer.emit('datachannel', { channel });
    channel.open();
    const error = await errorOf(connecting);
    expect(error.code).toBe('unsupported');
    expect(error.message).toContain('"chat"');
  });

  test('packets come from the avatar that the details name, else from `remoteId`', async () => {
    for (const [connect, id] of [
      [{ avatarId: 'lea' }, 'lea'],
      [{}, 'avatar'],
    ] as const) {
      const stage = createStage({ connect });
      await stage.connected();
      stage.channel.emit('message', { data: 'hi' });
      expect(stage.events).toEqual([
        { event: 'participant-joined', payload: { id } },
        { event: 'packet', payload: { data: new TextEncoder().encode('hi'), from: id } },
      ]);
    }
  });

  test('the signalling is given the call to the service and the end of the connection', async () => {
    const call = async () => 'answer';
    const stage = createStage();
    await stage.connected().then(() => undefined);
    expect(stage.signalling.call).toBeUndefined();
    const other = createStage({ connect: { call } });
    void other.connect();
    expect(other.signalling.call).toBe(call);
    expect(stage.signalling.signal.aborted).toBe(false);
    await stage.transport.close();
    expect(stage.signalling.signal.aborted).toBe(true);
  });
});

describe('connecting that fails, over doubles', () => {
  const ways: [string, (stage: ReturnType<typeof createStage>) => void, string][] = [
    ['the time is up', (stage) => stage.clock.advance(15_000), 'connect-timeout'],
    ['no path is found', (stage) => stage.peer.become('failed'), 'network'],
    ['the other end says goodbye', (stage) => stage.signalling.remote.ended(), 'network'],
    ['the signalling breaks', (stage) => stage.signalling.remote.failed(new Error('socket')), 'network'],
    ['the channel closes', (stage) => stage.channel.emit('close'), 'network'],
    ['close is called', (stage) => void stage.transport.close(), 'not-connected'],
  ];
  test.for(ways)('because %s: it rejects, and nothing is left', async ([, happen, code]) => {
    const stage = createStage();
    const connecting = stage.connect();
    await settle();
    happen(stage);
    expect(await errorOf(connecting)).toMatchObject({ code, provider: 'webrtc' });
    await settle();
    expect(stage.peer).toMatchObject({ closed: true, allListeners: 0 });
    expect(stage.signalling.closes).toBe(1);
    expect(stage.clock.pending).toBe(0);
    expect(stage.events).toEqual([]);
    // What comes late is not heard.
    stage.signalling.remote.description(remoteDescription('answer'));
    await settle();
    expect(stage.peer.remoteDescription).toBeNull();
    await stage.transport.close();
    expect(stage.signalling.closes).toBe(1);
  });

  test('the time-out says what was missing', async () => {
    const stage = createStage({ open: () => new Promise(() => {}), options: { connectTimeoutMs: 100 } });
    const connecting = stage.connect();
    stage.clock.advance(100);
    expect((await errorOf(connecting)).message).toContain('`signalling.open` has not settled');
  });

  test('the signal keeps no listener, whether the connection stands or not', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const stage = createStage({ connect: { signal } });
    await stage.connected();
    const failing = createStage({ connect: { signal } });
    void errorOf(failing.connect());
    failing.clock.advance(15_000);
    expect(added).toHaveBeenCalledTimes(2);
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });

  test('an abort rejects in the same turn with the reason itself', async () => {
    const stage = createStage();
    const abort = new AbortController();
    const connecting = stage.connect({ signal: abort.signal });
    abort.abort('changed my mind');
    expect(stage.peer.closed).toBe(true);
    await expect(connecting).rejects.toBe('changed my mind');
  });

  test.for(['open', 'sendDescription', 'sendCandidate'] as const)(
    'because signalling.%s rejects',
    async (call) => {
      const cause = new Error('502');
      const stage = createStage({ [call]: () => Promise.reject(cause) });
      const connecting = stage.connect();
      await settle();
      stage.peer.find('one');
      expect(await errorOf(connecting)).toMatchObject({ code: 'network', cause, retryable: true });
      expect(stage.peer).toMatchObject({ closed: true, allListeners: 0 });
    },
  );

  test('a service that refuses us through the signalling is heard as it speaks', async () => {
    const refused = new AvatarError('credentials-refused', 'The token has expired.', { service: 'example' });
    const stage = createStage({ sendDescription: () => Promise.reject(refused) });
    expect(await errorOf(stage.connect())).toBe(refused);
  });

  test('a signalling that opens late is closed when it has opened', async () => {
    let opened = () => {};
    const stage = createStage({ open: () => new Promise((resolve) => (opened = resolve)) });
    const connecting = stage.connect();
    const closing = stage.transport.close();
    await errorOf(connecting);
    await settle();
    expect(stage.signalling.closes).toBe(0);
    opened();
    await closing;
    expect(stage.signalling.closes).toBe(1);
    expect(stage.signalling.said).toEqual([]);
  });

  test('a goodbye from inside of signalling.open ends it, and the signalling is closed', async () => {
    const signalling = createSignallingDouble();
    const closes = vi.spyOn(signalling, 'close');
    const peer = new PeerDouble();
    const transport = webrtc({
      signalling: {
        ...createLoopbackSignalling().local,
        open: (remote) => remote.ended(),
        close: () => signalling.close(),
      },
      peerConnection: () => peer,
    });
    expect(await errorOf(transport.connect({}, options()))).toMatchObject({ code: 'network' });
    await transport.close();
    expect(closes).toHaveBeenCalledOnce();
    expect(peer).toMatchObject({ closed: true, allListeners: 0 });
  });

  test('a transport that failed to connect is not used again', async () => {
    const stage = createStage({ credentials: { iceServers: 'wrong' as never } });
    expect(await errorOf(stage.connect())).toMatchObject({ code: 'invalid-credentials' });
    expect(await errorOf(stage.transport.connect({}, options()))).toMatchObject({ code: 'invalid-argument' });
  });
});

describe('sending, over doubles', () => {
  test('a packet at or below the low mark resolves at once, one above it when the buffer has drained', async () => {
    const stage = createStage();
    await stage.connected();
    expect(stage.channel.bufferedAmountLowThreshold).toBe(16_384);
    await stage.transport.send(bytes(16_384));
    const waiting = [stage.transport.send(bytes(1)), stage.transport.send(bytes(1))];
    const settled = vi.fn();
    for (const promise of waiting) void promise.then(settled);
    await settle();
    expect(settled).not.toHaveBeenCalled();
    stage.channel.drainTo(16_384);
    await settle();
    expect(settled).toHaveBeenCalledTimes(2);
    expect(stage.clock.pending).toBe(0);
  });

  test('a low mark that was passed again before its event came resolves nothing', async () => {
    const stage = createStage();
    await stage.connected();
    await stage.transport.send(bytes(16_000));
    const settled = vi.fn();
    void stage.transport.send(bytes(16_000)).then(settled);
    stage.channel.emit('bufferedamountlow');
    await settle();
    expect(settled).not.toHaveBeenCalled();
    stage.channel.drainTo(0);
    await settle();
    expect(settled).toHaveBeenCalledOnce();
  });

  test('what has not drained in 10 s rejects with send-unsettled, and draining later harms nothing', async () => {
    const stage = createStage();
    await stage.connected();
    await stage.transport.send(bytes(16_384));
    const waiting = stage.transport.send(bytes(1));
    const settled = vi.fn();
    waiting.catch(settled);
    stage.clock.advance(9_999);
    await settle();
    expect(settled).not.toHaveBeenCalled();
    stage.clock.advance(1);
    expect(await errorOf(waiting)).toMatchObject({ code: 'send-unsettled' });
    stage.channel.drainTo(0);
    await stage.transport.send(bytes(1));
  });

  test('what waits when the connection ends rejects with network, since its fate is not known', async () => {
    const stage = createStage();
    await stage.connected();
    await stage.transport.send(bytes(16_384));
    const waiting = stage.transport.send(bytes(1));
    waiting.catch(() => {});
    await stage.transport.close();
    expect(await errorOf(waiting)).toMatchObject({ code: 'network' });
    expect(stage.clock.pending).toBe(0);
  });

  test('what the channel throws rejects with its cause, and the next packet goes', async () => {
    const stage = createStage();
    await stage.connected();
    stage.channel.failNextSend = new DOMException('full', 'OperationError');
    expect(await errorOf(stage.transport.send(bytes(1)))).toMatchObject({
      code: 'network',
      cause: { message: 'full' },
    });
    await stage.transport.send(bytes(2));
    expect(stage.channel.sent).toEqual([bytes(2)]);
  });

  test('something that is no view is refused by name', async () => {
    const stage = createStage();
    await stage.connected();
    const error = await errorOf(stage.transport.send('text' as never));
    expect(error).toMatchObject({ code: 'invalid-argument' });
    expect(error.message).toContain('packet');
  });
});

describe('a path that is lost, over doubles', () => {
  test('disconnected is reconnecting at once, connected again is reconnected without loss', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('disconnected');
    expect(stage.names()).toEqual(['participant-joined', 'reconnecting']);
    expect(await errorOf(stage.transport.send(bytes(1)))).toMatchObject({ code: 'not-connected' });
    expect(stage.channel.sent).toEqual([]);
    stage.peer.become('connected');
    expect(stage.events.at(-1)).toEqual({ event: 'reconnected', payload: { lossy: false } });
    expect(stage.clock.pending).toBe(0);
    await stage.transport.send(bytes(1));
    stage.clock.advance(60_000);
    expect(stage.peer.restarts).toBe(0);
  });

  test('the end that offers restarts ICE after 2 s, and again every 5 s', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('disconnected');
    stage.clock.advance(1_999);
    expect(stage.peer.restarts).toBe(0);
    stage.clock.advance(1);
    await settle();
    expect(stage.peer.restarts).toBe(1);
    expect(stage.signalling.said.at(-1)).toMatchObject({
      type: 'offer',
      sdp: expect.stringContaining('local1'),
    });
    stage.signalling.remote.description(remoteDescription('answer', 'far1'));
    await settle();
    stage.clock.advance(5_000);
    await settle();
    expect(stage.peer.restarts).toBe(2);
  });

  test('a restart whose answer has not come is said again as it was, not made anew', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('failed');
    await settle();
    const offer = stage.signalling.said.at(-1);
    stage.clock.advance(5_000);
    await settle();
    expect(stage.signalling.said.slice(-2)).toEqual([offer, offer]);
    expect(stage.peer.restarts).toBe(1);
  });

  test('failed restarts at once, also while it is reconnecting', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('disconnected');
    stage.peer.become('failed');
    await settle();
    expect(stage.peer.restarts).toBe(1);
    expect(stage.names()).toEqual(['participant-joined', 'reconnecting']);
    stage.signalling.remote.description(remoteDescription('answer', 'far1'));
    await settle();
    stage.clock.advance(4_999);
    await settle();
    expect(stage.peer.restarts).toBe(1);
  });

  test('the end that answers waits for the offer of the other', async () => {
    const stage = createStage({ role: 'answerer' });
    const connecting = stage.connect();
    await settle();
    stage.signalling.remote.description(remoteDescription('offer'));
    await settle();
    const channel = new ChannelDouble('any');
    channel.readyState = 'open';
    stage.peer.emit('datachannel', { channel });
    await connecting;
    stage.peer.become('failed');
    stage.clock.advance(10_000);
    await settle();
    expect(stage.peer.restarts).toBe(0);
    stage.signalling.remote.description(remoteDescription('offer', 'far1'));
    await settle();
    expect(stage.signalling.said.at(-1)).toMatchObject({ type: 'answer' });
  });

  test('without a path for 20 s it closes with network-lost, and nothing is left', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.become('disconnected');
    stage.clock.advance(19_999);
    expect(stage.names()).not.toContain('closed');
    stage.clock.advance(1);
    expect(stage.events.at(-1)).toMatchObject({
      event: 'closed',
      payload: { reason: 'network-lost', error: { code: 'network' } },
    });
    await settle();
    expect(stage.peer).toMatchObject({ closed: true, allListeners: 0 });
    expect(stage.clock.pending).toBe(0);
  });

  test('a signalling that is broken then is logged, and the restart is tried again', async () => {
    let broken = false;
    const stage = createStage({
      sendDescription: () => (broken ? Promise.reject(new Error('down')) : Promise.resolve()),
    });
    await stage.connected();
    broken = true;
    stage.peer.become('failed');
    await settle();
    expect(stage.warnings).toHaveLength(1);
    broken = false;
    stage.clock.advance(5_000);
    await settle();
    expect(stage.signalling.said.filter((said) => said && 'type' in said)).toHaveLength(3);
    expect(stage.names()).toEqual(['participant-joined', 'reconnecting']);
  });
});

describe('the end, over doubles', () => {
  const hangUps: [string, (stage: ReturnType<typeof createStage>) => void, string, string[]][] = [
    [
      'the other end closes its connection',
      (stage) => {
        stage.channel.emit('error', { error: { message: 'User-Initiated Abort', sctpCauseCode: 12 } });
        stage.channel.emit('close');
      },
      'room-ended',
      ['participant-left', 'closed'],
    ],
    [
      'the other end closes the channel',
      (stage) => stage.channel.emit('close'),
      'room-ended',
      ['participant-left', 'closed'],
    ],
    [
      'the other end says goodbye',
      (stage) => stage.signalling.remote.ended(),
      'room-ended',
      ['participant-left', 'closed'],
    ],
    [
      'the association fails',
      (stage) => {
        stage.channel.emit('error', { error: new Error('protocol violation') });
        stage.channel.emit('close');
      },
      'failed',
      ['closed'],
    ],
    [
      'the channel closes while the path is lost',
      (stage) => {
        stage.peer.become('disconnected');
        stage.channel.emit('close');
      },
      'network-lost',
      ['reconnecting', 'closed'],
    ],
    ['close is called', (stage) => void stage.transport.close(), 'requested', ['closed']],
  ];
  test.for(hangUps)('%s: closed says so once', async ([, happen, reason, names]) => {
    const stage = createStage();
    await stage.connected();
    happen(stage);
    await stage.transport.close();
    stage.channel.emit('message', { data: 'late' });
    stage.peer.become('failed');
    stage.signalling.remote.ended();
    stage.signalling.remote.failed(new Error('late'));
    expect(stage.warnings).toEqual([]);
    expect(stage.names()).toEqual(['participant-joined', ...names]);
    expect(stage.events.at(-1)).toMatchObject({ payload: { reason } });
    expect(stage.peer).toMatchObject({ closed: true, allListeners: 0 });
    expect(stage.signalling.closes).toBe(1);
    expect(stage.clock.pending).toBe(0);
  });

  test('a failed association carries its cause', async () => {
    const stage = createStage();
    await stage.connected();
    stage.channel.emit('error', { error: new Error('protocol violation') });
    stage.channel.emit('close');
    const { payload } = stage.events.at(-1) as { payload: { error: unknown } };
    expect(isAvatarError(payload.error) && payload.error.cause).toEqual(new Error('protocol violation'));
  });

  test('a goodbye that never ends holds close for 2.5 s and no longer', async () => {
    const stage = createStage({ close: () => new Promise(() => {}) });
    await stage.connected();
    const closed = vi.fn();
    void stage.transport.close().then(closed);
    await settle();
    expect(stage.names().at(-1)).toBe('closed');
    stage.clock.advance(2_499);
    await settle();
    expect(closed).not.toHaveBeenCalled();
    stage.clock.advance(1);
    await settle();
    expect(closed).toHaveBeenCalledOnce();
  });

  test('a goodbye that fails is logged and close resolves', async () => {
    const stage = createStage({ close: () => Promise.reject(new Error('gone')) });
    await stage.connected();
    await stage.transport.close();
    expect(stage.warnings).toHaveLength(1);
  });

  test('closed in the middle of its own news, it says nothing after closed', async () => {
    const stage = createStage();
    const connecting = stage.connect();
    await settle();
    const receiver = { track: createTrackDouble('audio') };
    stage.peer.emit('track', {
      track: receiver.track,
      transceiver: { direction: 'recvonly', currentDirection: null, receiver },
    });
    stage.transport.on('participant-joined', () => void stage.transport.close());
    stage.channel.open();
    await connecting;
    expect(stage.names()).toEqual(['participant-joined', 'track-removed', 'closed']);
  });

  test('listeners that are not ours stay', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.addEventListener('track', () => {});
    stage.channel.addEventListener('message', () => {});
    await stage.transport.close();
    expect(stage.peer.allListeners).toBe(2);
  });
});

describe('tracks, over doubles', () => {
  const offerTrack = (kind: 'audio' | 'video') => {
    const receiver: { track: ReturnType<typeof createTrackDouble>; jitterBufferTarget: number | null } = {
      track: createTrackDouble(kind),
      jitterBufferTarget: null,
    };
    const transceiver = { ...createTransceiverDouble(kind, 'recvonly'), receiver };
    return { track: receiver.track, receiver, transceiver };
  };

  test('what comes before the connection stands is told after the participant', async () => {
    const stage = createStage();
    const connecting = stage.connect();
    await settle();
    const { track, transceiver } = offerTrack('video');
    stage.peer.emit('track', { track, transceiver });
    expect(stage.events).toEqual([]);
    stage.channel.open();
    await connecting;
    expect(stage.names()).toEqual(['participant-joined', 'track-added']);
    expect(stage.events[1]?.payload).toMatchObject({
      track,
      kind: 'video',
      source: 'camera',
      from: 'avatar',
      playedBySdk: false,
    });
  });

  test('a track is removed when a later description silences it, and not when it is only muted', async () => {
    const stage = createStage();
    await stage.connected();
    const { track, transceiver } = offerTrack('audio');
    stage.peer.transceivers = [transceiver];
    stage.peer.emit('track', { track, transceiver });
    track.emit('mute');
    transceiver.currentDirection = 'inactive';
    expect(stage.names()).toEqual(['participant-joined', 'track-added']);
    stage.signalling.remote.description(remoteDescription('offer', 'far0'));
    await settle();
    expect(stage.names()).toEqual(['participant-joined', 'track-added', 'track-removed']);
    expect(track.listenerCount).toBe(0);
  });

  test('a track that has ended is removed once', async () => {
    const stage = createStage();
    await stage.connected();
    const { track, transceiver } = offerTrack('audio');
    stage.peer.emit('track', { track, transceiver });
    track.emit('ended');
    track.emit('ended');
    expect(stage.names()).toEqual(['participant-joined', 'track-added', 'track-removed']);
  });

  test('a replaced track is removed before the new one is added, though its end is told later', async () => {
    const stage = createStage();
    await stage.connected();
    const [old, next] = [offerTrack('video'), offerTrack('video')];
    stage.peer.emit('track', { track: old.track, transceiver: old.transceiver });
    Object.assign(old.track, { readyState: 'ended' });
    stage.peer.emit('track', { track: next.track, transceiver: next.transceiver });
    old.track.emit('ended');
    expect(stage.names()).toEqual(['participant-joined', 'track-added', 'track-removed', 'track-added']);
  });

  test('tracks still there at the end are removed before closed', async () => {
    const stage = createStage();
    await stage.connected();
    const { track, transceiver } = offerTrack('audio');
    stage.peer.emit('track', { track, transceiver });
    await stage.transport.close();
    expect(stage.names()).toEqual(['participant-joined', 'track-added', 'track-removed', 'closed']);
    expect(track.listenerCount).toBe(0);
  });

  test('a kind that is not wanted is not asked for, not told of, and declined in an answer', async () => {
    const offering = createStage({ options: { receive: ['audio'] } });
    void offering.connect();
    expect(offering.peer.added.map(({ kind }) => kind)).toEqual(['audio']);

    const answering = createStage({
      role: 'answerer',
      options: { receive: ['audio'], channel: { negotiated: true, id: 0 } },
    });
    const connecting = answering.connect();
    await settle();
    const [voice, face] = [offerTrack('audio'), offerTrack('video')];
    answering.peer.transceivers = [voice.transceiver, face.transceiver];
    answering.signalling.remote.description(remoteDescription('offer'));
    for (const { track, transceiver } of [voice, face]) {
      transceiver.currentDirection = 'recvonly';
      answering.peer.emit('track', { track, transceiver });
    }
    await settle();
    answering.channel.open();
    await connecting;
    expect([voice.transceiver.direction, face.transceiver.direction]).toEqual(['recvonly', 'inactive']);
    expect(answering.events.flatMap(({ payload }) => (payload as { kind?: string }).kind ?? [])).toEqual([
      'audio',
    ]);
  });

  test('the wanted jitter buffer is passed on where the browser has one', async () => {
    const stage = createStage({ options: { jitterBufferTargetMs: 200 } });
    await stage.connected();
    const [modern, old] = [offerTrack('audio'), offerTrack('video')];
    Reflect.deleteProperty(old.receiver, 'jitterBufferTarget');
    for (const { track, transceiver } of [modern, old]) stage.peer.emit('track', { track, transceiver });
    expect(modern.receiver.jitterBufferTarget).toBe(200);
    expect(old.receiver).not.toHaveProperty('jitterBufferTarget');
  });
});

describe('statistics, over doubles', () => {
  test('they come while there is a connection, and not after', async () => {
    const stage = createStage();
    await stage.connected();
    stage.peer.stats = [{ type: 'transport', bytesSent: 3, bytesReceived: 4 }];
    expect(await stage.transport.statistics()).toEqual({ bytesSent: 3, bytesReceived: 4 });
    await stage.transport.close();
    expect(await errorOf(stage.transport.statistics())).toMatchObject({ code: 'not-connected' });
  });
});
