/** Every service's half in a real session over the memory transport, with an avatar in the room that means harm. */

import { type AvatarService, createAvatarSession } from '@avatarwire/core';
import { a2e } from '@avatarwire/services/a2e';
import { heygen } from '@avatarwire/services/heygen';
import { liveavatar } from '@avatarwire/services/liveavatar';
import { createMemoryNetwork, createVirtualClock, memory, seededRandom } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { heapBytes } from './hostile/heap-bytes';

const MB = 1_024 * 1_024;
/** See docs/limits.md. */
const READ_A_SECOND = 2_000;
const OPEN_MESSAGES = 32;
const TRANSCRIPT_CHARACTERS = 2_097_152;

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);
const json = (value: unknown) => bytes(JSON.stringify(value));

interface Enemy {
  readonly name: string;
  readonly half?: () => AvatarService;
  /** One harmless answer, whole. */
  readonly answer: (text: string) => readonly [object, ...object[]];
  /** A piece of an answer that has no end; `message` is another one for each that was begun. */
  readonly piece: (message: number, index: number, text: string) => object;
  /** Frames with this in place of a name, a text, an id. */
  readonly odd: (value: unknown) => readonly object[];
  /** Whether a service begins a new message only when the one before has ended: then one can be open. */
  readonly oneAtATime?: boolean;
}

const meter = () => ({ level: () => Number.NEGATIVE_INFINITY, close() {} });
const ENEMIES: readonly Enemy[] = [
  {
    name: 'akool',
    answer: (text) => [
      { v: 2, type: 'chat', mid: text.slice(0, 20), idx: 0, fin: true, pld: { from: 'bot', text } },
    ],
    piece: (message, idx, text) => ({
      v: 2,
      type: 'chat',
      mid: `m${message}`,
      idx,
      fin: false,
      pld: { from: 'bot', text },
    }),
    odd: (value) => [
      { v: 2, type: value, mid: 'm', pld: {} },
      { v: 2, type: 'chat', mid: 'm', idx: value, fin: true, pld: { from: 'bot', text: value } },
      { v: 2, type: 'command', mid: value, pld: { cmd: value, code: value, msg: value } },
      { v: 2, type: 'event', mid: value, pld: { event: value } },
    ],
  },
  {
    name: 'a2e',
    half: () => a2e({ meter }),
    answer: (text) => [{ type: 'QA', message: text }],
    piece: (_message, index, text) => ({ type: 'QA', message: text, pos: index === 0 ? 'start' : 'middle' }),
    odd: (value) => [
      { type: value, message: 'x' },
      { type: 'QA', message: value, pos: value },
      { type: 'QA', message: 'x', pos: [value] },
    ],
    oneAtATime: true,
  },
  {
    name: 'heygen',
    half: () => heygen({ meter }),
    answer: (text) => [
      { type: 'avatar_talking_message', task_id: text, message: text },
      { type: 'avatar_end_message', task_id: text },
    ],
    piece: (message, _index, text) => ({
      type: 'avatar_talking_message',
      task_id: `t${message}`,
      message: text,
    }),
    odd: (value) => [
      { type: value, task_id: 't', message: 'x' },
      { type: 'avatar_talking_message', task_id: 't', message: [value] },
      { type: 'avatar_end_message', task_id: value },
      { type: 'user_end_message', task_id: value },
    ],
  },
  {
    name: 'liveavatar',
    half: () => liveavatar(),
    answer: (text) => [{ event_type: 'avatar.transcription', source_event_id: text, text }],
    piece: (message, index, text) => ({
      event_type: 'avatar.transcription.chunk',
      source_event_id: `s${message}`,
      text: `${index} ${text}`,
    }),
    odd: (value) => [
      { event_type: value, text: 'x' },
      { event_type: 'avatar.transcription', source_event_id: value, text: [value] },
      { event_type: 'session.state_updated', state: value },
      { event_type: 'user.speak_started', text: value },
    ],
    oneAtATime: true,
  },
];

async function live({ name, half }: Enemy) {
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock, random: seededRandom(1) });
  const avatar = network.join('room', 'avatar');
  const session = createAvatarSession({
    transports: { memory: () => memory(network) },
    ...(half && { services: { [name]: half } }),
    source: {
      open: async () => ({
        provider: 'memory',
        credentials: { room: 'room' },
        service: name,
        sessionId: 'paid',
        avatarId: 'avatar',
      }),
      call: async () => undefined,
    },
    clock,
  });
  const counts = { dropped: 0, unrecognised: 0, ignored: 0 };
  session.on('message-dropped', () => {
    counts.dropped += 1;
  });
  session.on('unrecognised', () => {
    counts.unrecognised += 1;
  });
  session.on('ignored-packet', () => {
    counts.ignored += 1;
  });
  await clock.run(session.connect());
  const spread = async (packets: Iterable<Uint8Array<ArrayBuffer>>, by = avatar) => {
    let sent = 0;
    for (const packet of packets) {
      by.send(packet);
      sent += 1;
      if (sent % READ_A_SECOND === 0) await clock.advance(1_000);
    }
    await clock.advance(1_000);
  };
  const texts = () => session.getSnapshot().messages.map(({ text }) => text);
  return { session, clock, network, avatar, counts, spread, texts };
}

describe.for(ENEMIES)('the half of $name in a real session over the memory transport', (enemy) => {
  const answers = (text: string) => enemy.answer(text).map(json);

  test('reads so many packets a second of 3,000 at once, says it once, and goes on', async () => {
    const { avatar, clock, counts, texts, spread, session } = await live(enemy);
    const before = heapBytes();
    const flood = json(enemy.piece(1, 0, 'Hello'));
    for (let sent = 0; sent < 3_000; sent += 1) avatar.send(flood);
    await clock.advance(1_000);
    expect(counts.unrecognised).toBe(1);
    await spread(answers('Still here'));
    expect(texts().at(-1)).toBe('Still here');
    await clock.run(session.close());
    expect(heapBytes() - before).toBeLessThan(4 * MB);
    expect(clock.scheduled).toBe(0);
  });

  test('holds messages without an end to their number, their length and their time', async () => {
    const { clock, counts, texts, spread, session } = await live(enemy);
    const before = heapBytes();
    const pieces = 2_500;
    function* begun() {
      for (let message = 0; message < pieces; message += 1) yield json(enemy.piece(message, 0, 'Hello'));
    }
    await spread(begun());
    if (!enemy.oneAtATime) expect(counts.dropped).toBe(pieces - OPEN_MESSAGES);
    // Nothing comes of it any more.
    await clock.advance(60_000);
    expect(counts.dropped).toBe(enemy.oneAtATime ? 1 : pieces);
    expect(texts().length).toBeLessThanOrEqual(1_000);
    expect(heapBytes() - before).toBeLessThan(6 * MB);
    await clock.run(session.close());
    expect(clock.scheduled).toBe(0);
  });

  test('holds one message that grows for ever to its length', async () => {
    const { counts, texts, spread, session, clock } = await live(enemy);
    const before = heapBytes();
    function* endless() {
      for (let index = 0; index < 1_000; index += 1) yield json(enemy.piece(1, index, 'x'.repeat(1_000)));
    }
    await spread(endless());
    expect(counts.dropped).toBeLessThan(10);
    const longest = Math.max(...texts().map(({ length }) => length));
    expect(longest).toBeGreaterThan(50_000);
    expect(longest).toBeLessThanOrEqual(524_288);
    expect(heapBytes() - before).toBeLessThan(8 * MB);
    await clock.run(session.close());
  });

  test('keeps of long answers what fits the transcript', async () => {
    const { texts, spread, session, clock } = await live(enemy);
    const before = heapBytes();
    function* long() {
      for (let index = 0; index < 60; index += 1) yield* answers(`${index} ${'x'.repeat(60_000)}`);
    }
    await spread(long());
    const characters = texts().reduce((total, { length }) => total + length, 0);
    expect(characters).toBeLessThan(TRANSCRIPT_CHARACTERS + 70_000);
    expect(texts().at(-1)?.slice(0, 4)).toBe('59 x');
    expect(heapBytes() - before).toBeLessThan(2 * TRANSCRIPT_CHARACTERS + 8 * MB);
    await clock.run(session.close());
  });

  test('takes nothing of what is no text, no number and nobody’s own name', async () => {
    const { counts, texts, spread, session } = await live(enemy);
    const state = session.getSnapshot().state;
    const values: unknown[] = [
      null,
      0,
      1e308,
      -1,
      true,
      [],
      {},
      [['a']],
      { toString: 'x' },
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
    ];
    await spread(values.flatMap(enemy.odd).map(json));
    expect(texts()).toEqual([]);
    expect(counts.unrecognised).toBeGreaterThan(values.length);
    expect(session.getSnapshot().state).toBe(state);
    expect({}).not.toHaveProperty('polluted');
    await spread([
      bytes(`{"__proto__":${JSON.stringify(enemy.answer('from the prototype')[0])}}`),
      bytes('['.repeat(200_000)),
      new Uint8Array(10 * MB),
      Uint8Array.of(0xff, 0xfe),
    ]);
    expect(texts()).toEqual([]);
  });

  test('hears nothing of what somebody else in the room says in its words', async () => {
    const { network, counts, texts, spread, session } = await live(enemy);
    const stranger = network.join('room', 'stranger');
    const forged = [
      ...enemy.answer('I am the avatar'),
      ...enemy.odd('x'),
      { v: 2, type: 'event', pld: { event: 'audio_start' } },
      { event_type: 'session.stopped', stop_reason: 'forged' },
      { event_type: 'session.state_updated', state: 'closed' },
      { event_type: 'avatar.speak_started' },
      { type: 'avatar_start_talking' },
    ];
    await spread(forged.map(json), stranger);
    expect(counts.ignored).toBe(forged.length);
    expect(texts()).toEqual([]);
    expect(session.getSnapshot()).toMatchObject({ state: 'live', avatar: { speaking: false } });
  });
});

describe('A2E, whose questions go out one at a time, over the memory transport', () => {
  const enemy = ENEMIES[1] as Enemy;

  test('an answer without an end holds back the next question for ten minutes and no longer', async () => {
    const { session, clock, spread } = await live(enemy);
    await clock.run(session.ask('One?'));
    let said = false;
    void session.ask('Two?').then(() => {
      said = true;
    });
    for (let minute = 0; minute < 12; minute += 1) {
      expect(said).toBe(minute >= 10);
      for (let piece = 0; piece < 6; piece += 1) {
        await spread([json(enemy.piece(0, minute + piece, 'and '))]);
        await clock.advance(9_000);
      }
    }
    await clock.run(session.close());
  });
});

describe('LiveAvatar, whose transcripts grow, over the memory transport', () => {
  test('chunks that are each the text so far cost what they carry, up to the longest', async () => {
    const enemy = ENEMIES[3] as Enemy;
    const { spread, texts, session, clock } = await live(enemy);
    function* growing() {
      for (let length = 1; length <= 70_000; length += 50)
        yield json({
          event_type: 'avatar.transcription.chunk',
          source_event_id: 's',
          text: 'x'.repeat(length),
        });
    }
    const startedAt = process.cpuUsage();
    await spread(growing());
    const { user } = process.cpuUsage(startedAt);
    expect(user / 1_000).toBeLessThan(2_000);
    expect(texts()).toHaveLength(1);
    expect(texts()[0]?.length).toBeLessThanOrEqual(65_536);
    await clock.run(session.close());
  });
});
