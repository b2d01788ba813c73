/**
 * A transport for the soak: an avatar that is there, acknowledges every command, answers every message in one word,
 * and remembers nothing, so that whatever grows is ours.
 */

import { type AvatarTransport, createEmitter, type TransportEvents } from '@avatarwire/core';

export interface SinkTransport extends AvatarTransport<'memory'> {
  listenerCount(): number;
}

const MAX_PACKET_BYTES = 16_384;
const AVATAR = 'avatar';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Frame {
  readonly type: string;
  readonly mid: string;
  readonly fin?: boolean;
  readonly pld: { readonly cmd?: string };
}

export function sinkTransport(): SinkTransport {
  const emitter = createEmitter<TransportEvents>();
  let isConnected = false;

  function answer({ type, mid, fin, pld }: Frame): void {
    if (type === 'command') say({ v: 2, type, mid, pld: { cmd: pld.cmd, code: 1_000, msg: '' } });
    else if (fin) say({ v: 2, type: 'chat', mid, idx: 0, fin: true, pld: { from: 'bot', text: 'Yes.' } });
  }

  function say(frame: object): void {
    if (isConnected) emitter.emit('packet', { data: encoder.encode(JSON.stringify(frame)), from: AVATAR });
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
    async connect() {
      isConnected = true;
      queueMicrotask(() => emitter.emit('participant-joined', { id: AVATAR }));
      return { localId: 'visitor', maxPacketBytes: MAX_PACKET_BYTES, canSend: true };
    },
    async send(packet) {
      const frame: Frame = JSON.parse(decoder.decode(packet));
      queueMicrotask(() => answer(frame));
    },
    async close() {
      if (isConnected) emitter.emit('closed', { reason: 'requested' });
      isConnected = false;
    },
    on: emitter.on,
    listenerCount: () => emitter.listenerCount(),
  };
}
