/** The wire while it runs: wirefilter, through its management socket. */

import { connect, type Socket } from 'node:net';

/** Both directions alike. */
export interface WireSettings {
  /** Per cent of packets, each way. */
  readonly loss: number;
  /** Milliseconds each way; a normal distribution with this spread. */
  readonly delay: { readonly mean: number; readonly spread: number };
}

export const CLEAN: WireSettings = { loss: 0, delay: { mean: 0, spread: 0 } };

export interface Wire {
  set(settings: WireSettings): Promise<void>;
  close(): void;
}

const ANSWER_MS = 2_000;

export async function connectWire(path: string): Promise<Wire> {
  const socket = connect(path);
  // `close` follows, and tells whoever waits.
  socket.on('error', () => {});
  await answer(socket, /\$ $/);

  async function say(command: string): Promise<void> {
    const answered = answer(socket, /(\d{4}) [^\n]*\n\nVDEwf\$ $/);
    socket.write(`${command}\n`);
    const [, code] = await answered;
    if (code !== '1000') throw new Error(`wirefilter took "${command}" with ${code}`);
  }

  return {
    async set({ loss, delay }) {
      await say(`delay ${delay.mean}+${delay.spread}N`);
      await say(`loss ${loss}`);
    },
    close: () => void socket.destroy(),
  };
}

function answer(socket: Socket, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(
      () => settle(() => reject(new Error(`wirefilter did not answer: ${text}`))),
      ANSWER_MS,
    );
    const onData = (data: Buffer) => {
      text += data;
      const found = pattern.exec(text);
      if (found !== null) settle(() => resolve(found));
    };
    const onGone = () => settle(() => reject(new Error('wirefilter is gone')));
    const settle = (then: () => void) => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onGone);
      then();
    };
    socket.on('data', onData).on('close', onGone);
  });
}
