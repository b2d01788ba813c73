/**
 * A million hostile inputs. The seed is fixed, so that a failure can be repeated; another one is tried with
 * `FUZZ_SEED=… FUZZ_INPUTS=…`.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { decode } from '../src/protocol/decode';
import type { Incoming } from '../src/protocol/messages';
import { createReassembler } from '../src/protocol/reassembler';
import { cpuMs } from './support/cpu-time';
import { createManualClock } from './support/manual-clock';

const SEED = Number(process.env.FUZZ_SEED ?? 20_261_120);
const INPUTS = Number(process.env.FUZZ_INPUTS ?? 1_000_000);
const BATCH = 50_000;

/** Small, fast, and the same everywhere (xorshift32). */
function createRandom(seed: number) {
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return {
    below: (limit: number) => next() % limit,
    pick: <T>(values: readonly T[]): T => values[next() % values.length] as T,
  };
}

type Random = ReturnType<typeof createRandom>;

const encoder = new TextEncoder();
const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '\\',
  '\\u',
  '\\ud83d',
  'null',
  'true',
  '-0',
  '1e999',
  '9'.repeat(40),
  '"__proto__"',
  '\u0000',
  '😀',
  '\ufeff',
  '{"v":2,',
  '[[[[[[[',
].map((token) => encoder.encode(token));
const INDEXES = ['0', '0', '1', '2', '3', '7', '"4"'];
const ODD_INDEXES = ['-1', '1.5', '1e9', '9007199254740991', '9007199254740993', 'null'];
const TEXTS = ['', 'a', 'Hello ', '\\ud83d', '\\ude80', '😀', 'x'.repeat(300), '\\u0000', '{[', '\\"'];

/** A frame that is often right, with ids from a small set so that messages meet again. */
function frame(random: Random): Uint8Array {
  const mid = `m${random.below(random.pick([3, 50, 5_000]))}`;
  const json = random.pick([
    () =>
      `{"v":2,"type":"chat","mid":"${mid}","idx":${random.pick(random.below(50) === 0 ? ODD_INDEXES : INDEXES)},"fin":${random.pick(['true', 'false', 'false', '1'])},` +
      `"pld":{"from":"${random.pick(['bot', 'user', 'me'])}","text":"${random.pick(TEXTS)}"}}`,
    () =>
      `{"v":${random.pick(['2', '"2"', '3'])},"type":"${random.pick(['command', 'cmd'])}","mid":"${mid}",` +
      `"pld":{"cmd":"${random.pick(['interrupt', 'set-params', 'dance'])}","code":${random.pick(['1000', '"1003"', '{}'])},"msg":"OK"}}`,
    () => `{"v":2,"type":"event","pld":{"event":"${random.pick(['audio_start', 'audio_end', 'x'])}"}}`,
  ])();
  return encoder.encode(json);
}

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1);
  switch (random.below(6)) {
    case 0: {
      const changed = bytes.slice();
      for (let count = random.below(4); count >= 0; count -= 1)
        changed[random.below(bytes.length)] = random.below(256);
      return changed;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return joined(bytes.subarray(0, at), random.pick(TOKENS), bytes.subarray(at));
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(random.below(bytes.length + 1)));
    case 4:
      return joined(bytes, bytes);
    default:
      return bytes;
  }
}

function noise(random: Random): Uint8Array {
  if (random.below(2) === 0) return Uint8Array.from({ length: random.below(64) }, () => random.below(256));
  return joined(...Array.from({ length: random.below(24) }, () => random.pick(TOKENS)));
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    whole.set(piece, end);
    end += piece.length;
  }
  return whole;
}

function collectGarbage(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  return process.memoryUsage().heapUsed;
}

describe('hostile input', () => {
  test(`${INPUTS} random and mutated packets, seed ${SEED}: nothing is thrown and nothing piles up`, async () => {
    const random = createRandom(SEED);
    const clock = createManualClock();
    const counts = new Map<string, number>();
    const count = (kind: string) => counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const reassembler = createReassembler({ clock, onUpdate: ({ type }) => count(type) });
    const heap: number[] = [];
    let packet = noise(random);

    for (let input = 0; input < INPUTS; input += 1) {
      if (input % BATCH === 0) {
        await clock.advance(5_000);
        heap.push(collectGarbage());
      }
      const kind = random.below(10);
      // Else the last one comes again.
      if (kind > 0) packet = kind === 1 ? noise(random) : mutate(frame(random), random);
      let incoming: Incoming;
      try {
        incoming = decode(packet);
        if (incoming.kind === 'chat-part') reassembler.accept(incoming, random.pick(['a', 'b']));
      } catch (error) {
        throw new Error(`seed ${SEED}, input ${input}: ${Buffer.from(packet).toString('hex')}`, {
          cause: error,
        });
      }
      count(incoming.kind);
    }

    // Every path was taken, so that the run means something.
    const kinds = [
      'chat-part',
      'acknowledgement',
      'speech',
      'unrecognised',
      'partial',
      'complete',
      'duplicate',
      'revised',
      'dropped',
    ];
    for (const kind of kinds) expect([kind, (counts.get(kind) ?? 0) > INPUTS / 10_000]).toEqual([kind, true]);

    // From the second batch on: the first fills what is remembered on purpose.
    const growth = Math.max(...heap.slice(2)) - (heap[1] ?? 0);
    expect(growth).toBeLessThan(16 * 1_024 * 1_024);
    reassembler.close();
    expect(clock.pendingTimers).toBe(0);
  }, 120_000);

  test('one sender that fills as many messages as it can is held to the bounds', () => {
    const dropped: string[] = [];
    const reassembler = createReassembler({
      clock: createManualClock(),
      onUpdate: (update) => update.type === 'dropped' && dropped.push(update.problem),
    });
    const before = collectGarbage();
    let most = 0;
    for (let part = 0; part < 130_000; part += 1) {
      const text = `${'x'.repeat(100)}${part}`;
      const json = `{"v":2,"type":"chat","mid":"m${part % 32}","idx":${1 + Math.floor(part / 32)},"fin":false,"pld":{"from":"bot","text":"${text}"}}`;
      const incoming = decode(encoder.encode(json));
      if (incoming.kind === 'chat-part') reassembler.accept(incoming, 'a');
      if (part % 10_000 === 0) most = Math.max(most, collectGarbage() - before);
    }
    // 32 open messages of 1 MiB each.
    expect(most).toBeGreaterThan(8 * 1_024 * 1_024);
    expect(most).toBeLessThan(32 * 1_024 * 1_024);
    expect(dropped).toHaveLength(32);
    expect(collectGarbage() - before).toBeLessThan(2 * 1_024 * 1_024);
    reassembler.close();
  }, 60_000);

  test('the worst packets of the largest size are decoded in milliseconds', () => {
    const size = 256 * 1_024;
    const worst = [
      '['.repeat(size),
      '{"a":'.repeat(size / 5),
      `[${'0,'.repeat(size / 2 - 2)}0]`,
      `{${Array.from({ length: 18_000 }, (_, at) => `"${4_294_967_294 - at}":0`).join(',')}}`,
      `"${'\\u0000'.repeat(size / 6 - 1)}"`,
      '\\'.repeat(size),
      `{"v":2,"type":"chat","mid":"m","idx":${'9'.repeat(size - 200)},"fin":true,"pld":{}}`,
    ];
    for (const json of worst) {
      const packet = encoder.encode(json.slice(0, size));
      const took = cpuMs(() => expect(decode(packet).kind).toBe('unrecognised'));
      expect(took).toBeLessThan(500);
    }
  });
});
