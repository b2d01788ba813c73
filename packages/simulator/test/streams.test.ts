/** Model answers said as streams by a real session over the simulated network with Agora's limits, on a virtual clock. */

import { createAvatarSession, type WireRecord } from '@avatarwire/core';
import { atPace, cutWords, fullestSecond, modelTokens } from '@avatarwire/tooling/delivery';
import { expect, test } from 'vitest';
import { simulate } from '../src/index';

const TOKENS = 2_000;
/** Of a full one over Agora, where six of them use up a second. */
const PACKET_BYTES = 1_000;
/** Text in a packet of a message of its own: all but the frame of 84 bytes with a `mid` of 17 characters. */
const ROOM = PACKET_BYTES - 79;

interface Said {
  readonly text: string;
  readonly packets: readonly (WireRecord & { readonly words: string; readonly isBehind: boolean })[];
}

const escapedBytes = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length - 2;

/** Says `before`, and then the answer, `perSecond` tokens a second. */
async function say(
  perSecond: number,
  { seed = 1, before = '', as = 'messages' as 'messages' | 'one-message' } = {},
) {
  const sim = simulate({ policy: 'agora', seed });
  const session = createAvatarSession(sim.options);
  await sim.run(session.connect());
  await sim.run(session.setParams({ mode: 'retelling' }));
  await sim.advance(3_000);
  const packets: Said['packets'][number][] = [];
  let given = 0;
  let sent = 0;
  session.tap((record) => {
    if (record.lane !== 'chat' || record.direction !== 'out') return;
    const frame: { readonly pld: { readonly text: string } } = JSON.parse(
      new TextDecoder().decode(record.data),
    );
    const words = frame.pld.text;
    if (before.includes(words)) return;
    packets.push({ ...record, words, isBehind: given - sent > ROOM });
    sent += escapedBytes(words);
  });
  if (before !== '') session.speak(before).catch(() => {});
  const tokens = modelTokens(TOKENS, seed);
  const onPiece = (piece: string) => {
    given += escapedBytes(piece);
  };
  const delivery = await sim.run(
    session.speak(atPace(tokens, { perSecond, clock: sim.clock, onPiece }), { as }),
  );
  await sim.advance(1_000);
  const { violations } = sim.network;
  const { messages, violations: misbehaviour } = sim.avatar.heard;
  await sim.run(session.close());
  sim.close();
  return { text: tokens.join(''), delivery, packets, violations, messages, misbehaviour };
}

const fillOf = (packets: Said['packets']) =>
  packets.reduce((sum, { data }) => sum + data.length, 0) / packets.length / PACKET_BYTES;

test.each([30, 80, 300, 2_000, Number.POSITIVE_INFINITY])(
  'an answer of 2,000 tokens at %d a second arrives whole, within the limits and with no word cut',
  async (perSecond) => {
    const { text, delivery, packets, violations, messages, misbehaviour } = await say(perSecond);
    expect(delivery).toMatchObject({ status: 'sent', unsentText: '' });
    expect(messages.map((message) => message.text).join('')).toBe(text);
    expect(messages.every(({ parts }) => parts === 1)).toBe(true);
    expect([violations, misbehaviour]).toEqual([[], []]);
    const fullest = fullestSecond(packets);
    expect(fullest.bytes).toBeLessThanOrEqual(6_000);
    expect(fullest.packets).toBeLessThanOrEqual(29);
    expect(
      cutWords(
        packets.map(({ words }) => words),
        ROOM,
      ),
    ).toEqual([]);
  },
);

test('while the queue is behind, packets of an answer are full to seven eighths at least, and end where a speaker pauses', async () => {
  const behind: Said['packets'][number][] = [];
  for (const seed of [1, 2, 3, 4]) {
    const { packets } = await say(Number.POSITIVE_INFINITY, { seed });
    behind.push(...packets.slice(1).filter(({ isBehind }) => isBehind));
  }
  expect(behind.length).toBeGreaterThan(15);
  expect(Math.min(...behind.map(({ data }) => data.length))).toBeGreaterThan(0.88 * PACKET_BYTES);
  expect(fillOf(behind)).toBeGreaterThan(0.94);
  const atPause = behind.filter(({ words }) => /[.!?…:,]\S*\s+$/.test(words));
  expect(atPause.length).toBeGreaterThan(0.9 * behind.length);
});

test('an answer at model speed that waits behind a long text catches up in full packets, then goes on in sentences', async () => {
  const { text, packets, violations, messages } = await say(80, { before: 'x'.repeat(30_000) });
  const behind = packets.slice(1).filter(({ isBehind }) => isBehind);
  expect(behind.length).toBeGreaterThan(0);
  expect(Math.min(...behind.map(({ data }) => data.length))).toBeGreaterThan(0.88 * PACKET_BYTES);
  expect(
    messages
      .slice(1)
      .map((message) => message.text)
      .join(''),
  ).toBe(text);
  expect(violations).toEqual([]);
  expect(
    cutWords(
      packets.map(({ words }) => words),
      ROOM,
    ),
  ).toEqual([]);
});

test('while the queue is not behind, nothing is said that is not a whole sentence', async () => {
  const { packets } = await say(80);
  const broken = packets.slice(0, -1).filter(({ words }) => !/(?:[.!?…:]\S*|\n)\s*$/.test(words));
  // A sentence of more than 120 characters that comes first, or of more than 400.
  for (const { words } of broken) expect(words.length).toBeGreaterThan(60);
  expect(broken.length).toBeLessThan(packets.length / 20);
});

test('as one message an answer arrives whole, within the limits and with no word cut', async () => {
  for (const perSecond of [80, Number.POSITIVE_INFINITY]) {
    const { text, packets, violations, messages, misbehaviour } = await say(perSecond, { as: 'one-message' });
    expect(messages.map((message) => message.text)).toEqual([text]);
    expect([violations, misbehaviour]).toEqual([[], []]);
    const cut = cutWords(
      packets.map(({ words }) => words),
      ROOM,
    );
    expect(cut.filter((word) => !/[.,;:!?]/.test(word))).toEqual([]);
  }
});
