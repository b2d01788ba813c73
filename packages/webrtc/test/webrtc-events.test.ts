import { describe, expect, test } from 'vitest';
import {
  isEarly,
  isReceiving,
  isReliable,
  isSending,
  isWanted,
  missingStep,
  toBytes,
  toCloseReason,
  toRemoteTrack,
  toStatistics,
  withoutReceiving,
} from '../src/webrtc-events';
import {
  ChannelDouble,
  createTrackDouble,
  createTransceiverDouble,
  PeerDouble,
  remoteDescription,
} from './peer-double';

describe('what a message holds', () => {
  test('an ArrayBuffer comes as its bytes', () => {
    expect(toBytes(Uint8Array.of(1, 2, 255).buffer)).toEqual(Uint8Array.of(1, 2, 255));
  });

  test('text comes as its UTF-8 bytes', () => {
    expect(toBytes('né')).toEqual(Uint8Array.of(0x6e, 0xc3, 0xa9));
  });

  test('what is neither comes as nothing', () => {
    expect(toBytes(new Blob(['x']))).toBeUndefined();
    expect(toBytes(null)).toBeUndefined();
  });
});

describe('remote tracks', () => {
  test('voice counts as the microphone and picture as the camera, and core plays both', () => {
    const [voice, face] = [createTrackDouble('audio'), createTrackDouble('video')];
    expect(toRemoteTrack(voice, 'a')).toEqual({
      track: voice,
      kind: 'audio',
      source: 'microphone',
      from: 'a',
      playedBySdk: false,
    });
    expect(toRemoteTrack(face, 'a')).toEqual({
      track: face,
      kind: 'video',
      source: 'camera',
      from: 'a',
      playedBySdk: false,
    });
  });

  test.for([
    ['recvonly', true],
    ['sendrecv', true],
    ['sendonly', false],
    ['inactive', false],
    ['stopped', false],
    [null, false],
  ] as const)('a transceiver that is %s receives: %s', ([currentDirection, receives]) => {
    expect(isReceiving({ ...createTransceiverDouble('audio'), currentDirection })).toBe(receives);
  });

  test.for([
    ['sendonly', true],
    ['sendrecv', true],
    ['recvonly', false],
    ['inactive', false],
    ['stopped', false],
    [null, false],
  ] as const)('a transceiver that is %s sends: %s', ([currentDirection, sends]) => {
    expect(isSending({ ...createTransceiverDouble('audio'), currentDirection })).toBe(sends);
  });

  test.for([
    ['sendrecv', 'sendonly'],
    ['recvonly', 'inactive'],
    ['sendonly', 'sendonly'],
    ['inactive', 'inactive'],
  ] as const)('declining turns %s into %s', ([before, after]) => {
    expect(withoutReceiving(before)).toBe(after);
  });
});

describe('channels of the other end', () => {
  test('without a label any channel is wanted, with one only its namesake', () => {
    const channel = new ChannelDouble('events');
    expect(isWanted(channel, undefined)).toBe(true);
    expect(isWanted(channel, 'events')).toBe(true);
    expect(isWanted(channel, 'other')).toBe(false);
  });

  test('a channel that may drop or reorder is not reliable', () => {
    expect(isReliable(new ChannelDouble('a'))).toBe(true);
    expect(isReliable(new ChannelDouble('a', { ordered: false }))).toBe(false);
    expect(isReliable(new ChannelDouble('a', { maxRetransmits: 0 }))).toBe(false);
  });
});

describe('why a channel closed', () => {
  test('closed while the path is lost, the network was lost', () => {
    expect(toCloseReason(true, { sctpCauseCode: 12 })).toBe('network-lost');
  });

  test('closed without an error or by an abort of the other end, that end hung up', () => {
    expect(toCloseReason(false, undefined)).toBe('room-ended');
    expect(toCloseReason(false, { sctpCauseCode: 12 })).toBe('room-ended');
  });

  test('closed with any other error, it failed', () => {
    expect(toCloseReason(false, { sctpCauseCode: 13 })).toBe('failed');
    expect(toCloseReason(false, 'strange')).toBe('failed');
  });
});

describe('early candidates', () => {
  const remote = remoteDescription('answer', 'now');

  test('every candidate is early before there is a description', () => {
    expect(isEarly({ candidate: 'candidate:1' }, null)).toBe(true);
    expect(isEarly(null, null)).toBe(true);
  });

  test('a candidate that names another user fragment is early, by its field or by its line', () => {
    expect(isEarly({ candidate: 'x', usernameFragment: 'next' }, remote)).toBe(true);
    expect(isEarly({ candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host ufrag next' }, remote)).toBe(true);
  });

  test('a candidate of this description, of none that it names, and the end are not', () => {
    expect(isEarly({ candidate: 'x', usernameFragment: 'now' }, remote)).toBe(false);
    expect(isEarly({ candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host' }, remote)).toBe(false);
    expect(isEarly(null, remote)).toBe(false);
  });

  test('a fragment that only begins like the description’s is another one', () => {
    expect(isEarly({ candidate: 'x', usernameFragment: 'no' }, remote)).toBe(true);
  });
});

describe('what a connection that is not there waits for', () => {
  test('step by step', () => {
    const peer = new PeerDouble();
    expect(missingStep(false, peer)).toContain('signalling.open');
    expect(missingStep(true, peer)).toContain('no description');
    peer.remoteDescription = remoteDescription('answer');
    peer.connectionState = 'connecting';
    expect(missingStep(true, peer)).toContain('"connecting"');
    peer.connectionState = 'connected';
    expect(missingStep(true, peer)).toContain('data channel');
  });
});

describe('statistics', () => {
  test('a report as Chromium gives it', () => {
    const report = [
      { type: 'transport', id: 'T', selectedCandidatePairId: 'P2', bytesSent: 70, bytesReceived: 900 },
      { type: 'candidate-pair', id: 'P1', currentRoundTripTime: 9, bytesSent: 1, bytesReceived: 1 },
      { type: 'candidate-pair', id: 'P2', currentRoundTripTime: 0.025, bytesSent: 50, bytesReceived: 0 },
      { type: 'inbound-rtp', kind: 'audio', packetsLost: 2, jitter: 0.002 },
      {
        type: 'inbound-rtp',
        kind: 'video',
        packetsLost: 3,
        jitter: 0.0045,
        framesPerSecond: 25,
        frameWidth: 720,
        frameHeight: 480,
      },
    ];
    expect(toStatistics(report)).toEqual({
      roundTripMs: 25,
      bytesSent: 70,
      bytesReceived: 900,
      packetsLost: 5,
      jitterMs: 4.5,
      framesPerSecond: 25,
      frameWidth: 720,
      frameHeight: 480,
    });
  });

  test('a report as Firefox gives it, which has no transport and marks the pair', () => {
    const report = [
      { type: 'candidate-pair', id: 'P1', selected: false, bytesSent: 1 },
      {
        type: 'candidate-pair',
        id: 'P2',
        selected: true,
        currentRoundTripTime: 0.01,
        bytesSent: 5,
        bytesReceived: 6,
      },
    ];
    expect(toStatistics(report)).toEqual({ roundTripMs: 10, bytesSent: 5, bytesReceived: 6 });
  });

  test('losses that came twice, which count as less than nothing, are none', () => {
    expect(toStatistics([{ type: 'inbound-rtp', packetsLost: -3 }])).toEqual({ packetsLost: 0 });
  });

  test('what is not measured is absent, and strange entries are passed over', () => {
    expect(toStatistics([null, 'x', { type: 'inbound-rtp', packetsLost: 'many' }])).toEqual({});
  });
});
