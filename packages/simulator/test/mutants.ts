/**
 * The memory transport, broken on purpose, one rule at a time. Each mutant names the cases that must notice.
 */

import { AvatarError, createEmitter, type TransportConnection, type TransportEvents } from '@avatarwire/core';
import type { MemoryClient } from '../src/memory-client';
import { memory } from '../src/memory-transport';
import { PlaceholderTrack } from '../src/placeholder-track';
import { changed, type Mutant, networkError, overClient, rewriting, speaking } from './mutant-kinds';
import { publishingMutants } from './publishing-mutants';

const never = new Promise<never>(() => {});
const ABORTS = [
  'an abort before connect rejects with the reason itself and joins nothing',
  'an abort in the same turn as connect rejects with the reason itself',
  'an abort while the network keeps us waiting rejects at once with the reason itself',
];
const LATE_JOINS = ['an abort', 'the time-out', 'close'].map(
  (what) => `a join that completes after ${what} is left again`,
);
const REMOTE_ENDS = [
  ['the room was ended', 'room-ended'],
  ['we were removed', 'removed'],
  ['we joined from another place', 'joined-elsewhere'],
  ['the network was lost', 'network-lost'],
].map(([what, reason]) => ({
  alone: `when ${what}, closed says ${reason}, once, and nothing follows`,
  closing: `when ${what} while close is under way, closed still comes once`,
}));
const ENDS_ALONE = REMOTE_ENDS.map(({ alone }) => alone);
const ENDS_CLOSING = REMOTE_ENDS.map(({ closing }) => closing);
const BEFORE_US = [
  'an avatar that was there before us is announced',
  'the audio track of an avatar that was there before us is added',
  'the video track of an avatar that was there before us is added',
];
const tracks = (kind: string) => [
  `the avatar's ${kind} track is added, and removed as the same track`,
  `the avatar's ${kind} track, when replaced, is removed, then added`,
];
const TRACKS = [...tracks('audio'), ...tracks('video')];
const OVER_LIMIT = 'a packet over the limit rejects with packet-too-large and does no harm';
const CLOSE_ONCE = 'close after connect emits closed once, with requested, and nothing after it';
const VIEW = 'the avatar receives exactly the bytes of a view inside a larger buffer';
const LISTENERS = {
  closed: 'close leaves no listener of ours on the vendor and takes no foreign one',
  ended: 'the end from the far side leaves no listener of ours and takes no foreign one',
};

const fakeConnection: TransportConnection = { localId: 'me', maxPacketBytes: 16_384, canSend: true };

export const mutants: readonly Mutant[] = [
  // connecting
  changed(
    'capabilities that can be changed',
    ['its capabilities are frozen and known before connecting'],
    ({ capabilities }) => ({
      capabilities: { ...capabilities },
    }),
  ),
  changed(
    'a connection that claims more than the capabilities',
    ['connect says what this connection can do, never more than the capabilities'],
    ({ connect, capabilities }) => ({
      connect: async (...given) => ({
        ...(await connect(...given)),
        maxPacketBytes: capabilities.maxPacketBytes + 1,
      }),
    }),
  ),
  changed(
    'tidies up the credentials that it is given',
    ['it accepts frozen credentials and options'],
    ({ connect }) => ({
      connect: async (credentials, options) =>
        connect(Object.assign(credentials, { room: credentials.room }), options),
    }),
  ),
  changed(
    'does not look at the signal',
    [...ABORTS, 'connect is refused after a failed one', 'an aborted connect leaves no listener'],
    ({ connect }) => ({
      connect: (credentials, options) =>
        connect(credentials, { ...options, signal: new AbortController().signal }),
    }),
  ),
  changed('wraps the reason of an abort', ABORTS, ({ connect }) => ({
    connect: (...given) =>
      connect(...given).catch((cause: unknown) => Promise.reject(new Error('Aborted.', { cause }))),
  })),
  speaking(
    'says closed after a failed connect',
    [
      ...ABORTS,
      'a network that never answers ends in connect-timeout, by itself',
      'a join that the network refuses rejects with credentials-refused and leaves nothing',
      'close after a failed connect resolves',
      'credentials with a wrong field are refused as invalid-credentials, naming the field',
    ],
    ({ connect }, emit) => ({
      connect: (...given) =>
        connect(...given).catch((reason: unknown) => {
          emit('closed', { reason: 'failed' });
          throw reason;
        }),
    }),
  ),
  changed(
    'goes on obeying the signal after connect',
    ['an abort after connect changes nothing', 'the signal keeps no listener once connect has settled'],
    ({ connect, close }) => ({
      connect(credentials, options) {
        options.signal.addEventListener('abort', () => void close());
        return connect(credentials, options);
      },
    }),
  ),
  {
    name: 'has no deadline for joining',
    breaks: [
      'a network that never answers ends in connect-timeout, by itself',
      'a connect that timed out leaves no listener',
      'a join that completes after the time-out is left again',
    ],
    make: ({ network }) => memory(network, { connectTimeoutMs: 1e9 }),
  },
  {
    name: 'gives up joining at once',
    breaks: ['a network that never answers ends in connect-timeout, by itself'],
    make: ({ network }) => memory(network, { connectTimeoutMs: 500 }),
  },
  overClient(
    'never leaves',
    [...LATE_JOINS, 'once connected it is in the room, and once closed it is not'],
    () => ({
      leave: () => Promise.resolve(),
    }),
  ),
  changed(
    'calls every failure to join a matter of the network',
    [
      'a join that the network refuses rejects with credentials-refused and leaves nothing',
      'credentials with a wrong field are refused as invalid-credentials, naming the field',
      'credentials that are no object are refused as invalid-credentials',
    ],
    ({ connect }) => ({
      connect: (...given) => connect(...given).catch(() => Promise.reject(networkError())),
    }),
  ),
  changed(
    'connects as often as it is asked',
    [
      'connect is refused a second time: while connecting, connected and after close',
      'connect is refused after a failed one',
      'close before connect resolves, says nothing, and connect is refused after it',
    ],
    ({ connect }) => ({
      connect: (...given) => connect(...given).catch(() => fakeConnection),
    }),
  ),
  changed('throws instead of rejecting', ['methods that return a promise never throw at once'], () => ({
    send() {
      throw networkError();
    },
  })),
  changed(
    'writes credentials into its errors',
    ['no secret is read in an error or in a log'],
    ({ connect }) => ({
      connect: (credentials, options) =>
        connect(credentials, options).catch((cause: unknown) => {
          throw new AvatarError('network', `Joining ${credentials.room} failed.`, { cause });
        }),
    }),
  ),
  changed(
    'writes credentials into the log',
    ['no secret is read in an error or in a log'],
    ({ connect }) => ({
      connect(credentials, options) {
        options.logger.debug('joining', { credentials });
        return connect(credentials, options);
      },
    }),
  ),

  // sending
  changed(
    'takes packets at any time and says nothing',
    [
      'send outside a connection rejects with not-connected',
      'send rejects with not-connected after the far end ended the connection',
      'a send that the SDK fails rejects with an AvatarError, and the next one works',
      OVER_LIMIT,
    ],
    ({ send }) => ({ send: (packet) => send(packet).catch(() => {}) }),
  ),
  changed(
    'keeps early packets until it is connected',
    ['send outside a connection does not call the SDK'],
    ({ connect, send }) => {
      const early: Uint8Array<ArrayBuffer>[] = [];
      return {
        send: (packet) =>
          send(packet).catch((error: unknown) => {
            early.push(packet);
            throw error;
          }),
        connect: (...given) =>
          connect(...given).then((connection) => {
            for (const packet of early) void send(packet);
            return connection;
          }),
      };
    },
  ),
  changed('sends the whole buffer behind a view', [VIEW], ({ send }) => ({
    send: (packet) => send(new Uint8Array(packet.buffer)),
  })),
  changed(
    'hands over a turn later',
    [
      'send calls the SDK in the same turn',
      'bytes that the caller changes after send do not change the packet',
    ],
    ({ send }) => ({
      send: (packet) => Promise.resolve().then(() => send(packet)),
    }),
  ),
  changed(
    'lets every second packet wait',
    [
      'packets sent at once arrive whole and in the order of the calls',
      'claiming to be ordered, it keeps the order',
    ],
    ({ send }, { network }) => {
      let count = 0;
      return {
        send(packet) {
          count += 1;
          if (count % 2 === 0) return send(packet);
          const copy = packet.slice();
          return new Promise((resolve, reject) => {
            network.clock.schedule(() => void send(copy).then(resolve, reject), 60);
          });
        },
      };
    },
  ),
  changed(
    'cuts large packets in two',
    [
      'two callers at once never interleave inside a packet',
      'packets sent at once arrive whole and in the order of the calls',
    ],
    ({ send }) => ({
      async send(packet) {
        if (packet.length < 100) return send(packet);
        await send(packet.slice(0, 50));
        await send(packet.slice(50));
      },
    }),
  ),
  changed(
    'cuts what is too large',
    [OVER_LIMIT, 'a packet over the limit does not reach the SDK'],
    ({ send, capabilities }) => ({
      send: (packet) => send(packet.slice(0, capabilities.maxPacketBytes)),
    }),
  ),
  changed(
    'never settles an empty packet',
    ['an empty packet arrives empty or is refused by name, and does no harm'],
    ({ send }) => ({
      send: (packet) => (packet.length === 0 ? never : send(packet)),
    }),
  ),
  changed(
    'does not wait for the SDK',
    [
      'send resolves only when the SDK says that it took the packet',
      'send resolves only once the channel is at its low mark',
      'a send that the SDK never answers rejects with send-unsettled after 10 s',
    ],
    ({ send }) => ({
      send(packet) {
        void send(packet).catch(() => {});
        return Promise.resolve();
      },
    }),
  ),
  changed(
    'has no deadline for sending',
    [
      'a send that the SDK never answers rejects with send-unsettled after 10 s',
      'a send still open at close settles',
    ],
    ({ native }) => ({
      send: (packet) => (native as MemoryClient).send(packet),
    }),
  ),
  changed(
    'gives up sending after a second',
    ['a send that the SDK never answers rejects with send-unsettled after 10 s'],
    ({ send }, { network }) => ({
      send: (packet) =>
        Promise.race([
          send(packet),
          new Promise<never>((_, reject) => {
            network.clock.schedule(() => reject(new AvatarError('send-unsettled', 'Too slow.')), 1_000);
          }),
        ]),
    }),
  ),
  changed(
    'swallows what it sends',
    [
      'a resume that claims to have lost nothing has lost nothing',
      'a cut and a resume are reconnecting, then reconnected, and sending goes on',
      'a full reconnect says that packets may be lost, and sending goes on',
      'a packet of exactly maxPacketBytes passes whole',
      'claiming to be reliable, it loses and doubles nothing',
      'claiming to be ordered, it keeps the order',
    ],
    ({ send }) => ({ send: (packet) => (packet.length === 0 ? send(packet) : Promise.resolve()) }),
  ),
  changed(
    'loses one packet in seven',
    ['claiming to be reliable, it loses and doubles nothing'],
    ({ send }) => {
      let count = 0;
      return { send: (packet) => (++count % 7 === 0 ? Promise.resolve() : send(packet)) };
    },
  ),
  changed(
    'sends everything twice',
    ['claiming to be reliable, it loses and doubles nothing', VIEW],
    ({ send }) => ({
      send: (packet) => Promise.all([send(packet), send(packet)]).then(() => {}),
    }),
  ),
  changed(
    'refuses large packets that it claims to take',
    ['a packet of exactly maxPacketBytes passes whole'],
    ({ send }) => ({
      send: (packet) => (packet.length > 10_000 ? Promise.reject(networkError()) : send(packet)),
    }),
  ),

  // receiving
  rewriting(
    'names the wrong sender',
    [
      'packets from the avatar come with their exact bytes, in order, and say who sent them',
      'a packet from somebody else names that participant',
    ],
    'packet',
    ({ data }) => ({ data, from: 'nobody' }),
  ),
  rewriting(
    'loses the last byte of what arrives',
    ['packets from the avatar come with their exact bytes, in order, and say who sent them'],
    'packet',
    ({ data, from }) => ({ data: data.slice(0, -1), from }),
  ),
  speaking(
    'reuses one buffer for all that arrives',
    ['what a listener does to a packet changes nothing for others'],
    ({ on }, emit) => {
      const buffer = new Uint8Array(1_000);
      on('packet', ({ data, from }) => {
        buffer.set(data);
        emit('packet', { data: buffer.subarray(0, data.length), from });
      });
      return { mute: ['packet'] };
    },
  ),
  changed(
    'listens only once it is connected',
    ['a packet that arrives while connect is pending is delivered', ...BEFORE_US],
    ({ connect, on }) => {
      const waiting: (() => void)[] = [];
      return {
        on(event, listener) {
          waiting.push(() => on(event, listener));
          return () => {};
        },
        connect: (...given) =>
          connect(...given).then((connection) => {
            for (const listen of waiting) listen();
            return connection;
          }),
      };
    },
  ),
  rewriting(
    'announces nobody',
    [
      'an avatar that was there before us is announced',
      'an avatar that comes later is announced, and announced again when it has left for good',
    ],
    'participant-joined',
    () => undefined,
  ),
  rewriting(
    'never says who left',
    ['an avatar that comes later is announced, and announced again when it has left for good'],
    'participant-left',
    () => undefined,
  ),
  speaking('announces itself', ['we are not announced to ourselves'], ({ connect }, emit) => ({
    connect: (...given) =>
      connect(...given).then((connection) => {
        emit('participant-joined', { id: connection.localId });
        return connection;
      }),
  })),
  rewriting(
    'mixes up audio and video',
    [
      ...TRACKS.filter((name) => name.includes('added, and')),
      'the audio track of an avatar that was there before us is added',
    ],
    'track-added',
    (added) => ({
      ...added,
      kind: added.kind === 'audio' ? 'video' : 'audio',
    }),
  ),
  rewriting(
    'carries no tracks',
    [...TRACKS, 'claiming to carry media, it carries audio and video'],
    'track-added',
    () => undefined,
  ),
  rewriting(
    'removes no tracks',
    [...TRACKS, 'the tracks of an avatar that left are removed'],
    'track-removed',
    () => undefined,
  ),
  rewriting('removes another track than it added', TRACKS, 'track-removed', (removed) => ({
    ...removed,
    track: new PlaceholderTrack('video'),
  })),
  changed(
    'cannot take a listener off',
    ['a listener that was taken off hears nothing more, and its neighbour goes on'],
    ({ on }) => ({
      on(...given) {
        on(...given);
        return () => {};
      },
    }),
  ),
  sharingOneEmitter(),
  changed('makes figures up', ['statistics, where there are any, are measured figures'], () => ({
    statistics: () => Promise.resolve({ roundTripMs: Number.NaN }),
  })),
  changed('counts backwards', ['statistics, where there are any, are measured figures'], () => {
    let bytesSent = 1_000;
    return {
      async statistics() {
        bytesSent -= 1;
        return { bytesSent };
      },
    };
  }),
  changed(
    'takes any speaker, and plays nothing',
    ['a speaker is chosen only where the SDK plays, and only one that is there'],
    () => ({ setOutput: async () => {} }),
  ),

  // ending
  changed(
    'cannot be closed unless connected',
    [
      'close before connect resolves, says nothing, and connect is refused after it',
      'close after a failed connect resolves',
    ],
    ({ connect, close }) => {
      let connected = false;
      return {
        connect: (...given) =>
          connect(...given).then((connection) => {
            connected = true;
            return connection;
          }),
        close: () => (connected ? close() : Promise.reject(networkError())),
      };
    },
  ),
  changed(
    'waits with close until connect is done',
    [
      'close during connect ends it, and says nothing',
      'close during a join that hangs resolves within 3 s',
      'a join that completes after close is left again',
    ],
    ({ connect, close }) => {
      let connecting: Promise<unknown> = Promise.resolve();
      return {
        connect(...given) {
          const connection = connect(...given);
          connecting = connection.catch(() => {});
          return connection;
        },
        close: () => connecting.then(close),
      };
    },
  ),
  changed(
    'closes only once',
    [
      'close twice at once and once more later resolves each time and emits closed once',
      'close in the listener of closed resolves',
    ],
    ({ close, on }) => {
      let closing = false;
      on('closed', () => {
        closing = true;
      });
      return {
        close() {
          if (closing) return never;
          closing = true;
          return close();
        },
      };
    },
  ),
  speaking(
    'waits for the SDK for ever when leaving',
    ['close resolves within 3 s where the SDK never finishes leaving'],
    ({ close, native }, _emit, { network }) => ({
      close: () => (network.faults.leave ? (native as MemoryClient).leave() : close()),
    }),
  ),
  rewriting(
    'says closed twice',
    [
      CLOSE_ONCE,
      ...ENDS_ALONE,
      ...ENDS_CLOSING,
      'close twice at once and once more later resolves each time and emits closed once',
      'close while the far side ends the connection emits closed once',
      'close in the listener of closed resolves',
      'the end while the link is down comes once',
      'close while the link is down resolves and says requested',
      'what the far end does after close is not heard',
      'what arrives while close is under way comes before closed or not at all',
      'the events of a whole life come in their order',
      'a cut and a removal ends it once, vendor events in the order 1 2',
    ],
    'closed',
    (closed, again) => {
      again(closed);
      return closed;
    },
  ),
  rewriting(
    'never says why it ended',
    [CLOSE_ONCE, ...ENDS_ALONE, 'close resolves within 3 s where the SDK never finishes leaving'],
    'closed',
    () => ({ reason: 'failed' }),
  ),
  rewriting(
    'never says that it ended',
    [CLOSE_ONCE, ...ENDS_ALONE, 'what the far end does after close is not heard'],
    'closed',
    () => undefined,
  ),
  speaking(
    'goes on talking after closed',
    [CLOSE_ONCE, ...ENDS_ALONE, ...ENDS_CLOSING],
    ({ on }, emit, { network }) => {
      on('closed', () => {
        network.clock.schedule(() => emit('quality', { up: 'lost', down: 'lost' }), 1);
      });
      return {};
    },
  ),
  speaking(
    'only pretends to close',
    [
      'what the far end does after close is not heard',
      'what arrives while close is under way comes before closed or not at all',
      LISTENERS.closed,
    ],
    (_, emit) => ({
      close() {
        emit('closed', { reason: 'requested' });
        return Promise.resolve();
      },
    }),
  ),
  rewriting(
    'hides that the link is down',
    [
      'a cut and a resume are reconnecting, then reconnected, and sending goes on',
      'the end while the link is down comes once',
      'close while the link is down resolves and says requested',
      'the events of a whole life come in their order',
    ],
    'reconnecting',
    () => undefined,
  ),
  rewriting(
    'says reconnecting twice',
    ['a cut and a resume are reconnecting, then reconnected, and sending goes on'],
    'reconnecting',
    (payload, again) => {
      again(payload);
      return payload;
    },
  ),
  rewriting(
    'claims that nothing is ever lost',
    ['a full reconnect says that packets may be lost, and sending goes on'],
    'reconnected',
    () => ({ lossy: false }),
  ),
  rewriting(
    'loses the first packets after a resume and says otherwise',
    ['a resume that claims to have lost nothing has lost nothing'],
    'reconnected',
    (_, __, { received }) => {
      // What arrives from here on is not what was sent before.
      const push = received.push.bind(received);
      received.push = (...packets) => push(...packets.filter((packet) => packet.length > 20));
      return { lossy: false };
    },
  ),

  changed(
    'is deaf in the turn of reconnected',
    ['a packet sent in the listener of reconnected arrives'],
    ({ on, send }) => {
      let deaf = false;
      on('reconnected', () => {
        deaf = true;
        queueMicrotask(() => {
          deaf = false;
        });
      });
      return { send: (packet) => (deaf ? Promise.resolve() : send(packet)) };
    },
  ),

  // leftovers
  overClient(
    'leaves its listeners behind',
    [
      LISTENERS.closed,
      LISTENERS.ended,
      'an aborted connect leaves no listener',
      'a connect that timed out leaves no listener',
      'a refused connect leaves no listener',
    ],
    ({ on }) => ({
      on(...given) {
        on(...given);
        return () => {};
      },
    }),
  ),
  overClient(
    'takes every listener off, also those of others',
    [LISTENERS.closed, LISTENERS.ended],
    ({ on }) => {
      const undo: (() => void)[] = [];
      return {
        on(...given) {
          undo.push(on(...given));
          return () => {
            for (const stop of undo) stop();
          };
        },
      };
    },
  ),

  ...publishingMutants,
];

/** A registry that belongs to nobody, as with events on `window`. */
function sharingOneEmitter(): Mutant {
  const shared = createEmitter<TransportEvents>();
  return speaking(
    'shares its packets with every other transport',
    ['two connections at once do not hear each other'],
    ({ on }, emit) => {
      on('packet', (packet) => shared.emit('packet', packet));
      shared.on('packet', (packet) => emit('packet', packet));
      return { mute: ['packet'] };
    },
  );
}
