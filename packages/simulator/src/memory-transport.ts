/**
 * An `AvatarTransport` over the memory network. It is to the memory client what every adapter is to its vendor's SDK,
 * and short enough to be read first by whoever writes another one.
 */

import {
  AvatarError,
  type AvatarErrorCode,
  type AvatarTransport,
  type ConnectOptions,
  createEmitter,
  type RemoteTrack,
  type TransportCloseReason,
  type TransportConnection,
  type TransportEvents,
} from '@avatarwire/core';
import {
  type Attempt,
  createPublishing,
  Departures,
  guardSends,
  settledWithin,
  startAttempt,
} from '@avatarwire/core/adapter';
import { type MemoryClientEvents, MemoryNetworkError } from './memory-client';
import type { MemoryNetwork } from './memory-network';
import type { PublishedTrack } from './memory-room';

export interface MemoryTransportOptions {
  /** Deadline of `connect`, in milliseconds. @default 15000 */
  readonly connectTimeoutMs?: number;
}

const CONNECT_MS = 15_000;
const LEAVE_MS = 3_000;

/** A transport over `network`. `native` is its {@link MemoryClient}. */
export function memory(
  network: MemoryNetwork,
  options: MemoryTransportOptions = {},
): AvatarTransport<'memory'> {
  const { clock, policy } = network;
  const client = network.client();
  const emitter = createEmitter<TransportEvents>();
  const undo: (() => void)[] = [];
  const departures = new Departures(clock);
  const sends = guardSends('memory', clock);
  let state: 'new' | 'connecting' | 'connected' | 'reconnecting' | 'closed' = 'new';
  let avatarId: string | undefined;
  /** The `connect` that is under way. */
  let attempt: Attempt | undefined;
  let left: Promise<void> | undefined;

  const { loss, duplication, reordering } = network.conditions;
  const capabilities = Object.freeze({
    maxPacketBytes: policy.maxPacketBytes,
    reliable: loss === 0 && duplication === 0,
    ordered: reordering === 0,
    media: true,
    playsAudio: false,
  });

  const publishing = createPublishing<MediaStreamTrack>({
    provider: 'memory',
    clock,
    check() {
      if (state !== 'connected')
        throw error('not-connected', 'Tracks can be published only while connected.');
    },
    hold: (track) => track,
    async start(track, source, muted) {
      client.publish(track, source);
      if (muted) client.mute(track, true);
    },
    mute: async (track, _source, muted) => client.mute(track, muted),
    limit: async (track, _source, maxBitsPerSecond) => client.limit(track, maxBitsPerSecond),
    stop: async (track) => client.unpublish(track),
    // The client keeps nothing of a track, and leaving takes along what was published.
    release: () => {},
    toError: publishError,
  });

  async function connect(
    credentials: { readonly room: string },
    { signal, logger, ...rest }: ConnectOptions,
  ): Promise<TransportConnection> {
    if (state !== 'new')
      throw error(
        'invalid-argument',
        'connect() was called before: make a fresh transport for each attempt.',
      );
    state = 'connecting';
    const timeoutMs = options.connectTimeoutMs ?? CONNECT_MS;
    attempt = startAttempt({ provider: 'memory', signal, clock, timeoutMs });
    try {
      const room = checkRoom(credentials);
      attempt.check();
      avatarId = rest.avatarId;
      listenToClient();
      await join(room, attempt);
      state = 'connected';
      logger.info('memory: joined', { localId: client.id });
      return Object.freeze({ localId: client.id, maxPacketBytes: policy.maxPacketBytes, canSend: true });
    } catch (reason) {
      state = 'closed';
      stopListening();
      throw reason;
    } finally {
      attempt.stop();
    }
  }

  /** A join that comes after we gave up is left again. */
  async function join(room: string, { failed, check }: Attempt): Promise<void> {
    const joining = client.join(room);
    try {
      await Promise.race([joining, failed]);
      // What ended us after the join and before this turn did not win the race, and counts all the same.
      check();
    } catch (reason) {
      const leave = () => client.leave();
      joining.then(leave, leave).catch(() => {});
      check();
      throw joinError(reason);
    }
  }

  function listenToClient(): void {
    const on = <E extends keyof MemoryClientEvents>(
      event: E,
      listener: (payload: MemoryClientEvents[E]) => void,
    ) => {
      undo.push(client.on(event, listener));
    };
    const here = new Set<string>();
    on('packet', (packet) => emitter.emit('packet', packet));
    on('member-joined', ({ id }) => {
      departures.cancel(id);
      if (!here.has(id)) emitter.emit('participant-joined', { id });
      here.add(id);
    });
    on('member-left', ({ id }) => {
      departures.add(id, () => {
        here.delete(id);
        emitter.emit('participant-left', { id });
      });
    });
    on('track-published', (published) => emitter.emit('track-added', remoteTrack(published)));
    on('track-unpublished', (published) => emitter.emit('track-removed', remoteTrack(published)));
    on('link-down', () => {
      if (state === 'connected') state = 'reconnecting';
      departures.hold();
      emitter.emit('reconnecting', {});
    });
    on('link-up', ({ lossy }) => {
      if (state === 'reconnecting') state = 'connected';
      emitter.emit('reconnected', { lossy });
      departures.resume();
    });
    on('ended', ({ reason }) => {
      if (state !== 'connecting') return end(reason);
      attempt?.giveUp(error('network', `The far side ended the connection while it was made: ${reason}.`));
    });
  }

  function stopListening(): void {
    for (const stop of undo.splice(0)) stop();
    departures.clear();
  }

  async function send(packet: Uint8Array<ArrayBuffer>): Promise<void> {
    // What is sent while the link is down waits in its buffer, as with a real channel.
    if (state !== 'connected' && state !== 'reconnecting')
      throw error('not-connected', 'A packet can be sent only while connected.');
    if (packet.length > policy.maxPacketBytes)
      throw error('packet-too-large', `The packet has ${packet.length} bytes; ${policy.maxPacketBytes} fit.`);
    try {
      await sends.guard(client.send(packet, avatarId));
    } catch (cause) {
      throw cause instanceof AvatarError ? cause : sendError(cause);
    }
  }

  /** The one place in which a connection ends. */
  function end(reason: TransportCloseReason): void {
    if (state !== 'connected' && state !== 'reconnecting') return;
    state = 'closed';
    stopListening();
    publishing.end(error('not-connected', 'The connection ended.'));
    sends.failAll(error('not-connected', 'The connection ended before the network answered.'));
    emitter.emit('closed', { reason });
  }

  return {
    provider: 'memory',
    capabilities,
    connect,
    send,
    async close() {
      attempt?.giveUp(error('not-connected', 'close() was called while connecting.'));
      if (state === 'new') state = 'closed';
      end('requested');
      left ??= settledWithin(clock, LEAVE_MS, client.leave());
      await left;
    },
    on: emitter.on,
    publishing,
    native: client,
  };
}

function remoteTrack({ track, from, source }: PublishedTrack): RemoteTrack {
  return { track, kind: track.kind === 'audio' ? 'audio' : 'video', source, from, playedBySdk: false };
}

function checkRoom(credentials: unknown): string {
  if (typeof credentials !== 'object' || credentials === null || Array.isArray(credentials)) {
    throw error('invalid-credentials', 'credentials must be an object with a room.');
  }
  const { room } = credentials as { readonly room?: unknown };
  if (typeof room === 'string' && room !== '') return room;
  throw error('invalid-credentials', 'credentials.room must be a string with content.');
}

function joinError(cause: unknown): AvatarError {
  return isRefusal(cause)
    ? error('credentials-refused', 'The network refused the credentials.', cause)
    : error('network', 'The room could not be joined.', cause);
}

function publishError(cause: unknown): AvatarError {
  return isRefusal(cause)
    ? error('unsupported', 'The network does not permit publishing.', cause)
    : error('network', 'The network did not take the track.', cause);
}

function sendError(cause: unknown): AvatarError {
  const codes: Partial<Record<string, AvatarErrorCode>> = {
    NOT_JOINED: 'not-connected',
    TOO_LARGE: 'packet-too-large',
  };
  const code = cause instanceof MemoryNetworkError ? codes[cause.code] : undefined;
  return error(code ?? 'network', 'The network did not take the packet.', cause);
}

function isRefusal(cause: unknown): boolean {
  return cause instanceof MemoryNetworkError && cause.code === 'REFUSED';
}

function error(code: AvatarErrorCode, message: string, cause?: unknown): AvatarError {
  return new AvatarError(code, message, { provider: 'memory', ...(cause !== undefined && { cause }) });
}
