/** What an avatar says that means harm, and what it costs us. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SessionEvents } from '../../../src/session/session-types';
import type { Stage } from '../../support/stage';

const encoder = new TextEncoder();

export const bytes = (text: string) => encoder.encode(text);
export const json = (frame: unknown) => bytes(JSON.stringify(frame));
/** As it is written: a field may be anything that JSON can hold, and more. */
export const chatText = (mid: string, idx: string, fin: string, text: string, more = '') =>
  bytes(
    `{"v":2,"type":"chat","mid":${mid},"idx":${idx},"fin":${fin},"pld":{"from":"bot","text":${text}${more}}}`,
  );
export const chat = (mid: string, idx: number, fin: boolean, text: string) =>
  chatText(JSON.stringify(mid), String(idx), String(fin), JSON.stringify(text));

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes in use that nobody can collect. */
export function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

const WATCHED = [
  'message-received',
  'message-dropped',
  'unrecognised',
  'ignored-packet',
] as const satisfies (keyof SessionEvents)[];

/** How often each of the events came that say what became of a packet, and the first problem of each. */
export function countEvents({ session }: Stage) {
  const counts: Record<(typeof WATCHED)[number], number> = {
    'message-received': 0,
    'message-dropped': 0,
    unrecognised: 0,
    'ignored-packet': 0,
  };
  const problems = new Set<string>();
  for (const event of WATCHED)
    session.on(event, (payload) => {
      counts[event] += 1;
      if ('problem' in payload) problems.add(payload.problem);
    });
  return { counts, problems };
}

/** The avatar sends all of it in one turn. */
export function sends(stage: Stage, packets: Iterable<Uint8Array>, from = 'avatar'): void {
  const transport = stage.transport();
  for (const data of packets) transport.emit('packet', { data, from });
}

/** The same, as many a second as are read. */
export async function sendsSlowly(
  stage: Stage,
  packets: Iterable<Uint8Array>,
  aSecond = 2_000,
): Promise<void> {
  let sent = 0;
  for (const packet of packets) {
    if (sent % aSecond === 0) await stage.clock.advance(1_000);
    sends(stage, [packet]);
    sent += 1;
  }
}

export function* times<T>(count: number, make: (index: number) => T): Generator<T> {
  for (let index = 0; index < count; index += 1) yield make(index);
}
