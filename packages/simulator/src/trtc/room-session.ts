/** Entering, being in and leaving a room: the connection, who is there, and messages. */

import type { Clock } from '@avatarwire/core';
import type { EndReason, MemoryClient, MemoryClientEvents } from '../memory-client';
import type { MemoryNetwork } from '../memory-network';
import type { MemoryPacket } from '../memory-room';
import type { Random } from '../random';
import { destroyedError, pause, reachServer, untilAborted } from './join-faults';
import { createMessageOrder, type MessageOrder } from './message-order';
import type { RemoteMedia } from './remote-media';
import type { CustomMessage, EnterRoomConfig } from './trtc-api';
import { trtcError } from './trtc-error';
import type { SignalState, TrtcEvents } from './trtc-events';
import type { TrtcFaults } from './trtc-options';

/** What all instances of a cloud share. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: MemoryNetwork;
  readonly faults: TrtcFaults;
  readonly announces: 'before' | 'after' | 'shuffled';
  readonly deafMs: number;
  /** The server's code against these credentials, if any. */
  refusal(config: EnterRoomConfig): number | undefined;
}

interface RoomSessionOptions {
  readonly world: Surroundings;
  readonly remote: RemoteMedia;
  /** Aborted by `destroy()`. */
  readonly destroyed: AbortSignal;
  emit<E extends keyof TrtcEvents>(event: E, payload: TrtcEvents[E]): void;
  /** We are in: what was captured goes out. */
  onEntered(): void;
  onLeft(): void;
}

export interface RoomSession {
  readonly state: 'out' | 'joining' | 'joined' | 'leaving';
  /** What publishing goes through; `undefined` outside a room. */
  readonly member: MemoryClient | undefined;
  readonly config: EnterRoomConfig | undefined;
  enter(config: EnterRoomConfig): Promise<void>;
  exit(): Promise<void>;
  send(message: CustomMessage): void;
  /** The server ends it. */
  expel(reason: TrtcEvents['kicked-out']['reason']): void;
  /** The connection is given up: the room is left, then `error` comes. */
  fail(error: TrtcEvents['error']): void;
  /** The server's answer to a request. */
  answer(): Promise<void>;
  /** Nothing runs any more. */
  stop(): void;
}

/** The name of a room on the network: `"123"` and `123` are two. No string room has a slash in it. */
export function roomName(room: string | number): string {
  return typeof room === 'string' ? room : `number/${room}`;
}

const FIGURES_MS = 2_000;
/** Where a sender's numbers begin, at most. */
const FIRST_NUMBERS = 16_383;
const DEFAULT_CMD_ID = 1;

const KICKED: Partial<Record<EndReason, TrtcEvents['kicked-out']['reason']>> = {
  'joined-elsewhere': 'kick',
  removed: 'banned',
  'room-ended': 'room_disband',
};

type Message = TrtcEvents['custom-message'];

export function createRoomSession(options: RoomSessionOptions): RoomSession {
  const { world, remote, emit, destroyed } = options;
  const { clock, network, faults, random } = world;
  let state: RoomSession['state'] = 'out';
  let signal: SignalState = 'DISCONNECTED';
  let config: EnterRoomConfig | undefined;
  let member: MemoryClient | undefined;
  const undos: (() => void)[] = [];
  /** News that waits until `enterRoom` has resolved. */
  let held: (() => void)[] | undefined;
  let enteredAt = 0;
  let bytesSent = 0;
  let bytesReceived = 0;
  let stopFigures: (() => void) | undefined;
  const sentNumbers = new Map<number, number>();
  const heardNumbers = new Map<string, number>();
  const orders = new Map<string, MessageOrder<Message>>();

  const latencyMs = () => network.conditions.latencyMs;
  const firstNumber = () => Math.floor(random() * FIRST_NUMBERS);

  function move(to: SignalState, isReconnecting = false): void {
    if (signal === to) return;
    const prevState = signal;
    signal = to;
    if (!stopFigures) reportFigures();
    emit('connection-state-changed', {
      prevState,
      state: to,
      ...(to === 'CONNECTING' && { isReconnecting }),
    });
  }

  async function enter(wanted: EnterRoomConfig): Promise<void> {
    if (destroyed.aborted) throw destroyedError();
    state = 'joining';
    config = wanted;
    try {
      const serverCode = world.refusal(wanted);
      await reachServer(faults.join ?? (serverCode === undefined ? undefined : { serverCode }), {
        clock,
        signal: destroyed,
        latencyMs,
        move,
        firewall: () => emit('error', trtcError(5500, 'A firewall is in the way.', '', 5501)),
      });
      await join(wanted);
    } catch (error) {
      forget();
      throw error;
    }
  }

  async function join(wanted: EnterRoomConfig): Promise<void> {
    const joining = network.client(wanted.userId);
    member = joining;
    const before = world.announces === 'shuffled' ? random() < 0.5 : world.announces === 'before';
    held = before ? undefined : [];
    listen(joining);
    const joined = joining.join(roomName(wanted.roomId || wanted.strRoomId || ''));
    await abandonable(joined, joining);
    state = 'joined';
    enteredAt = clock.now();
    sentNumbers.clear();
    options.onEntered();
    // What follows the promise comes in a turn of its own, when its owner has gone on.
    undos.push(clock.schedule(release, 0));
  }

  /** A join that completes after `destroy()` is left again. */
  function abandonable(joined: Promise<void>, joining: MemoryClient): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        joined.then(
          () => joining.leave(),
          () => {},
        );
        reject(destroyedError());
      };
      destroyed.addEventListener('abort', giveUp, { once: true });
      joined.then(
        () => {
          destroyed.removeEventListener('abort', giveUp);
          if (!destroyed.aborted) resolve();
        },
        (cause: unknown) => {
          destroyed.removeEventListener('abort', giveUp);
          reject(trtcError(5500, `enterRoom(): ${String(cause)}`, 'enterRoom'));
        },
      );
    });
  }

  function listen(client: MemoryClient): void {
    const hear = <E extends keyof MemoryClientEvents>(
      event: E,
      act: (payload: MemoryClientEvents[E]) => void,
    ) => undos.push(client.on(event, (payload) => (held ? held.push(() => act(payload)) : act(payload))));
    hear('member-joined', ({ id }) => emit('remote-user-enter', { userId: id }));
    hear('member-left', ({ id }) => emit('remote-user-exit', { userId: id, reason: 0 }));
    hear('track-published', (track) => remote.published(track));
    hear('track-unpublished', (track) => remote.unpublished(track));
    hear('track-muted', (track) => remote.muted(track));
    hear('packet', receive);
    undos.push(
      client.on('link-down', () => {
        move('DISCONNECTED');
        move('CONNECTING', true);
      }),
      client.on('link-up', () => move('CONNECTED')),
      client.on('ended', ({ reason }) => {
        const kicked = KICKED[reason];
        if (kicked) leaveThen(() => emit('kicked-out', { reason: kicked }));
        else leaveThen(() => emit('error', rejoinError()));
      }),
    );
  }

  function release(): void {
    const news = held ?? [];
    held = undefined;
    for (const tell of news) tell();
  }

  function receive({ data, from, label = DEFAULT_CMD_ID, order }: MemoryPacket): void {
    bytesReceived += data.length;
    const stream = `${label} ${from}`;
    const seq = order ?? heardNumbers.get(stream) ?? firstNumber();
    heardNumbers.set(stream, seq + 1);
    const message: Message = { userId: from, cmdId: label, seq, data: data.slice().buffer };
    // Whoever stands at the server numbers nothing, and overtakes nobody.
    if (order === undefined) return emit('custom-message', message);
    const inOrder = orders.get(stream) ?? createMessageOrder(clock, (next) => emit('custom-message', next));
    orders.set(stream, inOrder);
    inOrder.arrive(message);
  }

  function reportFigures(): void {
    stopFigures = clock.schedule(() => {
      const figure = signal === 'CONNECTED' && state === 'joined' ? 1 : 0;
      emit('network-quality', {
        uplinkNetworkQuality: signal === 'DISCONNECTED' ? 6 : figure,
        downlinkNetworkQuality: figure,
        uplinkRTT: figure && latencyMs() * 2,
        uplinkLoss: figure && network.conditions.loss * 100,
        downlinkRTT: figure && latencyMs() * 2,
        downlinkLoss: figure && network.conditions.loss * 100,
      });
      if (state === 'joined') emitStatistics();
      reportFigures();
    }, FIGURES_MS);
  }

  function emitStatistics(): void {
    const silence = { bitrate: 0, audioLevel: 0 };
    emit('statistics', {
      rtt: latencyMs() * 2,
      upLoss: network.conditions.loss * 100,
      downLoss: network.conditions.loss * 100,
      bytesSent,
      bytesReceived,
      localStatistics: { audio: silence, video: [] },
      remoteStatistics: remote.ids.map((userId) => ({ userId, audio: silence, video: [] })),
    });
  }

  /** Out of the room, as far as this instance is concerned. */
  function forget(): void {
    const wasIn = state === 'joined' || state === 'leaving';
    state = 'out';
    stopFigures?.();
    stopFigures = undefined;
    for (const undo of undos.splice(0)) undo();
    held = undefined;
    for (const order of orders.values()) order.stop();
    orders.clear();
    heardNumbers.clear();
    remote.clear();
    member = undefined;
    if (wasIn) options.onLeft();
  }

  function leaveThen(tell: () => void): void {
    if (state === 'out') return;
    move('DISCONNECTED');
    forget();
    tell();
  }

  return {
    get state() {
      return state;
    },
    get member() {
      return state === 'joined' ? member : undefined;
    },
    get config() {
      return config;
    },
    enter,
    async exit() {
      if (state !== 'joined') return;
      const leaving = member;
      state = 'leaving';
      if (faults.leave === 'hang') await new Promise<never>(() => {});
      await pause(clock, latencyMs());
      leaveThen(() => {});
      await leaving?.leave();
    },
    send({ cmdId, data }) {
      const number = sentNumbers.get(cmdId) ?? firstNumber();
      sentNumbers.set(cmdId, number + 1);
      // Nothing is kept for a socket that is not open, and nobody is told.
      if (signal !== 'CONNECTED' || !member) return;
      if (faults.send === 'vanish' || clock.now() - enteredAt < world.deafMs) return;
      bytesSent += data.byteLength;
      member.send(new Uint8Array(data.slice(0)), undefined, cmdId, number).catch(() => {});
    },
    expel(reason) {
      const leaving = member;
      leaveThen(() => emit('kicked-out', { reason }));
      void leaving?.leave();
    },
    fail(error) {
      const leaving = member;
      leaveThen(() => emit('error', error));
      void leaving?.leave();
    },
    answer: () => untilAborted({ clock, signal: destroyed }, latencyMs() * 2),
    stop() {
      const leaving = state === 'leaving' ? member : undefined;
      forget();
      void leaving?.leave();
    },
  };
}

function rejoinError(): TrtcEvents['error'] {
  return trtcError(5400, 'The room could not be entered again.', '', 0);
}
