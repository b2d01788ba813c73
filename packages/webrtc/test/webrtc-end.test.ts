import { isAvatarError } from '@avatarwire/core';
import { describe, expect, test, vi } from 'vitest';
import { createTrackDouble, createTransceiverDouble, remoteDescription } from './peer-double';
import { createStage, errorOf, settle } from './stage';

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

  test('a replaced track that is still live, as in Firefox, is known to be over by its stopped transceiver', async () => {
    const stage = createStage();
    await stage.connected();
    const [old, next] = [offerTrack('video'), offerTrack('video')];
    stage.peer.emit('track', { track: old.track, transceiver: old.transceiver });
    old.transceiver.currentDirection = 'stopped';
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
