/**
 * What a vendor's SDK is to an adapter, the memory client is to the memory transport: one object that joins, sends,
 * leaves and emits, with a link of its own to the server.
 */

import { type Clock, createEmitter, type RatePolicy, type TrackSource } from '@avatarwire/core';
import type { LimitWatch } from './memory-limits';
import { createLink, type NetworkConditions } from './memory-link';
import type { MemoryPacket, PublishedTrack, RoomState } from './memory-room';
import { createUplink } from './memory-uplink';
import type { Random } from './random';

/** Why the far side ended a connection. */
export type EndReason =
  | 'room-ended'
  | 'removed'
  | 'joined-elsewhere'
  | 'network-lost'
  | 'credentials-expired';

export interface MemoryClientEvents {
  packet: MemoryPacket;
  'member-joined': { readonly id: string };
  'member-left': { readonly id: string };
  'track-published': PublishedTrack;
  'track-unpublished': PublishedTrack;
  'track-muted': PublishedTrack;
  'link-down': Record<string, never>;
  'link-up': { readonly lossy: boolean };
  ended: { readonly reason: EndReason };
}

/** What the client's calls do before they do anything else. Set one to make them wait, fail or hang. */
export interface MemoryFaults {
  /** Before a join completes. What it rejects with is what the join rejects with. */
  join?: () => Promise<void>;
  /** Before a send settles; the packet is on its way, unless it throws at once. */
  send?: () => Promise<void>;
  leave?: () => Promise<void>;
}

/** What the client's own SDK would throw. */
export class MemoryNetworkError extends Error {
  override readonly name = 'MemoryNetworkError';
  readonly code: 'REFUSED' | 'NOT_JOINED' | 'TOO_LARGE' | 'SEND_FAILED';

  constructor(code: MemoryNetworkError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface MemoryClient {
  readonly id: string;
  join(room: string): Promise<void>;
  /** Resolves when the buffer is at or below its low mark, after a round trip where the provider's SDK waits for one. */
  send(data: Uint8Array<ArrayBuffer>, to?: string, label?: number, order?: number): Promise<void>;
  /** What others see of it comes up the link, behind everything sent before. */
  publish(track: MediaStreamTrack, source?: TrackSource): void;
  unpublish(track: MediaStreamTrack): void;
  mute(track: MediaStreamTrack, muted: boolean): void;
  limit(track: MediaStreamTrack, maxBitsPerSecond: number): void;
  leave(): Promise<void>;
  on<E extends keyof MemoryClientEvents>(
    event: E,
    listener: (payload: MemoryClientEvents[E]) => void,
  ): () => void;
  listenerCount(): number;
}

/** The server's grip on a client. */
export interface ConnectedClient {
  readonly id: string;
  cut(): void;
  restore(lossy: boolean): void;
  end(reason: EndReason): void;
  /** The uplink's pace has changed. */
  repace(): void;
  readonly bufferedBytes: number;
}

export interface ClientOptions {
  readonly id: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: RatePolicy;
  readonly faults: MemoryFaults;
  /** A send settles after a round trip. */
  readonly roundTripSends: boolean;
  /** How long a link may be down, in milliseconds. */
  readonly giveUpMs: number;
  /** Packets over the limits are lost. */
  readonly enforceLimits: boolean;
  conditions(): NetworkConditions;
  room(name: string): RoomState;
  /** Whoever is in this room under our id has to go. */
  evict(room: string): void;
  /** One watch a client: limits are a sender's. */
  readonly limits: LimitWatch;
  onSend(data: Uint8Array<ArrayBuffer>): void;
  onJoined(client: ConnectedClient, room: string): () => void;
}

export function createMemoryClient(options: ClientOptions): MemoryClient {
  const { id, clock, policy, faults, conditions } = options;
  const emitter = createEmitter<MemoryClientEvents>();
  const up = createLink(options);
  const down = createLink(options);
  const envelopes = new WeakMap<Uint8Array<ArrayBuffer>, { to?: string; label?: number; order?: number }>();
  let state: 'new' | 'joining' | 'joined' | 'left' = 'new';
  /** While the server has us in it: not before we entered, and not once it has put us out. */
  let room: RoomState | undefined;
  let forgetClient = () => {};
  let failJoin: (error: MemoryNetworkError) => void = () => {};
  let cancelGiveUp: (() => void) | undefined;

  const uplink = createUplink({
    clock,
    conditions,
    depart: (data) => up.carry(() => arriveAtServer(data)),
  });

  function arriveAtServer(data: Uint8Array<ArrayBuffer>): void {
    const within = options.limits.arrive(data.length);
    if (!within && options.enforceLimits) return;
    const { to, ...written } = envelopes.get(data) ?? {};
    room?.spread({ data, from: id, ...written }, to);
  }

  /** What the far side tells us comes down the link, behind everything before it. */
  function tell<E extends keyof MemoryClientEvents>(
    event: E,
    payload: MemoryClientEvents[E],
    certain: boolean,
  ): void {
    down.carry(() => {
      if (state === 'joined' || state === 'joining') emitter.emit(event, payload);
    }, certain);
  }

  function enter(name: string): void {
    state = 'joined';
    options.evict(name);
    forgetClient = options.onJoined(connected, name);
    room = options.room(name);
    room.enter({
      id,
      receive: (packet) => tell('packet', packet, false),
      notice: (news) => {
        const { kind, ...rest } = news;
        tell(kind, rest as MemoryClientEvents[typeof kind], true);
      },
    });
  }

  function leaveRoom(): void {
    const left = room;
    room = undefined;
    left?.exit(id);
  }

  function stop(): void {
    state = 'left';
    failJoin(new MemoryNetworkError('REFUSED', 'The client left before it had joined.'));
    cancelGiveUp?.();
    cancelGiveUp = undefined;
    uplink.stop();
    up.stop();
    down.stop();
    forgetClient();
    leaveRoom();
  }

  function endNow(reason: EndReason): void {
    if (state !== 'joined') return;
    stop();
    emitter.emit('ended', { reason });
  }

  const connected: ConnectedClient = {
    id,
    cut() {
      if (cancelGiveUp || state !== 'joined') return;
      up.cut();
      down.cut();
      cancelGiveUp = clock.schedule(() => endNow('network-lost'), options.giveUpMs);
      emitter.emit('link-down', {});
    },
    restore(lossy) {
      if (!cancelGiveUp) return;
      cancelGiveUp();
      cancelGiveUp = undefined;
      // First the link, then the news: what a listener sends is no part of what was lost.
      up.restore(lossy);
      down.restore(lossy);
      emitter.emit('link-up', { lossy });
    },
    end(reason) {
      // A lost network says nothing; everything else the server has to tell us.
      if (reason === 'network-lost') return endNow(reason);
      leaveRoom();
      down.carry(() => endNow(reason), true);
    },
    repace: () => uplink.pump(),
    get bufferedBytes() {
      return uplink.buffered;
    },
  };

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      clock.schedule(resolve, ms);
    });
  }

  return {
    id,
    on: emitter.on,
    listenerCount: () => emitter.listenerCount(),
    async join(name) {
      if (state !== 'new') throw new MemoryNetworkError('REFUSED', 'A client joins once.');
      state = 'joining';
      await pause(conditions().latencyMs);
      await faults.join?.();
      enter(name);
      // We are in before we know it: others see us, and what they send may come before the server's answer.
      await new Promise<void>((resolve, reject) => {
        failJoin = reject;
        clock.schedule(() => down.carry(resolve, true), conditions().latencyMs);
      });
    },
    publish: (track, source) => up.carry(() => room?.publish(id, track, source), true),
    unpublish: (track) => up.carry(() => room?.unpublish(id, track), true),
    mute: (track, muted) => up.carry(() => room?.mute(id, track, muted), true),
    limit: (track, maxBitsPerSecond) => up.carry(() => room?.limit(id, track, maxBitsPerSecond), true),
    send(data, to, label, order) {
      if (state !== 'joined')
        return Promise.reject(new MemoryNetworkError('NOT_JOINED', 'The client has not joined.'));
      if (data.length > policy.maxPacketBytes) {
        return Promise.reject(
          new MemoryNetworkError('TOO_LARGE', `A packet holds ${policy.maxPacketBytes} bytes.`),
        );
      }
      const copy = data.slice();
      envelopes.set(copy, {
        ...(to !== undefined && { to }),
        ...(label !== undefined && { label }),
        ...(order !== undefined && { order }),
      });
      options.onSend(copy);
      let answered: Promise<void> | undefined;
      try {
        answered = faults.send?.();
      } catch (error) {
        return Promise.reject(error);
      }
      const taken: Promise<void>[] = [uplink.push(copy)];
      if (answered) taken.push(answered);
      if (options.roundTripSends) taken.push(pause(conditions().latencyMs * 2));
      return Promise.all(taken).then(() => {});
    },
    async leave() {
      // As with some vendors, leaving during a join stops nothing: whoever gave up leaves again once it has completed.
      if (state !== 'joined') return;
      stop();
      await faults.leave?.();
    },
  };
}
