/** Runs in the page: the session of the visitor, and a record of everything that it said and saw. */

import {
  type AvatarSession,
  type AvatarSessionOptions,
  createAvatarSession,
  type Delivery,
  isAvatarError,
  type SessionState,
} from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { atPace } from '@avatarwire/tooling/delivery';
import { webrtc } from '@avatarwire/webrtc';
import type {
  Commanded,
  MediaCounters,
  Outcome,
  Said,
  SaidKind,
  SentPacket,
  VisitorReport,
} from '../reports';
import { relayedSignalling } from './relayed-signalling';

export interface Visitor {
  /** Resolves with the milliseconds to `live`. */
  connectLivekit(url: string, token: string, policy?: AvatarSessionOptions['policy']): Promise<number>;
  connectWebrtc(): Promise<number>;
  /** Says it, and records what becomes of it. Returns its place in the record. */
  say(kind: 'ask' | 'speak', text: string): number;
  /** Says the pieces as they come from a model. */
  stream(pieces: readonly string[], perSecond: number): number;
  interrupt(): number;
  /** As soon as so much of a text has left. */
  interruptAt(place: number, bytes: number): Promise<number>;
  setSpeed(speed: number): number;
  /** Milliseconds from the call to its acknowledgement; a number for each that was acknowledged. */
  roundTrips(count: number): Promise<readonly number[]>;
  isSaidSettled(place: number): boolean;
  isCommandSettled(place: number): boolean;
  /** Of its text. */
  sentBytes(place: number): number;
  hasAnswer(text: string): boolean;
  state(): SessionState;
  /** How long it has been in this state. */
  stateMs(): number;
  media(): Promise<MediaCounters>;
  report(): VisitorReport;
  close(): Promise<void>;
}

declare global {
  var visitor: Visitor;
}

type Written<T> = { -readonly [K in keyof T]: T[K] };

const connections: RTCPeerConnection[] = [];
const channels: RTCDataChannel[] = [];
/** By the name of what came: a connection that is over counts for nothing any more, and what it brought has come all the same. */
const counted = new Map<string, number>();
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
  }

  override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
    const channel = super.createDataChannel(label, init);
    channels.push(channel);
    return channel;
  }
};

const now = () => performance.timeOrigin + performance.now();
const clock = {
  now: () => performance.now(),
  schedule: (callback: () => void, delayMs: number) => setTimeout(callback, delayMs),
};
const video = document.body.appendChild(document.createElement('video'));
video.muted = true;

const said: Written<Said>[] = [];
const commanded: Written<Commanded>[] = [];
const states: { state: SessionState; at: number }[] = [];
const packets: SentPacket[] = [];
const uncertain: string[] = [];
let session: AvatarSession | undefined;

function joined(): AvatarSession {
  if (session === undefined) throw new Error('no session yet');
  return session;
}

async function connect(options: AvatarSessionOptions): Promise<number> {
  session = createAvatarSession(options);
  session.attach(video);
  session.on('state-changed', ({ state }) => states.push({ state, at: now() }));
  session.on('message-uncertain', ({ message }) => uncertain.push(message.id));
  session.tap(({ direction, data, lane }) => {
    if (direction === 'out' && lane !== undefined) packets.push({ at: now(), bytes: data.byteLength, lane });
  });
  const startedAt = performance.now();
  await session.connect();
  return performance.now() - startedAt;
}

function record(kind: SaidKind, text: string, saying: Promise<Delivery>): number {
  const entry: Written<Said> = { kind, text, at: now() };
  const settle = (outcome: Outcome) => {
    entry.outcome = outcome;
    entry.settledAt = now();
  };
  saying.then(
    (delivery) => settle({ is: 'delivered', delivery }),
    (error: unknown) =>
      settle({
        is: 'failed',
        code: codeOf(error),
        ...(isAvatarError(error) && error.unsentText !== undefined && { unsentText: error.unsentText }),
      }),
  );
  return said.push(entry) - 1;
}

function recordCommand(
  kind: Commanded['kind'],
  doing: Promise<unknown>,
  more: Pick<Commanded, 'waitingBytes'> = {},
): number {
  const entry: Written<Commanded> = { kind, at: now(), ...more };
  const settle = () => {
    entry.settledAt = now();
  };
  doing.then(settle, (error: unknown) => {
    settle();
    entry.code = codeOf(error);
  });
  return commanded.push(entry) - 1;
}

const codeOf = (error: unknown) => (isAvatarError(error) ? error.code : String(error));

globalThis.visitor = {
  connectLivekit: (url, token, policy) =>
    connect({
      transports: { livekit: () => livekit({ rtcConfig: { iceServers: [] } }) },
      source: { provider: 'livekit', credentials: { url, token } },
      ...(policy && { policy }),
    }),
  connectWebrtc: () =>
    connect({
      transports: { webrtc: () => webrtc({ signalling: relayedSignalling('offerer') }) },
      source: { provider: 'webrtc', credentials: {} },
    }),
  say: (kind, text) => record(kind, text, joined()[kind](text)),
  stream: (pieces, perSecond) =>
    record('stream', pieces.join(''), joined().speak(atPace(pieces, { perSecond, clock }))),
  interrupt() {
    const waitingBytes = channels.reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0);
    return recordCommand('interrupt', joined().interrupt(), { waitingBytes });
  },
  interruptAt: (place, bytes) =>
    new Promise((resolve) => {
      const undo = joined().on('message-changed', () => {
        if (visitor.sentBytes(place) < bytes) return;
        undo();
        // Not in the turn of a hand-over, which comes just when the channel has room.
        setTimeout(() => resolve(visitor.interrupt()), 20);
      });
    }),
  setSpeed: (speed) => recordCommand('set-params', joined().setParams({ voice: { speed } })),
  async roundTrips(count) {
    const times: number[] = [];
    for (let trip = 0; trip < count; trip++) {
      const startedAt = performance.now();
      await joined().setParams({ voice: { speed: 1 + (trip % 20) / 100 } });
      times.push(performance.now() - startedAt);
    }
    return times;
  },
  isSaidSettled: (place) => said[place]?.outcome !== undefined,
  isCommandSettled: (place) => commanded[place]?.settledAt !== undefined,
  sentBytes: (place) =>
    joined()
      .getSnapshot()
      .messages.find(({ author, text }) => author === 'application' && text === said[place]?.text)?.delivery
      ?.sentBytes ?? 0,
  hasAnswer: (text) =>
    joined()
      .getSnapshot()
      .messages.some((message) => message.author === 'avatar' && message.complete && message.text === text),
  state: () => joined().getSnapshot().state,
  stateMs: () => now() - (states.at(-1)?.at ?? now()),
  async media() {
    for (const [index, connection] of connections.entries()) {
      for (const figures of (await connection.getStats()).values()) {
        if (figures.type !== 'inbound-rtp') continue;
        const count = figures.kind === 'video' ? figures.framesDecoded : figures.packetsReceived;
        counted.set(`${figures.kind} ${index} ${figures.id}`, count ?? 0);
      }
    }
    const sum = (kind: string) =>
      [...counted].reduce((total, [name, count]) => total + (name.startsWith(kind) ? count : 0), 0);
    return { frames: sum('video'), soundPackets: sum('audio') };
  },
  report() {
    const { messages, closed } = joined().getSnapshot();
    return {
      said,
      commanded,
      states,
      packets,
      uncertain,
      transcript: messages.map(({ id, author, text, complete, delivery }) => ({
        id,
        author,
        text,
        complete,
        ...(delivery && { delivery: delivery.state }),
      })),
      ...(closed && { ended: { reason: closed.reason, ...(closed.error && { code: closed.error.code }) } }),
    };
  },
  close: async () => session?.close(),
};
