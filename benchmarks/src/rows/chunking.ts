/** Processor time to cut a long text into packets, against the two calls that encode it whole. */

import { createMessageParts } from '../core-internals';
import { type Result, type Row, ratio } from '../report';
import { type Script, scripts } from '../texts';

const UNITS = 200_000;
const PACKET_BYTES = 1_000;
const ROUNDS = 60;

export const chunking: Row = {
  name: 'chunking',
  async run() {
    // A first pass over everything, so that no script pays for the warming up.
    for (const script of scripts) measure(script, 5);
    return scripts.map((script) => measure(script, ROUNDS));
  },
};

function measure({ name, text }: Script, rounds: number): Result {
  const sample = text(UNITS);
  const encoder = new TextEncoder();
  const encodeWhole = () => encoder.encode(JSON.stringify(sample)).length;
  const cut = () => {
    const parts = createMessageParts('abcdefghijkl');
    parts.append(sample);
    parts.end();
    let bytes = 0;
    for (let part = parts.next(PACKET_BYTES); part; part = parts.next(PACKET_BYTES))
      bytes += part.packet.length;
    return bytes;
  };
  // In turns, and the fastest of each: on a busy machine everything else is noise.
  let wholeMs = Infinity;
  let cutMs = Infinity;
  for (let round = 0; round < rounds; round++) {
    wholeMs = Math.min(wholeMs, timeOf(encodeWhole));
    cutMs = Math.min(cutMs, timeOf(cut));
  }
  const target = name === 'English' ? 2 : 2.5;
  return {
    what: `${name}, ${UNITS.toLocaleString('en')} units into packets of ${PACKET_BYTES} B`,
    target: `≤ ${target}×`,
    value: `${ratio(cutMs / wholeMs)} (${cutMs.toFixed(2)} ms)`,
    comparison: `JSON.stringify + TextEncoder.encode: ${wholeMs.toFixed(2)} ms`,
    pass: cutMs / wholeMs <= target,
  };
}

function timeOf(work: () => number): number {
  const start = performance.now();
  const bytes = work();
  const ms = performance.now() - start;
  if (bytes === 0) throw new Error('Nothing was encoded.');
  return ms;
}
