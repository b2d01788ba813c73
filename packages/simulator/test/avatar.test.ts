import { beforeEach, describe, expect, test } from 'vitest';
import {
  createSimulatedAvatar,
  createVirtualClock,
  optimistic,
  type SimulatedAvatar,
  type SimulatedAvatarOptions,
  type Speech,
  seededRandom,
  type VirtualClock,
} from '../src/index';

/** Frames are written out as the documents show them: nothing of ours makes them. */
const chat = (mid: string, text: string, idx = 0, fin = true) =>
  `{"v":2,"type":"chat","mid":"${mid}","idx":${idx},"fin":${fin},"pld":{"text":${JSON.stringify(text)}}}`;
const interrupt = (mid: string) => `{"v":2,"type":"command","mid":"${mid}","pld":{"cmd":"interrupt"}}`;
const setParams = (mid: string, data: string) =>
  `{"v":2,"type":"command","mid":"${mid}","pld":{"cmd":"set-params","data":${data}}}`;
const setAction = (mid: string, data: string) =>
  `{"v":2,"type":"command","mid":"${mid}","pld":{"cmd":"set-action","data":${data}}}`;

interface SentFrame {
  readonly type: string;
  readonly mid?: string;
  readonly idx?: number;
  readonly fin?: boolean;
  readonly pld: {
    readonly from?: string;
    readonly text?: string;
    readonly cmd?: string;
    readonly code?: number;
    readonly msg?: string;
    readonly event?: string;
  };
}

let clock: VirtualClock;
let sent: { readonly at: number; readonly frame: SentFrame }[];
let hear: (frame: string | Uint8Array, from?: string) => void;
let portCalls: string[];

beforeEach(() => {
  clock = createVirtualClock();
  sent = [];
  portCalls = [];
});

function make(options: Partial<SimulatedAvatarOptions> = {}): SimulatedAvatar {
  const listeners = new Set<(packet: { data: Uint8Array; from: string }) => void>();
  hear = (frame, from = 'visitor') => {
    const data = typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
    for (const listener of listeners) listener({ data, from });
  };
  return createSimulatedAvatar({
    clock,
    random: seededRandom(5),
    port: {
      send(packet) {
        sent.push({ at: clock.now(), frame: JSON.parse(new TextDecoder().decode(packet)) as SentFrame });
      },
      onPacket(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      leave: () => void portCalls.push('leave'),
      return: () => void portCalls.push('return'),
    },
    ...options,
  });
}

const frames = (type: string) => sent.filter(({ frame }) => frame.type === type).map(({ frame }) => frame);
const said = () =>
  frames('chat')
    .map(({ pld }) => pld.text)
    .join('');
const problems = (avatar: SimulatedAvatar) => avatar.heard.violations.map(({ problem }) => problem);

describe('hearing (real: frames as the documents write them)', () => {
  test('a message in parts is complete when its final part and all before it are here, in any order', async () => {
    const avatar = make();
    hear(chat('m1', 'Hello, ', 0, false));
    hear(chat('m1', '!', 2, true));
    expect(avatar.heard.messages).toEqual([]);
    hear(chat('m1', 'wörld 🌍', 1, false));
    expect(avatar.heard.messages).toEqual([
      { id: 'm1', from: 'visitor', text: 'Hello, wörld 🌍!', parts: 3, at: 0 },
    ]);
    expect(avatar.heard.frames).toHaveLength(3);
    expect(problems(avatar)).toEqual([]);
  });

  test.each<[string, string | Uint8Array, string]>([
    ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff), 'not UTF-8'],
    ['a byte order mark', `\ufeff${chat('m', 'x')}`, 'not one JSON value'],
    ['two values in one packet', chat('m', 'x') + chat('n', 'y'), 'not one JSON value'],
    ['an array', '[]', 'not a JSON object'],
    ['another version', chat('m', 'x').replace('"v":2', '"v":1'), 'v is 1'],
    ['no mid', '{"v":2,"type":"command","pld":{"cmd":"interrupt"}}', 'mid'],
    ['an empty mid', chat('', 'x'), 'mid'],
    ['no payload', '{"v":2,"type":"chat","mid":"m","idx":0,"fin":true}', 'pld'],
    ['a type of no document', '{"v":2,"type":"hello","mid":"m","pld":{}}', 'type is "hello"'],
    ['an idx below 0', chat('m', 'x', -1), 'idx'],
    ['fin as a number', chat('m', 'x').replace('"fin":true', '"fin":1'), 'fin'],
    [
      'fin inside the payload',
      '{"v":2,"type":"chat","mid":"m","idx":0,"pld":{"text":"x","fin":true}}',
      'pld.fin',
    ],
    [
      'text that is no string',
      '{"v":2,"type":"chat","mid":"m","idx":0,"fin":true,"pld":{"text":7}}',
      'pld.text',
    ],
    [
      'half a character',
      '{"v":2,"type":"chat","mid":"m","idx":0,"fin":true,"pld":{"text":"\\ud83d"}}',
      'half a character',
    ],
    ['a key of no document', chat('m', 'x').replace('{"v":2', '{"v":2,"priority":1'), 'priority'],
    ['names that Agora swallows', chat('m', 'x').replace('{"v":2', '{"v":2,"_type":"y"'), 'swallows'],
    ['a command of no document', '{"v":2,"type":"command","mid":"m","pld":{"cmd":"dance"}}', '"dance"'],
    [
      'parameters under another key',
      '{"v":2,"type":"command","mid":"m","pld":{"cmd":"set-params","params":{"mode":1}}}',
      'pld.params',
    ],
    ['a message without text', chat('m', ''), 'no text'],
    ['a gesture of no document', setAction('m', '{"action":"jump"}'), 'data.action'],
    [
      'an interrupt with data',
      '{"v":2,"type":"command","mid":"m","pld":{"cmd":"interrupt","data":{}}}',
      'with data',
    ],
  ])('%s is a violation', (_, frame, problem) => {
    const avatar = make();
    hear(frame);
    expect(problems(avatar).join(' ')).toContain(problem);
  });

  test('the same part twice, a part behind the final one, and one after the end are violations', () => {
    const avatar = make();
    hear(chat('m', 'a', 0, false));
    hear(chat('m', 'a', 0, false));
    hear(chat('n', 'late', 3, false));
    hear(chat('n', 'end', 2, true));
    hear(chat('o', 'all'));
    hear(chat('o', 'more', 1));
    expect(problems(avatar)).toEqual([
      'Part 0 of m twice.',
      'A part of n behind its final part.',
      'A part of o, which had its final part.',
    ]);
  });

  test('a message that goes on after another began is a violation; one that was given up is not', () => {
    const avatar = make();
    hear(chat('given-up', 'a', 0, false));
    hear(chat('m', 'b', 0, false));
    hear(chat('n', 'c', 0, false));
    hear(chat('m', 'd', 1));
    expect(problems(avatar)).toEqual(['A part of m after another message began.']);
  });

  test('two senders do not disturb each other', () => {
    const avatar = make();
    hear(chat('m', 'a', 0, false), 'one');
    hear(chat('m', 'x', 0, false), 'two');
    hear(chat('m', 'b', 1), 'one');
    hear(chat('m', 'y', 1), 'two');
    expect(avatar.heard.messages.map(({ from, text }) => [from, text])).toEqual([
      ['one', 'ab'],
      ['two', 'xy'],
    ]);
    expect(problems(avatar)).toEqual([]);
  });

  test('text after the interrupt that ended its message is a violation, an empty final part is not', () => {
    const avatar = make();
    hear(chat('m', 'a', 0, false));
    hear(chat('n', 'b', 0, false));
    hear(interrupt('i'));
    hear(chat('m', '', 1));
    expect(problems(avatar)).toEqual([]);
    hear(chat('n', 'c', 1));
    expect(problems(avatar)).toEqual(['Text of n after the interrupt that ended it.']);
    expect(avatar.heard.messages).toEqual([]);
  });
});

describe('commands', () => {
  test('set-params is acknowledged with 1000 and takes effect', async () => {
    const avatar = make();
    const states: number[] = [];
    avatar.on('changed', ({ speed }) => states.push(speed));
    hear(
      setParams(
        'p',
        '{"mode":2,"lang":"de","bgurl":"https://example.com/b.png","vparams":{"vid":"v1","speed":1.1,"pron_map":{"a":"b"}}}',
      ),
    );
    await clock.advance(40);
    expect(frames('command')).toEqual([
      { v: 2, type: 'command', mid: 'p', pld: { cmd: 'set-params', code: 1000, msg: 'OK' } },
    ]);
    expect(avatar.state).toMatchObject({
      mode: 'dialogue',
      speed: 1.1,
      language: 'de',
      backgroundUrl: 'https://example.com/b.png',
      voiceId: 'v1',
    });
    expect(states).toEqual([1.1]);
    hear(setParams('q', '{"lang":"fr"}'));
    expect(avatar.state).toMatchObject({ mode: 'dialogue', speed: 1.1, language: 'fr', voiceId: 'v1' });
  });

  test.each([
    ['nothing', '{}'],
    ['a mode of no document', '{"mode":3}'],
    ['a mode as a string', '{"mode":"1"}'],
    ['an empty language', '{"lang":""}'],
    ['a key of no document', '{"language":"de"}'],
    ['too slow a voice', '{"vparams":{"speed":0.79}}'],
    ['too fast a voice', '{"vparams":{"speed":1.21}}'],
    ['a voice key of no document', '{"vparams":{"pitch":1}}'],
    ['an engine of no document', '{"vparams":{"stt_type":"mine"}}'],
    ['a pronunciation that is no word', '{"vparams":{"pron_map":{"a":1}}}'],
    ['a threshold above 1', '{"vparams":{"turn_detection":{"type":"server_vad","threshold":1.01}}}'],
    ['a silence below 0', '{"vparams":{"turn_detection":{"type":"server_vad","silence_duration_ms":-1}}}'],
    [
      'server figures for semantic detection',
      '{"vparams":{"turn_detection":{"type":"semantic_vad","threshold":0.5}}}',
    ],
  ])('set-params with %s is refused with 1003 and changes nothing', async (_, data) => {
    const avatar = make();
    const before = avatar.state;
    hear(setParams('p', data));
    await clock.advance(100);
    expect(frames('command')).toMatchObject([{ mid: 'p', pld: { cmd: 'set-params', code: 1003 } }]);
    expect(avatar.state).toBe(before);
  });

  test.each(['0.8', '1.2'])('the ends of the range of speed are inside: %s', async (speed) => {
    const avatar = make();
    hear(setParams('p', `{"vparams":{"speed":${speed}}}`));
    await clock.advance(100);
    expect(frames('command')).toMatchObject([{ pld: { code: 1000 } }]);
    expect(avatar.speed).toBe(Number(speed));
  });

  test('set-action shows for two seconds and is not acknowledged', async () => {
    const avatar = make();
    hear(setAction('a', '{"action":"hand_wave","expression":"happiness"}'));
    expect(avatar.state).toMatchObject({ gesture: 'hand_wave', expression: 'happiness' });
    await clock.advance(2_000);
    expect(avatar.state).toMatchObject({ gesture: undefined, expression: undefined });
    expect(frames('command')).toEqual([]);
  });

  test('a second gesture ends the first and lasts as long', async () => {
    const avatar = make();
    hear(setAction('a', '{"action":"nod"}'));
    await clock.advance(1_500);
    hear(setAction('b', '{"action":"cheer"}'));
    await clock.advance(1_500);
    expect(avatar.gesture).toBe('cheer');
    await clock.advance(500);
    expect(avatar.gesture).toBeUndefined();
  });

  test('the optimistic avatar acknowledges set-action, also one that it cannot do', async () => {
    make({ behaviour: optimistic });
    hear(setAction('a', '{"expression":"sadness"}'));
    hear(setAction('b', '{"action":"jump"}'));
    await clock.advance(100);
    expect(frames('command').map(({ mid, pld }) => [mid, pld.cmd, pld.code])).toEqual([
      ['a', 'set-action', 1000],
      ['b', 'set-action', 1003],
    ]);
  });
});

describe('speaking', () => {
  const text = 'A sentence that is long enough to be cut into more than one frame, and then some more of it.';

  test('in retelling mode it repeats the message under its id, in frames of its own, ending with an empty final one', async () => {
    make();
    hear(chat('m', text));
    await clock.advance(1_000);
    const parts = frames('chat');
    expect(said()).toBe(text);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map(({ idx }) => idx)).toEqual(parts.map((_, index) => index));
    expect(parts.map(({ fin }) => fin)).toEqual(parts.map((_, index) => index === parts.length - 1));
    expect(parts.at(-1)?.pld).toEqual({ from: 'bot', text: '' });
    expect(new Set(parts.map(({ mid }) => mid))).toEqual(new Set(['m']));
  });

  test('the optimistic avatar answers under an id of its own, and its final part carries text', async () => {
    make({ behaviour: optimistic });
    hear(chat('m', text));
    await clock.advance(1_000);
    expect(said()).toBe(text);
    expect(frames('chat').at(-1)?.pld.text).not.toBe('');
    expect(frames('chat')[0]?.mid).not.toBe('m');
  });

  test('it speaks for as long as the text takes, faster at a higher speed, and says so nowhere', async () => {
    const speeches: Speech[] = [];
    const avatar = make({ onSpeak: (speech) => speeches.push(speech) });
    hear(chat('m', text));
    await clock.advance(100);
    expect(avatar.speaking).toBe(true);
    await clock.run(new Promise<void>((resolve) => avatar.on('silenced', () => resolve())));
    const normal = clock.now();
    expect(speeches.map((speech) => speech.text).join('')).toBe(text);
    expect(normal).toBeGreaterThanOrEqual(speeches.reduce((total, { durationMs }) => total + durationMs, 0));
    expect(frames('event')).toEqual([]);

    hear(setParams('p', '{"vparams":{"speed":1.2}}'));
    const start = clock.now();
    hear(chat('n', text));
    await clock.run(new Promise<void>((resolve) => avatar.on('silenced', () => resolve())));
    expect(clock.now() - start).toBeLessThan(normal / 1.1);
  });

  test('the optimistic avatar says when it begins and ends to speak', async () => {
    make({ behaviour: optimistic });
    hear(chat('m', 'Short.'));
    await clock.advance(2_000);
    expect(frames('event').map(({ pld }) => pld.event)).toEqual(['audio_start', 'audio_end']);
  });

  test('it waits for the final part, and the optimistic avatar does not', async () => {
    const patient = make();
    hear(chat('m', text, 0, false));
    await clock.advance(5_000);
    expect([said(), patient.speaking]).toEqual(['', false]);
    hear(chat('m', 'The end.', 1));
    await clock.advance(1_000);
    expect(said()).toBe(`${text}The end.`);

    sent = [];
    const eager = make({ behaviour: optimistic });
    hear(chat('m', text, 0, false));
    await clock.advance(100);
    expect(said()).not.toBe('');
    expect(eager.speaking).toBe(true);
    hear(chat('m', 'The end.', 1));
    await clock.advance(1_000);
    expect(said()).toBe(`${text}The end.`);
  });

  test('two messages are said one after the other, their frames never mixed', async () => {
    make();
    hear(chat('one', text));
    hear(chat('two', text));
    await clock.advance(5_000);
    const ids = frames('chat').map(({ mid }) => mid);
    expect(ids.lastIndexOf('one')).toBeLessThan(ids.indexOf('two'));
    expect(said()).toBe(text + text);
  });

  test('a grapheme outside the basic plane is never cut in two', async () => {
    make();
    hear(chat('m', '🎭'.repeat(200)));
    await clock.advance(3_000);
    expect(said()).toBe('🎭'.repeat(200));
    for (const { pld } of frames('chat')) expect(/\p{Surrogate}/u.test(pld.text ?? '')).toBe(false);
  });

  test('it can say something of its own accord, and tell what it understood of the visitor', async () => {
    const avatar = make({ mode: 'dialogue', reply: (question) => `An answer to ${question}` });
    avatar.say('Welcome!');
    await clock.advance(500);
    expect(said()).toBe('Welcome!');
    sent = [];
    avatar.understand('Is it late?');
    await clock.advance(1_000);
    expect(frames('chat')[0]).toMatchObject({
      idx: 0,
      fin: true,
      pld: { from: 'user', text: 'Is it late?' },
    });
    expect(
      frames('chat')
        .slice(1)
        .map(({ pld }) => pld.text)
        .join(''),
    ).toBe('An answer to Is it late?');
  });
});

describe('answering in dialogue mode', () => {
  test('a reply is sent after a moment of thought', async () => {
    const contexts: unknown[] = [];
    make({
      mode: 'dialogue',
      reply(question, { messageId, from, turn }) {
        contexts.push([question, messageId, from, turn]);
        return 'Yes.';
      },
    });
    hear(chat('q', 'Really?'));
    await clock.advance(299);
    expect(sent).toEqual([]);
    await clock.advance(100);
    expect(said()).toBe('Yes.');
    hear(chat('r', 'Again?'));
    await clock.advance(500);
    expect(contexts).toEqual([
      ['Really?', 'q', 'visitor', 0],
      ['Again?', 'r', 'visitor', 1],
    ]);
  });

  test('a reply that streams is sent as it comes', async () => {
    make({
      mode: 'dialogue',
      async *reply() {
        for (let piece = 0; piece < 4; piece++) {
          yield 'some words that come one by one, taking their time. ';
          await new Promise<void>((resolve) => clock.schedule(resolve, 500));
        }
      },
    });
    hear(chat('q', 'Tell me.'));
    await clock.advance(1_400);
    const early = said();
    expect(early.length).toBeGreaterThan(40);
    await clock.advance(3_000);
    expect(said()).toBe('some words that come one by one, taking their time. '.repeat(4));
    expect(said().startsWith(early)).toBe(true);
  });

  test('a reply that is slower than speech is one speech, with a breath in it', async () => {
    make({
      mode: 'dialogue',
      behaviour: optimistic,
      async *reply() {
        yield 'some words that are long enough to be sent, and spoken, before more of them come. ';
        await new Promise<void>((resolve) => clock.schedule(resolve, 20_000));
        yield 'And more.';
      },
    });
    hear(chat('q', 'Tell me.'));
    await clock.advance(60_000);
    expect(frames('event').map(({ pld }) => pld.event)).toEqual(['audio_start', 'audio_end']);
  });

  test('without answers of yours it has some of its own', async () => {
    make({ mode: 'dialogue' });
    hear(chat('q', 'What is 17 * 3?'));
    await clock.advance(1_000);
    expect(said()).toBe('That makes 51.');
  });

  test('a reply that fails is reported, and the message ends with what it had said', async () => {
    const avatar = make({
      mode: 'dialogue',
      async *reply() {
        yield 'Well, ';
        throw new Error('no idea');
      },
    });
    const failures: unknown[] = [];
    avatar.on('reply-failed', ({ error }) => failures.push(error));
    hear(chat('q', 'Why?'));
    await clock.advance(1_000);
    expect(failures).toEqual([new Error('no idea')]);
    expect(said()).toBe('Well, ');
    expect(frames('chat').at(-1)?.fin).toBe(true);
  });
});

test('a text of 300,000 characters begins to be said', async () => {
  const avatar = make();
  hear(chat('m', 'word '.repeat(60_000)));
  await clock.advance(300);
  expect(avatar.speaking).toBe(true);
  hear(interrupt('i'));
});

describe('an interrupt', () => {
  const long = 'word '.repeat(200);

  test('stops speech and everything queued, and is acknowledged', async () => {
    const avatar = make();
    const silenced: boolean[] = [];
    avatar.on('silenced', ({ interrupted }) => silenced.push(interrupted));
    hear(chat('one', long));
    hear(chat('two', long));
    await clock.advance(300);
    const before = said().length;
    hear(interrupt('i'));
    expect(avatar.speaking).toBe(false);
    await clock.advance(20_000);
    expect(said().length).toBe(before);
    expect(before).toBeLessThan(long.length);
    expect(silenced).toEqual([true]);
    expect(frames('command')).toEqual([
      { v: 2, type: 'command', mid: 'i', pld: { cmd: 'interrupt', code: 1000, msg: 'OK' } },
    ]);
    expect(clock.scheduled).toBe(0);
  });

  test('leaves the reply without a final part; the optimistic avatar sends one', async () => {
    for (const [behaviour, fin] of [
      [{}, false],
      [optimistic, true],
    ] as const) {
      sent = [];
      make({ behaviour });
      hear(chat('m', long));
      await clock.advance(300);
      hear(interrupt('i'));
      await clock.advance(1_000);
      expect(frames('chat').at(-1)?.fin).toBe(fin);
    }
  });

  test('aborts the signal of a reply that is being made', async () => {
    let signal: AbortSignal | undefined;
    make({
      mode: 'dialogue',
      async *reply(_, context) {
        signal = context.signal;
        for (;;) {
          yield 'on and on ';
          await new Promise<void>((resolve) => clock.schedule(resolve, 100));
          if (context.signal.aborted) return;
        }
      },
    });
    hear(chat('q', 'Go.'));
    await clock.advance(1_000);
    hear(interrupt('i'));
    expect(signal?.aborted).toBe(true);
    await clock.advance(1_000);
    expect(clock.scheduled).toBe(0);
  });

  test('what is said afterwards is said', async () => {
    make();
    hear(chat('one', long));
    await clock.advance(300);
    hear(interrupt('i'));
    sent = [];
    hear(chat('two', 'A new start.'));
    await clock.advance(2_000);
    expect(said()).toBe('A new start.');
  });
});

describe('being there', () => {
  test('it leaves in the middle of a word, comes back, and has forgotten its parameters', async () => {
    const avatar = make();
    hear(setParams('p', '{"mode":2,"lang":"de"}'));
    hear(chat('m', 'word '.repeat(100)));
    await clock.advance(400);
    const before = sent.length;
    await avatar.leave();
    expect(avatar.state).toMatchObject({
      present: false,
      speaking: false,
      mode: 'retelling',
      language: undefined,
    });
    hear(chat('n', 'Anybody there?'));
    await clock.advance(10_000);
    expect(sent.length).toBe(before);
    expect(avatar.heard.messages).toHaveLength(1);
    await avatar.return();
    hear(chat('o', 'Hello again.'));
    await clock.advance(1_000);
    expect(said()).toContain('Hello again.');
    expect(portCalls).toEqual(['leave', 'return']);
  });

  test('the optimistic avatar remembers them', async () => {
    const avatar = make({ behaviour: optimistic });
    hear(setParams('p', '{"mode":2}'));
    await avatar.leave();
    await avatar.return();
    expect(avatar.mode).toBe('dialogue');
  });

  test('it can ignore everything and be there all the same', async () => {
    const avatar = make();
    avatar.ignoreEverything();
    hear(interrupt('i'));
    hear(chat('m', 'Hello?'));
    await clock.advance(5_000);
    expect([sent, avatar.heard.frames, avatar.state.present]).toEqual([[], [], true]);
    avatar.ignoreEverything(false);
    hear(interrupt('j'));
    await clock.advance(100);
    expect(frames('command').map(({ mid }) => mid)).toEqual(['j']);
  });

  test('close stops timers and listening', async () => {
    const avatar = make();
    hear(chat('m', 'word '.repeat(100)));
    hear(setAction('a', '{"action":"nod"}'));
    await clock.advance(300);
    avatar.close();
    const before = sent.length;
    await clock.advance(0);
    expect(clock.scheduled).toBe(0);
    hear(chat('n', 'Hello?'));
    await clock.advance(5_000);
    expect(sent.length).toBe(before);
  });
});
