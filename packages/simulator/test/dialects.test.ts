import { createAvatarSession, isAvatarError } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import {
  a2eDialect,
  createSimulatedAvatar,
  createVirtualClock,
  heygenDialect,
  liveavatarDialect,
  optimistic,
  type SimulatedAvatarOptions,
  seededRandom,
  simulate,
} from '../src';

/** An avatar on a clock that stands still, and what it sent, as text. */
function meet(options: Partial<SimulatedAvatarOptions>) {
  const clock = createVirtualClock();
  const listeners = new Set<(packet: { data: Uint8Array; from: string }) => void>();
  const texts: string[] = [];
  const sizes: number[] = [];
  const avatar = createSimulatedAvatar({
    clock,
    random: seededRandom(5),
    port: {
      send(packet) {
        sizes.push(packet.byteLength);
        texts.push(new TextDecoder().decode(packet));
      },
      onPacket(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    ...options,
  });
  return {
    avatar,
    clock,
    texts,
    sizes,
    sent: () => texts.map((text) => JSON.parse(text) as Record<string, unknown>),
    hear(frame: string) {
      for (const listener of listeners) listener({ data: new TextEncoder().encode(frame), from: 'visitor' });
    },
    problems: () => avatar.heard.violations.map(({ problem }) => problem),
  };
}

const LONG =
  'We open at nine in the morning, and we close at half past six. On Sundays nobody is here at all.';

describe('A2E’s dialect (real: packets as its documents show them)', () => {
  test('a question over REST is heard, and answered in packets with pos, without an echo of it', async () => {
    const { avatar, clock, sent, sizes } = meet({ dialect: 'a2e', reply: () => LONG });
    avatar.ask('When do you open?');
    await clock.advance(2_000);

    expect(avatar.heard.messages).toEqual([
      { id: expect.any(String), from: '', text: 'When do you open?', parts: 1, mode: 'dialogue', at: 0 },
    ]);
    const positions = sent().map(({ pos }) => pos);
    expect(positions).toEqual(['start', ...positions.slice(2).map(() => 'middle'), 'end']);
    expect(positions.length).toBeGreaterThan(3);
    expect(
      sent()
        .map(({ message }) => message)
        .join(''),
    ).toBe(LONG);
    for (const packet of sent()) expect(Object.keys(packet)).toEqual(['type', 'message', 'pos']);
    expect(new Set(sent().map(({ type }) => type))).toEqual(new Set(['QA']));
    expect(Math.max(...sizes)).toBeLessThan(1_024);
  });

  test('of what it is told to say nothing comes back but its voice, unless it is made to', async () => {
    const silent = meet({ dialect: 'a2e' });
    silent.avatar.repeat('Welcome.');
    expect(silent.avatar.speaking).toBe(false);
    await silent.clock.advance(200);
    expect(silent.avatar.speaking).toBe(true);
    await silent.clock.advance(5_000);
    expect(silent.texts).toEqual([]);
    expect(silent.avatar.heard.messages).toMatchObject([{ text: 'Welcome.', mode: 'retelling' }]);

    const echoing = meet({ dialect: a2eDialect({ echoesSpeech: true }) });
    echoing.avatar.repeat('Welcome.');
    await echoing.clock.advance(5_000);
    expect(echoing.texts).toEqual([
      '{"type":"QA","message":"Welcome.","pos":"start"}',
      '{"type":"QA","message":"","pos":"end"}',
    ]);
  });

  test('without positions each packet is a whole message', async () => {
    const { avatar, clock, sent } = meet({ dialect: a2eDialect({ positions: false }), reply: () => LONG });
    avatar.ask('When?');
    await clock.advance(2_000);
    expect(
      sent()
        .map(({ message }) => message)
        .join(''),
    ).toBe(LONG);
    for (const packet of sent()) expect(Object.keys(packet)).toEqual(['type', 'message']);
  });

  test('a reply in one piece has no pos', async () => {
    const { avatar, clock, texts } = meet({ dialect: 'a2e', behaviour: optimistic, reply: () => 'At nine.' });
    avatar.ask('When?');
    await clock.advance(2_000);
    expect(texts).toEqual(['{"type":"QA","message":"At nine."}']);
  });

  test('two questions at once are answered one after the other', async () => {
    const { avatar, clock, sent } = meet({ dialect: 'a2e', reply: (text) => `${text}! ${LONG}` });
    avatar.ask('One');
    avatar.ask('Two');
    await clock.advance(5_000);
    expect(
      sent()
        .map(({ message }) => message)
        .join(''),
    ).toBe(`One! ${LONG}Two! ${LONG}`);
    expect(sent().filter(({ pos }) => pos === 'end')).toHaveLength(2);
  });

  test('what a visitor sends over the data path is a violation, and nothing else', async () => {
    const { avatar, clock, hear, texts, problems } = meet({ dialect: 'a2e' });
    hear('{"v":2,"type":"chat","mid":"m","idx":0,"fin":true,"pld":{"text":"hello"}}');
    await clock.advance(5_000);
    expect(problems()).toEqual([expect.stringContaining('over the data path')]);
    expect([avatar.heard.messages, texts]).toEqual([[], []]);
    expect(avatar.heard.frames).toHaveLength(1);
  });

  test('the microphone is not heard: nothing is echoed', async () => {
    const { avatar, clock, texts } = meet({ dialect: 'a2e' });
    avatar.understand('Is it late?');
    await clock.advance(1_000);
    expect(texts).toEqual([]);
  });
});

describe('LiveAvatar’s dialect (real: events as its SDK has them)', () => {
  const event = (type: string, id: string, text?: string) =>
    JSON.stringify({ event_type: type, event_id: id, ...(text !== undefined && { text }) });

  test('speak_response is answered: chunks, the whole, and when it speaks, all naming the source', async () => {
    const { avatar, clock, hear, sent, problems } = meet({
      dialect: liveavatarDialect({ sessionId: 'session-1' }),
      reply: () => LONG,
    });
    hear('{"event_type":"avatar.speak_response","event_id":"e1","text":"When do you open?"}');
    await clock.advance(30_000);

    expect(problems()).toEqual([]);
    expect(avatar.heard.messages).toMatchObject([{ id: 'e1', text: 'When do you open?', mode: 'dialogue' }]);
    const types = sent().map(({ event_type }) => event_type);
    expect(types.filter((type) => type !== 'avatar.transcription.chunk')).toEqual([
      'avatar.speak_started',
      'avatar.transcription',
      'avatar.speak_ended',
    ]);
    const textOf = (type: string) =>
      sent()
        .filter(({ event_type }) => event_type === type)
        .map(({ text }) => text);
    expect(textOf('avatar.transcription.chunk').length).toBeGreaterThan(2);
    expect(textOf('avatar.transcription.chunk').join('')).toBe(LONG);
    expect(textOf('avatar.transcription')).toEqual([LONG]);
    for (const packet of sent())
      expect(packet).toMatchObject({
        session_id: 'session-1',
        source_event_id: 'e1',
        event_id: expect.any(String),
      });
    expect(new Set(sent().map(({ event_id }) => event_id)).size).toBe(sent().length);
  });

  test('a chunk can be made to hold the text so far', async () => {
    const { clock, hear, sent } = meet({
      dialect: liveavatarDialect({ chunks: 'so-far' }),
      reply: () => LONG,
    });
    hear(event('avatar.speak_response', 'e1', 'When?'));
    await clock.advance(5_000);
    const chunks = sent()
      .filter(({ event_type }) => event_type === 'avatar.transcription.chunk')
      .map(({ text }) => String(text));
    expect(chunks.length).toBeGreaterThan(2);
    for (const [index, chunk] of chunks.entries())
      expect(chunk.startsWith(chunks[index - 1] ?? '')).toBe(true);
    expect(chunks.at(-1)).toBe(LONG);
  });

  test('speak_text is said as it is, whatever came before', async () => {
    const { avatar, clock, hear, sent } = meet({ dialect: 'liveavatar', reply: () => 'an answer' });
    hear(event('avatar.speak_response', 'e1', 'Hello?'));
    hear(event('avatar.speak_text', 'e2', 'Exactly this.'));
    await clock.advance(10_000);
    const whole = sent().filter(({ event_type }) => event_type === 'avatar.transcription');
    expect(whole).toMatchObject([
      { text: 'an answer', source_event_id: 'e1' },
      { text: 'Exactly this.', source_event_id: 'e2' },
    ]);
    expect(avatar.heard.messages.map(({ mode }) => mode)).toEqual(['dialogue', 'retelling']);
  });

  test('an interrupt ends what is said: speak_ended, and no whole transcription of it', async () => {
    const { avatar, clock, hear, sent } = meet({ dialect: 'liveavatar' });
    hear(event('avatar.speak_text', 'e1', LONG));
    await clock.advance(100);
    expect(avatar.speaking).toBe(true);
    hear(event('avatar.interrupt', 'e2'));
    expect(avatar.speaking).toBe(false);
    await clock.advance(10_000);
    const types = sent().map(({ event_type }) => event_type);
    expect(types.at(-1)).toBe('avatar.speak_ended');
    expect(types).not.toContain('avatar.transcription');
    expect(avatar.heard.commands).toMatchObject([{ name: 'interrupt', id: 'e2' }]);
  });

  test('one that finishes what was interrupted gives the whole of what it said', async () => {
    const { clock, hear, sent } = meet({ dialect: 'liveavatar', behaviour: { finishesInterrupted: true } });
    hear(event('avatar.speak_text', 'e1', LONG));
    await clock.advance(70);
    hear(event('avatar.interrupt', 'e2'));
    await clock.advance(1_000);
    const whole = sent().find(({ event_type }) => event_type === 'avatar.transcription');
    expect(String(whole?.text).length).toBeGreaterThan(10);
    expect(LONG.startsWith(String(whole?.text))).toBe(true);
  });

  test('what the microphone understood comes as the user’s words, and is answered', async () => {
    const { avatar, clock, sent } = meet({ dialect: 'liveavatar', reply: () => 'Yes.' });
    avatar.understand('Is it late?');
    await clock.advance(2_000);
    expect(sent().slice(0, 4)).toMatchObject([
      { event_type: 'user.speak_started' },
      { event_type: 'user.transcription.chunk', text: 'Is it late?' },
      { event_type: 'user.speak_ended' },
      { event_type: 'user.transcription', text: 'Is it late?' },
    ]);
    expect(sent()).toContainEqual(
      expect.objectContaining({ event_type: 'avatar.transcription', text: 'Yes.' }),
    );
  });

  test('listening and push to talk are commands; only push to talk is answered', async () => {
    const { avatar, clock, hear, sent, problems } = meet({ dialect: 'liveavatar' });
    const commands = [
      'avatar.start_listening',
      'avatar.stop_listening',
      'user.start_push_to_talk',
      'user.stop_push_to_talk',
    ];
    for (const [index, type] of commands.entries()) hear(event(type, `e${index}`));
    await clock.advance(1_000);
    expect(avatar.heard.commands.map(({ name }) => name)).toEqual([
      'start-listening',
      'stop-listening',
      'start-push-to-talk',
      'stop-push-to-talk',
    ]);
    expect(sent()).toMatchObject([
      { event_type: 'user.push_to_talk_started', source_event_id: 'e2' },
      { event_type: 'user.push_to_talk_stopped', source_event_id: 'e3' },
    ]);
    expect(problems()).toEqual([]);
  });

  test.each([
    ['no id', '{"event_type":"avatar.interrupt"}', 'event_id'],
    ['a type of no document', event('avatar.dance', 'e'), 'event_type is "avatar.dance"'],
    ['a type that every object has', event('constructor', 'e'), 'event_type is "constructor"'],
    ['no text', event('avatar.speak_text', 'e'), 'text is not a string'],
    ['an empty text', event('avatar.speak_text', 'e', ''), 'has no text'],
    ['half a character', event('avatar.speak_text', 'e', '\ud83d'), 'half a character'],
    ['an interrupt with a text', event('avatar.interrupt', 'e', 'now'), 'text is not documented'],
    ['a key of no document', '{"event_type":"avatar.interrupt","event_id":"e","v":2}', 'v is not documented'],
    ['protocol v2', '{"v":2,"type":"chat","mid":"m","idx":0,"fin":true,"pld":{"text":"x"}}', 'event_id'],
    ['no JSON', 'avatar.interrupt', 'not one JSON value'],
  ])('%s is a violation', (_, frame, problem) => {
    const { hear, problems } = meet({ dialect: 'liveavatar' });
    hear(frame);
    expect(problems().join(' ')).toContain(problem);
  });

  test('an id that was used before is a violation', () => {
    const { avatar, hear, problems } = meet({ dialect: 'liveavatar' });
    hear(event('avatar.speak_text', 'e1', 'One.'));
    hear(event('avatar.speak_text', 'e1', 'Two.'));
    expect(problems()).toHaveLength(1);
    expect(avatar.heard.messages.map(({ text }) => text)).toEqual(['One.']);
  });
});

describe('HeyGen’s dialect (real: its first version logs lines, its second has messages)', () => {
  test('a task is said; over the data channel comes a line that is no JSON', async () => {
    const { avatar, clock, texts } = meet({ dialect: 'heygen' });
    avatar.repeat(LONG);
    await clock.advance(100);
    expect(avatar.speaking).toBe(true);
    await clock.advance(10_000);
    expect(texts).toHaveLength(1);
    expect(() => JSON.parse(texts[0] ?? '')).toThrow();
    expect(avatar.heard.messages).toMatchObject([{ text: LONG, mode: 'retelling' }]);
  });

  test('typed messages are those of the second version', async () => {
    const { avatar, clock, sent } = meet({ dialect: heygenDialect({ messages: 'typed' }) });
    avatar.repeat(LONG);
    await clock.advance(20_000);
    const types = sent().map(({ type }) => type);
    expect(types.filter((type) => type !== 'avatar_talking_message')).toEqual([
      'avatar_start_talking',
      'avatar_end_message',
      'avatar_stop_talking',
    ]);
    expect(
      sent()
        .map(({ message = '' }) => message)
        .join(''),
    ).toBe(LONG);
    expect(new Set(sent().map(({ task_id }) => task_id))).toEqual(new Set([avatar.heard.messages[0]?.id]));
  });

  test('it can be made to say nothing at all; a packet of the visitor is a violation', async () => {
    const { avatar, clock, texts, hear, problems } = meet({ dialect: heygenDialect({ messages: 'none' }) });
    avatar.ask('Hello?');
    hear('hello');
    await clock.advance(5_000);
    expect(texts).toEqual([]);
    expect(problems()).toEqual([expect.stringContaining('call task')]);
  });
});

describe('calls over REST', () => {
  test.each([
    ['a2e', 'ask', 'dialogue'],
    ['a2e', 'speak', 'retelling'],
    ['heygen', 'task', 'retelling'],
  ] as const)('at %s, %s with a text is heard in the mode %s', (dialect, action, mode) => {
    const { avatar } = meet({ dialect });
    avatar.call(action, { text: 'Hello.' });
    expect(avatar.heard.messages).toMatchObject([{ text: 'Hello.', mode }]);
  });

  test('what a service does not take is refused by name, and so is a call without a text', () => {
    const codeOf = (work: () => void) => {
      try {
        work();
      } catch (error) {
        return isAvatarError(error) ? `${error.code}: ${error.message}` : error;
      }
      return undefined;
    };
    const { avatar } = meet({ dialect: 'a2e' });
    expect(codeOf(() => avatar.call('talk', { text: 'x' }))).toMatch(/^unsupported: .*a2e.*talk/);
    expect(codeOf(() => avatar.call('ask', {}))).toMatch(/^invalid-argument: text/);
    expect(codeOf(() => avatar.call('set-qa-context', {}))).toBeUndefined();
    expect(codeOf(() => meet({}).avatar.call('ask', { text: 'x' }))).toMatch(/^unsupported: .*akool/);
    expect(avatar.heard.messages).toEqual([]);
  });

  test('an avatar that is away, or ignores everything, hears nothing of them', async () => {
    const { avatar } = meet({ dialect: 'a2e' });
    avatar.ignoreEverything();
    avatar.ask('One?');
    avatar.ignoreEverything(false);
    await avatar.leave();
    avatar.ask('Two?');
    expect(avatar.heard.messages).toEqual([]);
  });

  test('a simulation in a dialect opens sessions of that service, and takes its calls until they are closed', async () => {
    const sim = simulate({ dialect: 'a2e' });
    const { source } = sim.options;
    if (!('open' in source) || !source.call || !source.close) throw new Error('no source with calls');
    const { signal } = new AbortController();
    const details = await sim.run(source.open({ provider: 'memory' }, { signal }));
    expect(details.service).toBe('a2e');
    await sim.advance(500);

    await sim.run(source.call(details, 'speak', { text: 'Welcome.' }, { signal }));
    expect(sim.avatar.heard.messages).toMatchObject([{ text: 'Welcome.' }]);

    await sim.run(source.close(details, { reason: 'requested', keepalive: false }));
    await expect(sim.run(source.call(details, 'speak', { text: 'x' }, { signal }))).rejects.toMatchObject({
      code: 'session-gone',
    });
    sim.close();
  });

  test('AKOOL’s has no calls and keeps its name', async () => {
    const sim = simulate();
    expect(sim.options.source).not.toHaveProperty('call');
    const session = createAvatarSession(sim.options);
    await sim.run(session.connect());
    expect(session.getSnapshot().service).toBe('simulator');
    await sim.run(session.close());
    sim.close();
  });
});

test('a dialect that nobody knows is refused by name', () => {
  // @ts-expect-error a name of no service
  expect(() => meet({ dialect: 'klingon' })).toThrow(/dialect must be one of akool, a2e, heygen, liveavatar/);
});
