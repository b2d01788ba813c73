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
  type TransportCloseReason,
  type TransportConnection,
  type TransportEvents,
} from '@avatarwire/core';
import { type MemoryClientEvents, MemoryNetworkError } from './memory-client';
import type { MemoryNetwork } from './memory-network';
import type { PublishedTrack } from './memory-room';

export interface MemoryTransportOptions {
  /** Deadline of `connect`, in milliseconds. @default 15000 */
  readonly connectTimeoutMs?: number;
}

const CONNECT_MS = 15_000;
const SEND_MS = 10_000;
const LEAVE_MS = 3_000;
/** A vendor's reconnect looks like everyone leaving and coming back. */
const LEAVE_GRACE_MS = 3_000;

/** A transport over `network`. `native` is its {@link MemoryClient}. */
export function memory(
  network: MemoryNetwork,
  options: MemoryTransportOptions = {},
): AvatarTransport<'memory'> {
  const { clock, policy } = network;
  const client = network.client();
  const emitter = createEmitter<TransportEvents>();
  const undo: (() => void)[] = [];
  const leaving = new Map<string, () => void>();
  const openSends = new Set<(error: AvatarError) => void>();
  let state: 'new' | 'connecting' | 'connected' | 'closed' = 'new';
  let avatarId: string | undefined;
  /** Ends a `connect` that is under way. */
  let giveUp: (reason: unknown) => void = () => {};
  let left: Promise<void> | undefined;

  const { loss, duplication, reordering } = network.conditions;
  const capabilities = Object.freeze({
    maxPacketBytes: policy.maxPacketBytes,
    reliable: loss === 0 && duplication === 0,
    ordered: reordering === 0,
    media: true,
    playsAudio: false,
  });

  async function connect(
    credentials: { readonly room: string },
    connectOptions: ConnectOptions,
  ): Promise<TransportConnection> {
    if (state !== 'new')
      throw error(
        'invalid-argument',
        'connect() was called before: make a fresh transport for each attempt.',
      );
    state = 'connecting';
    try {
      const room = checkRoom(credentials);
      connectOptions.signal.throwIfAborted();
      avatarId = connectOptions.avatarId;
      listenToClient();
      await joinInTime(room, connectOptions.signal);
      state = 'connected';
      connectOptions.logger.info('memory: joined', { localId: client.id });
      return Object.freeze({ localId: client.id, maxPacketBytes: policy.maxPacketBytes, canSend: true });
    } catch (reason) {
      state = 'closed';
      stopListening();
      throw reason;
    }
  }

  /** Joins before the deadline, an abort and a `close()`; a join that comes after one of them is left again. */
  async function joinInTime(room: string, signal: AbortSignal): Promise<void> {
    const timeoutMs = options.connectTimeoutMs ?? CONNECT_MS;
    const joining = client.join(room);
    let failure: { readonly reason: unknown } | undefined;
    const abort = () => giveUp(signal.reason);
    const gaveUp = new Promise<never>((_, reject) => {
      giveUp = (reason) => {
        failure ??= { reason };
        reject(reason);
      };
    });
    const cancelDeadline = clock.schedule(
      () => giveUp(error('connect-timeout', `The room was not joined within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    signal.addEventListener('abort', abort);
    try {
      await Promise.race([joining, gaveUp]);
      // What ended us after the join and before this turn did not win the race, and counts all the same.
      checkNoFailure();
    } catch (reason) {
      const leave = () => client.leave();
      joining.then(leave, leave).catch(() => {});
      throw failure ? failure.reason : joinError(reason);
    } finally {
      cancelDeadline();
      signal.removeEventListener('abort', abort);
    }

    function checkNoFailure(): void {
      if (failure) throw failure.reason;
    }
  }

  function listenToClient(): void {
    const on = <E extends keyof MemoryClientEvents>(
      event: E,
      listener: (payload: MemoryClientEvents[E]) => void,
    ) => {
      undo.push(client.on(event, listener));
    };
    on('packet', (packet) => emitter.emit('packet', packet));
    on('member-joined', ({ id }) => {
      const wasLeaving = leaving.get(id);
      leaving.delete(id);
      wasLeaving?.();
      if (!wasLeaving) emitter.emit('participant-joined', { id });
    });
    on('member-left', ({ id }) => {
      leaving.set(
        id,
        clock.schedule(() => {
          leaving.delete(id);
          emitter.emit('participant-left', { id });
        }, LEAVE_GRACE_MS),
      );
    });
    on('track-published', (published) => emitter.emit('track-added', remoteTrack(published)));
    on('track-unpublished', (published) => emitter.emit('track-removed', remoteTrack(published)));
    on('link-down', () => emitter.emit('reconnecting', {}));
    on('link-up', ({ lossy }) => emitter.emit('reconnected', { lossy }));
    on('ended', ({ reason }) => {
      if (state === 'connecting')
        giveUp(error('network', `The far side ended the connection while it was made: ${reason}.`));
      else end(reason);
    });
  }

  function stopListening(): void {
    for (const stop of undo.splice(0)) stop();
    for (const cancel of leaving.values()) cancel();
    leaving.clear();
  }

  function send(packet: Uint8Array<ArrayBuffer>): Promise<void> {
    if (state !== 'connected')
      return Promise.reject(error('not-connected', 'A packet can be sent only while connected.'));
    if (packet.length > policy.maxPacketBytes) {
      return Promise.reject(
        error('packet-too-large', `The packet has ${packet.length} bytes; ${policy.maxPacketBytes} fit.`),
      );
    }
    const taken = client.send(packet, avatarId);
    return new Promise((resolve, reject) => {
      const finish = () => {
        cancelDeadline();
        openSends.delete(fail);
      };
      const fail = (reason: AvatarError) => {
        finish();
        reject(reason);
      };
      const cancelDeadline = clock.schedule(
        () => fail(error('send-unsettled', `The network has not answered within ${SEND_MS} ms.`)),
        SEND_MS,
      );
      openSends.add(fail);
      taken.then(
        () => {
          finish();
          resolve();
        },
        (cause: unknown) => fail(sendError(cause)),
      );
    });
  }

  /** The one place in which a connection ends. */
  function end(reason: TransportCloseReason): void {
    const wasConnected = state === 'connected';
    state = 'closed';
    stopListening();
    for (const fail of [...openSends])
      fail(error('not-connected', 'The connection ended before the network answered.'));
    if (wasConnected) emitter.emit('closed', { reason });
  }

  function leave(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.schedule(resolve, LEAVE_MS);
      const finish = () => {
        cancel();
        resolve();
      };
      client.leave().then(finish, finish);
    });
  }

  return {
    provider: 'memory',
    capabilities,
    connect,
    send,
    async close() {
      if (state === 'connecting') giveUp(error('not-connected', 'close() was called while connecting.'));
      else if (state === 'connected') end('requested');
      else state = 'closed';
      left ??= leave();
      await left;
    },
    on: emitter.on,
    native: client,
  };
}

function remoteTrack({ track, from, source }: PublishedTrack) {
  const kind = track.kind === 'audio' ? ('audio' as const) : ('video' as const);
  return {
    track,
    kind,
    source,
    from,
    playedBySdk: false,
  };
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
  const refused = cause instanceof MemoryNetworkError && cause.code === 'REFUSED';
  return refused
    ? error('credentials-refused', 'The network refused the credentials.', cause)
    : error('network', 'The room could not be joined.', cause);
}

function sendError(cause: unknown): AvatarError {
  const codes: Partial<Record<string, AvatarErrorCode>> = {
    NOT_JOINED: 'not-connected',
    TOO_LARGE: 'packet-too-large',
  };
  const code = cause instanceof MemoryNetworkError ? codes[cause.code] : undefined;
  return error(code ?? 'network', 'The network did not take the packet.', cause);
}

function error(code: AvatarErrorCode, message: string, cause?: unknown): AvatarError {
  return new AvatarError(code, message, { provider: 'memory', ...(cause !== undefined && { cause }) });
}
