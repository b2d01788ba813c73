import { AvatarError } from '@avatarwire/core';
import { describe, expect, test, vi } from 'vitest';
import { createLoopbackSignalling, webrtc } from '../src/index';
import { ChannelDouble, PeerDouble, remoteDescription } from './peer-double';
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
