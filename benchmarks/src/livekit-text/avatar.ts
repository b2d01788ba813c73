/** Runs in a page: who is spoken to, in each of the ways in which text can come, counting its bytes as they arrive. */

import { joinRoom } from '../in-room';

export const AVATAR = 'avatar';
export const CHAT = 'chat';
export const INTERRUPT = 'interrupt';

export interface Avatar {
  /** Bytes of text so far, in UTF-8. */
  readonly heardBytes: number;
  /** Resolves when that many have arrived. */
  hears(bytes: number): Promise<void>;
  /** Resolves when an interrupt has arrived. */
  isInterrupted(): Promise<void>;
  leave(): Promise<void>;
}

interface Frame {
  readonly type: string;
  readonly mid: string;
  readonly pld: { readonly cmd?: string; readonly text?: string };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export async function joinAvatar(url: string, token: string): Promise<Avatar> {
  const room = await joinRoom(url, token);
  let heardBytes = 0;
  let waiting: { readonly bytes: number; readonly resolve: () => void } | undefined;
  let interrupted = () => {};

  function heard(bytes: number): void {
    heardBytes += bytes;
    if (waiting && heardBytes >= waiting.bytes) waiting.resolve();
  }

  function read({ type, mid, pld }: Frame): void {
    if (type === 'chat') return heard(encoder.encode(pld.text).length);
    if (pld.cmd === 'interrupt') interrupted();
    const answer = { v: 2, type: 'command', mid, pld: { cmd: pld.cmd, code: 1000, msg: 'OK' } };
    // To all: of a visitor who has only just come, a packet may arrive before the news of it.
    void room.localParticipant.publishData(encoder.encode(JSON.stringify(answer)), { reliable: true });
  }

  room.on('dataReceived', (data, _participant, _kind, topic) => {
    if (topic === INTERRUPT) interrupted();
    else if (topic === CHAT) heard(data.length);
    else read(JSON.parse(decoder.decode(data)));
  });
  room.registerTextStreamHandler(CHAT, (reader) => {
    void (async () => {
      // One whose sender leaves ends in an error, and then nobody waits for it.
      try {
        for await (const piece of reader) heard(encoder.encode(piece).length);
      } catch {}
    })();
  });

  return {
    get heardBytes() {
      return heardBytes;
    },
    hears: (bytes) =>
      new Promise((resolve) => {
        waiting = { bytes, resolve };
        heard(0);
      }),
    isInterrupted: () =>
      new Promise((resolve) => {
        interrupted = resolve;
      }),
    leave: () => room.disconnect(),
  };
}
