import { AvatarError, type ConnectOptions, type ProviderCredentials } from '@avatarwire/core';
import { describe, expect, test, vi } from 'vitest';
import type { WebrtcOptions } from '../src/index';
import { ChannelDouble, createTrackDouble, createTransceiverDouble, remoteDescription } from './peer-double';
import { createStage, errorOf, settle } from './stage';

type Call = NonNullable<ConnectOptions['call']>;

interface CallStageOptions {
  readonly call?: Call;
  readonly credentials?: ProviderCredentials['webrtc'];
  readonly options?: Partial<WebrtcOptions>;
}

/** A transport that answers the offer of a service, and every call that it made. */
function createCallStage({ call = async () => ({}), credentials, options }: CallStageOptions = {}) {
  const calls: { readonly action: string; readonly body: unknown }[] = [];
  const stage = createStage({
    overCalls: true,
    credentials: { offer: remoteDescription('offer'), ...credentials },
    ...(options && { options }),
    connect: {
      call(action, body) {
        calls.push({ action, body });
        return call(action, body);
      },
    },
  });
  return Object.assign(stage, { calls, actions: () => calls.map(({ action }) => action) });
}

type CallStage = ReturnType<typeof createCallStage>;

/** Connected, with the path alone. */
async function connected(options?: CallStageOptions) {
  const stage = createCallStage(options);
  const connecting = stage.connect();
  await settle();
  stage.peer.become('connected');
  return { stage, connection: await connecting };
}

function announce(stage: CallStage, init?: RTCDataChannelInit): ChannelDouble {
  const channel = new ChannelDouble('anything', init);
  channel.readyState = 'open';
  stage.peer.emit('datachannel', { channel });
  channel.emit('open');
  return channel;
}

const never = () => new Promise<never>(() => {});

describe('answer and candidates by calls, over doubles', () => {
  test('the answer is called first, then each candidate, as the service takes them; no end of candidates', async () => {
    const stage = createCallStage();
    void stage.connect();
    const describe = stage.peer.setLocalDescription.bind(stage.peer);
    stage.peer.setLocalDescription = () => {
      stage.peer.find('hasty');
      return describe();
    };
    await settle();
    stage.peer.find('');
    stage.peer.find('late');
    stage.peer.find(null);
    await settle();
    expect(stage.calls).toEqual([
      { action: 'answer', body: { sdp: { type: 'answer', sdp: expect.stringContaining('ufrag:local0') } } },
      { action: 'ice', body: { candidate: { candidate: 'hasty' } } },
      { action: 'ice', body: { candidate: { candidate: 'late' } } },
    ]);
  });

  test('one call at a time: each waits until the one before is answered', async () => {
    const releases: (() => void)[] = [];
    const stage = createCallStage({ call: () => new Promise((resolve) => releases.push(() => resolve({}))) });
    void stage.connect();
    await settle();
    for (const candidate of ['one', 'two', 'three']) stage.peer.find(candidate);
    for (let made = 1; made <= 4; made++) {
      await settle();
      expect(stage.calls).toHaveLength(made);
      releases.shift()?.();
    }
    expect(stage.actions()).toEqual(['answer', 'ice', 'ice', 'ice']);
  });

  test('a call that is not answered holds the next one back for 2 s and no longer', async () => {
    const stage = createCallStage({ call: never });
    void stage.connect().catch(() => {});
    await settle();
    stage.peer.find('one');
    stage.peer.find('two');
    stage.clock.advance(1_999);
    await settle();
    expect(stage.actions()).toEqual(['answer']);
    stage.clock.advance(1);
    await settle();
    expect(stage.actions()).toEqual(['answer', 'ice']);
    stage.clock.advance(2_000);
    await settle();
    expect(stage.actions()).toEqual(['answer', 'ice', 'ice']);
    await stage.transport.close();
    expect(stage.clock.pending).toBe(0);
  });

  test('connect waits for no call: it stands with the path, while the answer is still on its way', async () => {
    const { connection } = await connected({ call: never });
    expect(connection).toEqual({ localId: 'local', maxPacketBytes: 16_384, canSend: false });
  });

  test('a candidate that does not get through is logged without its secrets, and the others go', async () => {
    const iceServers = [{ urls: 'turn:turn.example.org', username: 'visitor-7', credential: 's3cret' }];
    const { stage } = await connected({
      credentials: { iceServers },
      async call(_action, body) {
        if (JSON.stringify(body).includes('bad')) throw new Error('500 for s3cret');
      },
    });
    for (const candidate of ['one', 'bad', 'two']) stage.peer.find(candidate);
    await settle();
    expect(stage.actions()).toEqual(['answer', 'ice', 'ice', 'ice']);
    expect(stage.warnings).toEqual([
      [
        expect.stringContaining('candidate'),
        { cause: expect.objectContaining({ message: '500 for [redacted]' }) },
      ],
    ]);
    expect(stage.names()).toEqual(['participant-joined']);
  });

  test('a candidate that does not get through does not fail connect either', async () => {
    const stage = createCallStage({
      call: (action) => (action === 'ice' ? Promise.reject(new Error('500')) : Promise.resolve()),
    });
    const connecting = stage.connect();
    await settle();
    stage.peer.find('one');
    await settle();
    expect(stage.warnings).toHaveLength(1);
    stage.peer.become('connected');
    await expect(connecting).resolves.toMatchObject({ localId: 'local' });
  });

  test('a candidate whose call throws at once is no more than one that does not get through', async () => {
    const stage = createCallStage({
      call(action) {
        if (action === 'ice') throw new Error('out of memory');
        return Promise.resolve();
      },
    });
    const connecting = stage.connect();
    await settle();
    stage.peer.find('one');
    stage.peer.find('two');
    await settle();
    expect([stage.actions(), stage.warnings.length]).toEqual([['answer', 'ice', 'ice'], 2]);
    stage.peer.become('connected');
    await expect(connecting).resolves.toMatchObject({ localId: 'local' });
  });

  test('an answer that the service refuses fails connect with its own error, and nothing is left', async () => {
    const gone = new AvatarError('session-gone', 'It is over.', { service: 'heygen', serviceCode: 400_006 });
    const stage = createCallStage({ call: () => Promise.reject(gone) });
    await expect(stage.connect()).rejects.toBe(gone);
    await stage.transport.close();
    expect([stage.peer.closed, stage.peer.allListeners, stage.clock.pending]).toEqual([true, 0, 0]);
    expect(stage.events).toEqual([]);
  });

  test('what is no AvatarError is the network, also after the call has lost its turn', async () => {
    let refuse = (_: unknown) => {};
    const stage = createCallStage({ call: () => new Promise((_resolve, reject) => (refuse = reject)) });
    const connecting = stage.connect();
    await settle();
    stage.clock.advance(2_000);
    await settle();
    refuse(new TypeError('Failed to fetch'));
    expect(await errorOf(connecting)).toMatchObject({
      code: 'network',
      cause: { message: 'Failed to fetch' },
    });
  });

  test('an answer that is refused on a connection that stands is logged: its path shows that it was taken', async () => {
    let refuse = (_: unknown) => {};
    const { stage } = await connected({
      call: () => new Promise((_resolve, reject) => (refuse = reject)),
    });
    refuse(new AvatarError('network', 'Timed out.'));
    await settle();
    expect(stage.warnings).toHaveLength(1);
    expect(stage.names()).toEqual(['participant-joined']);
  });

  test('after an abort no call is made, what is under way is nobody’s business, and nothing is left', async () => {
    let refuse = (_: unknown) => {};
    const stage = createCallStage({
      call: (action) =>
        action === 'answer' ? Promise.resolve() : new Promise((_resolve, reject) => (refuse = reject)),
    });
    const abort = new AbortController();
    const connecting = stage.connect({ signal: abort.signal });
    await settle();
    stage.peer.find('one');
    stage.peer.find('two');
    await settle();
    abort.abort('enough');
    await expect(connecting).rejects.toBe('enough');
    refuse(new Error('aborted'));
    await settle();
    expect(stage.actions()).toEqual(['answer', 'ice']);
    expect([stage.peer.closed, stage.peer.allListeners, stage.clock.pending]).toEqual([true, 0, 0]);
    expect(stage.warnings).toEqual([]);
  });

  test('close says nothing by a call: whoever opened the service session closes it', async () => {
    const { stage } = await connected();
    await stage.transport.close();
    expect(stage.actions()).toEqual(['answer']);
    expect(stage.names()).toEqual(['participant-joined', 'closed']);
  });

  test('a browser that finds no end of candidates makes 100 calls of them at most', async () => {
    const { stage } = await connected();
    for (let found = 0; found < 120; found++) stage.peer.find(`candidate ${found}`);
    await vi.waitFor(() => expect(stage.warnings).toHaveLength(20));
    expect(stage.actions().filter((action) => action === 'ice')).toHaveLength(100);
  });
});

describe('what is missing for it, over doubles', () => {
  test('without a signalling and without a call, the option is named', async () => {
    const stage = createStage({ overCalls: true, credentials: { offer: remoteDescription('offer') } });
    expect(await errorOf(stage.connect())).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/^signalling .*`call`/),
    });
    expect(() => stage.peer).toThrow('no peer connection');
  });

  test('without an offer to answer, the credential is named', async () => {
    const stage = createStage({ overCalls: true, connect: { call: async () => ({}) } });
    expect(await errorOf(stage.connect())).toMatchObject({
      code: 'invalid-credentials',
      message: expect.stringMatching(/^credentials\.offer .*`signalling`/),
    });
    expect(() => stage.peer).toThrow('no peer connection');
  });
});

describe('a channel that nobody waits for, over doubles', () => {
  test('connect resolves without one, and send says that there is none', async () => {
    const { stage, connection } = await connected();
    expect(connection.canSend).toBe(false);
    expect(stage.names()).toEqual(['participant-joined']);
    expect(await errorOf(stage.transport.send(new Uint8Array(1)))).toMatchObject({ code: 'not-connected' });
  });

  test('one that is open by then can be sent on', async () => {
    const stage = createCallStage();
    const connecting = stage.connect();
    await settle();
    stage.peer.sctp = { maxMessageSize: 1_200 };
    const channel = announce(stage);
    expect(await connecting).toEqual({ localId: 'local', maxPacketBytes: 1_200, canSend: true });
    await stage.transport.send(Uint8Array.of(7));
    expect(channel.sent).toEqual([Uint8Array.of(7)]);
  });

  test('what comes on a late one is delivered, text as UTF-8 bytes, and it can be sent on', async () => {
    const { stage } = await connected();
    const channel = announce(stage);
    channel.emit('message', { data: 'né' });
    expect(stage.events.at(-1)).toEqual({
      event: 'packet',
      payload: { data: Uint8Array.of(0x6e, 0xc3, 0xa9), from: 'avatar' },
    });
    await stage.transport.send(Uint8Array.of(7));
    expect(channel.sent).toEqual([Uint8Array.of(7)]);
    await stage.transport.close();
    expect([stage.peer.allListeners, channel.listenerCount, channel.readyState]).toEqual([0, 0, 'closed']);
  });

  test('one that is unreliable is heard, and not sent on', async () => {
    const { stage } = await connected();
    const channel = announce(stage, { maxRetransmits: 0 });
    channel.emit('message', { data: 'log' });
    expect(stage.names()).toEqual(['participant-joined', 'packet']);
    expect(await errorOf(stage.transport.send(new Uint8Array(1)))).toMatchObject({ code: 'not-connected' });
    expect(channel.sent).toEqual([]);
  });

  test('a second one is left alone', async () => {
    const { stage } = await connected();
    const [first, second] = [announce(stage), announce(stage)];
    second.emit('message', { data: 'log' });
    await stage.transport.send(Uint8Array.of(7));
    expect(stage.names()).toEqual(['participant-joined']);
    expect([first.sent.length, second.sent.length, second.listenerCount]).toEqual([1, 0, 0]);
  });

  test('one that closes alone takes nothing with it', async () => {
    const { stage } = await connected();
    const channel = announce(stage);
    channel.bufferedAmount = 20_000;
    const unsettled = stage.transport.send(Uint8Array.of(7));
    channel.readyState = 'closed';
    channel.emit('close');
    expect(await errorOf(unsettled)).toMatchObject({ code: 'network' });
    expect(await errorOf(stage.transport.send(Uint8Array.of(7)))).toMatchObject({ code: 'not-connected' });
    expect(stage.names()).toEqual(['participant-joined']);
  });

  test('one that closes because the other end hung up ends the connection', async () => {
    const { stage } = await connected();
    const channel = announce(stage);
    channel.emit('error', { error: { sctpCauseCode: 12 } });
    channel.emit('close');
    expect(stage.names()).toEqual(['participant-joined', 'participant-left', 'closed']);
    expect(stage.events.at(-1)?.payload).toEqual({ reason: 'room-ended' });
  });

  test('connect waits for it where the option says so', async () => {
    const stage = createCallStage({ options: { channel: { awaited: true } } });
    const joined = vi.fn();
    const connecting = stage.connect();
    void connecting.then(joined);
    await settle();
    stage.peer.become('connected');
    await settle();
    expect(joined).not.toHaveBeenCalled();
    announce(stage);
    await expect(connecting).resolves.toMatchObject({ canSend: true });
  });

  test('with a signalling of one’s own, too, connect need not wait for it', async () => {
    const stage = createStage({ role: 'answerer', options: { channel: { awaited: false } } });
    const connecting = stage.connect();
    await settle();
    stage.signalling.remote.description(remoteDescription('offer'));
    await settle();
    stage.peer.become('connected');
    await expect(connecting).resolves.toMatchObject({ canSend: false });
  });
});

describe('a path that is lost where nothing comes back by calls, over doubles', () => {
  test('one that has failed is over at once: only a restart of ICE could bring it back', async () => {
    const { stage } = await connected();
    stage.peer.become('disconnected');
    stage.peer.become('failed');
    await settle();
    expect(stage.names()).toEqual(['participant-joined', 'reconnecting', 'closed']);
    expect(stage.events.at(-1)?.payload).toMatchObject({
      reason: 'network-lost',
      error: { code: 'network' },
    });
    expect([stage.peer.restarts, stage.actions(), stage.clock.pending]).toEqual([0, ['answer'], 0]);
  });

  test('one that is silent may heal by itself, and is given up after the time given', async () => {
    const { stage } = await connected({ options: { reconnectTimeoutMs: 8_000 } });
    stage.peer.become('disconnected');
    stage.clock.advance(7_999);
    stage.peer.become('connected');
    stage.peer.become('disconnected');
    stage.clock.advance(7_999);
    expect(stage.names()).toEqual(['participant-joined', 'reconnecting', 'reconnected', 'reconnecting']);
    stage.clock.advance(1);
    expect(stage.events.at(-1)?.payload).toMatchObject({ reason: 'network-lost' });
    await settle();
    expect([stage.peer.restarts, stage.actions(), stage.clock.pending]).toEqual([0, ['answer'], 0]);
  });

  test('where no path is found, connect fails with the network', async () => {
    const stage = createCallStage();
    const connecting = stage.connect();
    await settle();
    stage.peer.become('failed');
    expect(await errorOf(connecting)).toMatchObject({ code: 'network' });
    expect(stage.events).toEqual([]);
  });
});

describe('media where signalling goes by calls, over doubles', () => {
  test('tracks of ours are unsupported, and no call offers one', async () => {
    const { stage } = await connected();
    const publishing = stage.transport.publishing.publish('microphone', createTrackDouble('audio'));
    expect(await errorOf(publishing)).toMatchObject({ code: 'unsupported' });
    await stage.transport.close();
    const late = stage.transport.publishing.publish('microphone', createTrackDouble('audio'));
    expect(await errorOf(late)).toMatchObject({ code: 'not-connected' });
    expect([stage.actions(), stage.peer.added]).toEqual([['answer'], []]);
  });

  test.for([
    [500, undefined, 500],
    [500, 200, 200],
    [500, 0, 0],
  ] as const)(
    'credentials that advise a jitter buffer of %s ms and an option of %s make it %s on every receiver',
    async ([advised, wanted, expected]) => {
      const { stage } = await connected({
        credentials: { jitterBufferTargetMs: advised },
        ...(wanted !== undefined && { options: { jitterBufferTargetMs: wanted } }),
      });
      const targets = (['audio', 'video'] as const).map((kind) => {
        const receiver = { track: createTrackDouble(kind), jitterBufferTarget: null };
        const transceiver = { ...createTransceiverDouble(kind, 'recvonly'), receiver };
        stage.peer.emit('track', { track: receiver.track, transceiver });
        return receiver.jitterBufferTarget;
      });
      expect(targets).toEqual([expected, expected]);
    },
  );
});
