/** What `ping` says of a way. */

import { runProgram } from './programs';

export interface PingFigures {
  readonly sent: number;
  readonly received: number;
  /** Of a hundred. */
  readonly lostPercent: number;
  /** Answers that came after one to a later question. */
  readonly outOfOrder: number;
  readonly duplicates: number;
  /** Milliseconds; absent when nothing came back. */
  readonly roundTripMs?: { readonly min: number; readonly mean: number; readonly max: number };
}

/** @param output of `ping -c N`, its answers line by line. @throws Error when it is not what ping writes */
export function readPing(output: string): PingFigures {
  const counted = /(\d+) packets transmitted, (\d+) received/.exec(output);
  if (counted === null) throw new Error(`ping said no figures: ${output.trim().slice(-300)}`);
  const [sent, received] = [Number(counted[1]), Number(counted[2])];
  const sequence = [...output.matchAll(/icmp_seq=(\d+) ttl=.*$/gm)];
  const duplicates = sequence.filter(([line]) => line.includes('DUP!')).length;
  let newest = 0;
  let outOfOrder = 0;
  for (const [line, number] of sequence) {
    if (line.includes('DUP!')) continue;
    if (Number(number) < newest) outOfOrder += 1;
    newest = Math.max(newest, Number(number));
  }
  const times = /= ([\d.]+)\/([\d.]+)\/([\d.]+)\/[\d.]+ ms/.exec(output);
  return {
    sent,
    received,
    lostPercent: sent === 0 ? 0 : ((sent - received) / sent) * 100,
    outOfOrder,
    duplicates,
    ...(times && {
      roundTripMs: { min: Number(times[1]), mean: Number(times[2]), max: Number(times[3]) },
    }),
  };
}

export interface PingOptions {
  readonly namespace: string;
  readonly address: string;
  readonly count: number;
  /** Seconds from one to the next. */
  readonly every: number;
}

export async function ping({ namespace, address, count, every }: PingOptions): Promise<PingFigures> {
  const args = [
    'netns',
    'exec',
    namespace,
    'ping',
    '-n',
    '-c',
    `${count}`,
    '-i',
    `${every}`,
    '-W',
    '2',
    address,
  ];
  // Where every packet is lost it says so, and exits with 1.
  const { output } = await runProgram('ip', args, { mayFail: true });
  return readPing(output);
}
