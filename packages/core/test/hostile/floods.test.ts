/** A session over a scripted transport whose avatar sends more than anybody can want. */

import { expect, test } from 'vitest';
import { MAX_FRAME_BYTES } from '../../src/protocol/read-json';
import { MAX_PACKETS_PER_SECOND, MAX_TRANSCRIPT_CHARACTERS } from '../../src/session/session-defaults';
import { cpuMs } from '../support/cpu-time';
import { stage } from '../support/stage';
import { bytes, chat, countEvents, heapBytes, sends, sendsSlowly, times } from './support/enemy';

const MB = 1_024 * 1_024;

async function live() {
  const set = stage();
  await set.live();
  return { ...set, ...countEvents(set) };
}

test('of 100,000 packets at once as many are read as fit a second, it is said once, and the next second is read again', async () => {
  const set = await live();
  const ms = cpuMs(() =>
    sends(
      set,
      times(100_000, (at) => chat(`m${at}`, 0, true, 'Hello')),
    ),
  );
  // Reading all of them took ten times as long.
  expect(ms).toBeLessThan(600);
  expect(set.counts).toMatchObject({ 'message-received': MAX_PACKETS_PER_SECOND, unrecognised: 1 });
  expect([...set.problems]).toEqual([expect.stringContaining(`${MAX_PACKETS_PER_SECOND} packets a second`)]);

  await set.clock.advance(1_000);
  sends(set, [chat('later', 0, true, 'Still here')]);
  expect(set.session.getSnapshot().messages.at(-1)).toMatchObject({ text: 'Still here', complete: true });
});

test('20,000 packets a second for half a minute cost a fraction of it, leave nothing behind and are told once a second', async () => {
  const set = await live();
  const packet = chat('m', 0, true, 'Hello');
  const before = heapBytes();
  let ms = 0;
  for (let second = 0; second < 30; second += 1) {
    ms += cpuMs(() =>
      sends(
        set,
        times(20_000, () => packet),
      ),
    );
    await set.clock.advance(1_000);
  }
  expect(set.counts.unrecognised).toBe(30);
  expect(ms).toBeLessThan(3_000);
  expect(heapBytes() - before).toBeLessThan(2 * MB);
  await set.session.close();
  expect(set.clock.pendingTimers).toBe(0);
});

test('a stranger that floods takes nothing of what is read of the avatar', async () => {
  const set = await live();
  sends(
    set,
    times(100_000, (at) => chat(`m${at}`, 0, true, 'Hello')),
    'stranger',
  );
  sends(set, [chat('m', 0, true, 'I am the avatar')]);
  expect(set.counts).toMatchObject({ 'ignored-packet': 100_000, 'message-received': 1, unrecognised: 0 });
});

test('frames of 10 MB are not parsed, and no more than their beginning is shown', async () => {
  const set = await live();
  const shown: unknown[] = [];
  set.session.on('unrecognised', ({ raw }) => shown.push(raw));
  const frame = bytes(`"${'x'.repeat(10 * MB)}"`);
  const before = heapBytes();
  const ms = cpuMs(() =>
    sends(
      set,
      times(500, () => frame),
    ),
  );
  expect(ms).toBeLessThan(500);
  expect(set.counts.unrecognised).toBe(500);
  expect([...set.problems]).toEqual([expect.stringContaining(`more than ${MAX_FRAME_BYTES}`)]);
  expect(Math.max(...shown.map((raw) => String(raw).length))).toBe(1_024);
  expect(heapBytes() - before).toBeLessThan(4 * MB);
});

test('JSON of 100,000 levels is refused before it is parsed', async () => {
  const set = await live();
  const deep = ['[', '{"a":'].map((level) => bytes(level.repeat(MAX_FRAME_BYTES / 8)));
  expect(
    cpuMs(() =>
      sends(
        set,
        times(200, (at) => deep[at % 2] ?? bytes('')),
      ),
    ),
  ).toBeLessThan(1_000);
  expect([...set.problems]).toEqual([expect.stringContaining('nested deeper')]);
});

test('of 40,000 messages that are never finished 32 are kept, and each of the others is given up by name', async () => {
  const set = await live();
  const before = heapBytes();
  await sendsSlowly(
    set,
    times(40_000, (at) => chat(`m${at}`, 0, false, 'Hello')),
  );
  expect(set.counts['message-dropped']).toBe(40_000 - 32);
  expect(set.session.getSnapshot().messages).toHaveLength(1_000);
  expect(heapBytes() - before).toBeLessThan(4 * MB);
  await set.session.close();
  expect(set.clock.pendingTimers).toBe(0);
}, 60_000);

test('endless parts of one message end it, once', async () => {
  const set = await live();
  const before = heapBytes();
  await sendsSlowly(
    set,
    times(60_000, (at) => chat('m', at, false, 'Hello ')),
  );
  expect(set.counts['message-dropped']).toBe(1);
  expect([...set.problems]).toEqual(['The message needs more than 1048576 bytes.']);
  expect(set.session.getSnapshot().messages).toHaveLength(1);
  expect(heapBytes() - before).toBeLessThan(2 * MB);
});

test('one part that is revised again and again ends its message before the work adds up', async () => {
  const set = await live();
  await sendsSlowly(
    set,
    times(9_000, (at) => chat('m', at, false, 'Hello')),
  );
  const revisions = [...times(20_000, (at) => chat('m', 0, false, `Hello ${at}`))];
  let ms = 0;
  for (let second = 0; second < 10; second += 1) {
    await set.clock.advance(1_000);
    ms += cpuMs(() => sends(set, revisions.slice(second * 2_000, (second + 1) * 2_000)));
  }
  expect([...set.problems]).toEqual(['The message was revised too often.']);
  expect(set.counts['message-dropped']).toBe(1);
  expect(ms).toBeLessThan(4_000);
}, 60_000);

test('a thousand answers of a quarter of a megabyte leave the snapshot, the oldest first, and the memory with it', async () => {
  const set = await live();
  const before = heapBytes();
  const text = 'x'.repeat(250_000);
  await sendsSlowly(
    set,
    times(1_000, (at) => chat(`m${at}`, 0, true, `${at} ${text}`)),
  );
  const { messages } = set.session.getSnapshot();
  expect(set.counts['message-received']).toBe(1_000);
  expect(messages.at(-1)?.text.slice(0, 4)).toBe('999 ');
  expect(messages.length).toBe(Math.floor(MAX_TRANSCRIPT_CHARACTERS / 250_004) + 1);
  // What is shown, and what the reassembler remembers for revisions.
  expect(heapBytes() - before).toBeLessThan(2 * MAX_TRANSCRIPT_CHARACTERS + 8 * MB);
}, 60_000);
