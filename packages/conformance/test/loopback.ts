/** The smallest transport that keeps the contract, on the machine's clock: it shows what the suite asks of everyone. */

import {
  AvatarError,
  type AvatarErrorCode,
  type AvatarTransport,
  createEmitter,
  type TransportEvents,
} from '@avatarwire/core';
import type { TransportHarness } from '../src/index';

const MAX_PACKET_BYTES = 2_000;

export interface LoopbackRoom {
  readonly received: Uint8Array[];
  readonly opened: AvatarTransport<'memory'>[];
  avatarIsThere: boolean;
}

export function loopback(room: LoopbackRoom): AvatarTransport<'memory'> {
  const emitter = createEmitter<TransportEvents>();
  let state: 'new' | 'connecting' | 'connected' | 'closed' = 'new';
  let fail: (reason: unknown) => void = () => {};

  async function joined(signal: AbortSignal): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = () => fail(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      await new Promise<void>((resolve, reject) => {
        fail = reject;
        timer = setTimeout(resolve, 3);
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  return {
    provider: 'memory',
    capabilities: Object.freeze({
      maxPacketBytes: MAX_PACKET_BYTES,
      reliable: true,
      ordered: true,
      media: false,
      playsAudio: false,
    }),
    async connect(credentials, { signal }) {
      if (state !== 'new') throw error('invalid-argument', 'connect() may be called once.');
      state = 'connecting';
      try {
        if (typeof credentials?.room !== 'string')
          throw error('invalid-credentials', 'credentials.room must be a string.');
        signal.throwIfAborted();
        await joined(signal);
        state = 'connected';
        if (room.avatarIsThere) emitter.emit('participant-joined', { id: 'avatar' });
      } catch (reason) {
        state = 'closed';
        throw reason;
      }
      return { localId: 'me', maxPacketBytes: MAX_PACKET_BYTES, canSend: true };
    },
    async send(packet) {
      if (state !== 'connected') throw error('not-connected', 'Connect first.');
      if (packet.length > MAX_PACKET_BYTES)
        throw error('packet-too-large', `At most ${MAX_PACKET_BYTES} bytes.`);
      room.received.push(packet.slice());
    },
    async close() {
      if (state === 'connecting') fail(error('not-connected', 'Closed while connecting.'));
      const wasConnected = state === 'connected';
      state = 'closed';
      if (wasConnected) emitter.emit('closed', { reason: 'requested' });
    },
    on: emitter.on,
  };
}

function error(code: AvatarErrorCode, message: string): AvatarError {
  return new AvatarError(code, message, { provider: 'memory' });
}

export function loopbackHarness(create = loopback): TransportHarness<'memory', LoopbackRoom> {
  return {
    provider: 'memory',
    real: 'nothing but time',
    open: () => ({ received: [], opened: [], avatarIsThere: false }),
    create(room) {
      const transport = create(room);
      room.opened.push(transport);
      return transport;
    },
    credentials: () => ({ room: 'a' }),
    quietMs: 10,
    burst: { packets: 20, bytes: 20_000 },
    far: {
      joinAsAvatar(room) {
        room.avatarIsThere = true;
        return 'avatar';
      },
      received: ({ received }) => received,
    },
  };
}
