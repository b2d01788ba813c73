import { AvatarError } from '@avatarwire/core';
import { describe, expect, test } from 'vitest';
import { liveavatar } from '../../src/liveavatar/index';
import { stage, textOf } from './support/stage';

const event = (event_type: string, more: object = {}) => ({
  event_type,
  event_id: crypto.randomUUID(),
  ...more,
});
const chunk = (text: string, source_event_id: string | null = null) =>
  event('avatar.transcription.chunk', { text, source_event_id });
const whole = (text: string, source_event_id: string | null = null) =>
  event('avatar.transcription', { text, source_event_id });
const part = (messageId: string, text: string, final: boolean, speaker = 'avatar') => ({
  kind: 'chat-part',
  messageId,
  index: 0,
  text,
  final,
  speaker,
});

describe('what is said, over a session double', () => {
  test('each mode has its event, and each text an id of its own', () => {
    const { dialogue, packet } = stage(liveavatar());
    expect(JSON.parse(textOf(packet('Say "hi"', 'retelling')))).toEqual({
      event_type: 'avatar.speak_text',
      event_id: 'message',
      text: 'Say "hi"',
    });
    expect(JSON.parse(textOf(packet('Who?', 'dialogue')))).toMatchObject({
      event_type: 'avatar.speak_response',
    });
    expect(dialogue.frames('m', 'dialogue').parts).toBe('whole');
    expect(dialogue.frames('m', 'retelling').parts).toBe('apart');
    expect(dialogue.send).toBeUndefined();
  });

  test('the packet is as large as was announced, whatever the id', () => {
    const frames = stage(liveavatar()).dialogue.frames('a "strange" ид', 'retelling');
    const text = new TextEncoder().encode('abc');
    const packet = frames.frame(0, false, text);
    expect(packet.byteLength).toBe(frames.overhead(0, false) + text.byteLength);
    expect(JSON.parse(textOf(packet))).toMatchObject({ event_id: 'a "strange" ид', text: 'abc' });
  });

  test('where nothing says a mode it is the option, dialogue if that is left out', () => {
    expect(textOf(stage(liveavatar()).packet('x'))).toContain('avatar.speak_response');
    expect(textOf(stage(liveavatar({ mode: 'retelling' })).packet('x'))).toContain('avatar.speak_text');
    expect(liveavatar({ mode: 'retelling' }).mode).toBe('retelling');
  });

  test('an interrupt is an event', () => {
    const { dialogue } = stage(liveavatar());
    expect(JSON.parse(textOf(dialogue.command({ name: 'interrupt' }, 'id')))).toEqual({
      event_type: 'avatar.interrupt',
      event_id: 'id',
    });
  });
});

describe('transcripts', () => {
  test('pieces are put together, and the whole text replaces them', () => {
    const { heard } = stage(liveavatar());
    expect(
      [chunk('Hel'), chunk('lo, '), chunk('you'), whole('Hello, you!'), chunk('Next')].flatMap(heard),
    ).toEqual([
      part('id-1', 'Hel', false),
      part('id-1', 'Hello, ', false),
      part('id-1', 'Hello, you', false),
      part('id-1', 'Hello, you!', true),
      part('id-2', 'Next', false),
    ]);
  });

  test('chunks that are the text so far replace it, also corrected', () => {
    const { heard } = stage(liveavatar());
    const texts = [
      chunk('I want'),
      chunk('I want two'),
      chunk('I want to'),
      chunk('I want to go'),
      whole('I want to go.'),
    ].flatMap(heard);
    expect(texts).toEqual([
      part('id-1', 'I want', false),
      part('id-1', 'I want two', false),
      part('id-1', 'I want to', false),
      part('id-1', 'I want to go', false),
      part('id-1', 'I want to go.', true),
    ]);
  });

  test('a piece that begins a little as the text does is a piece', () => {
    const { heard } = stage(liveavatar());
    expect([chunk('Yes, of course. '), chunk('Yes, I do.')].flatMap(heard).at(-1)).toEqual(
      part('id-1', 'Yes, of course. Yes, I do.', false),
    );
  });

  test('what the visitor said is a message beside, by the same rules', () => {
    const { heard } = stage(liveavatar());
    const parts = [
      chunk('Hel'),
      event('user.transcription.chunk', { text: 'Sto' }),
      chunk('lo'),
      event('user.transcription', { text: 'Stop!' }),
    ].flatMap(heard);
    expect(parts).toEqual([
      part('id-1', 'Hel', false),
      part('id-2', 'Sto', false, 'user'),
      part('id-1', 'Hello', false),
      part('id-2', 'Stop!', true, 'user'),
    ]);
  });

  test('a text that comes whole at once is a message; an empty one is none', () => {
    const { heard } = stage(liveavatar());
    expect(heard(whole('Hello.'))).toEqual([part('id-1', 'Hello.', true)]);
    expect(heard(event('user.transcription', { text: '' }))).toEqual([]);
  });

  test('an empty text at the end takes nothing away', () => {
    const { heard } = stage(liveavatar());
    heard(chunk('Cut sho'));
    expect(heard(whole(''))).toEqual([part('id-1', 'Cut sho', true)]);
    expect(heard(chunk('Next'))).toEqual([part('id-2', 'Next', false)]);
  });

  test('another source event ends the message that is open; the same one again does not make two of one', () => {
    const { heard } = stage(liveavatar());
    expect([chunk('One', 'a'), chunk(' two', 'a'), chunk('Three', 'b')].flatMap(heard)).toEqual([
      part('id-1', 'One', false),
      part('id-1', 'One two', false),
      part('id-1', 'One two', true),
      part('id-2', 'Three', false),
    ]);
    expect([whole('Four', 'c'), chunk('Five', 'c'), whole('Five.', 'c')].flatMap(heard)).toEqual([
      part('id-2', 'Three', true),
      part('id-3', 'Four', true),
      part('id-4', 'Five', false),
      part('id-4', 'Five.', true),
    ]);
  });

  test('after the end of speech a chunk begins another message, and the whole text still belongs to the first', () => {
    const { heard } = stage(liveavatar());
    heard(chunk('Cut sho'));
    heard(event('avatar.speak_ended'));
    expect(heard(chunk('New'))).toEqual([part('id-1', 'Cut sho', true), part('id-2', 'New', false)]);
    heard(event('avatar.speak_ended'));
    expect(heard(whole('New one.'))).toEqual([part('id-2', 'New one.', true)]);
  });

  test('a text in chunks grows up to 65,536 characters, and no further until it comes whole', () => {
    const { heard } = stage(liveavatar());
    heard(chunk('x'.repeat(65_536)));
    expect(heard(chunk('y'))).toMatchObject([{ text: 'x'.repeat(65_536), final: false }]);
    expect(heard(whole('z'))).toMatchObject([{ text: 'z', final: true }]);
  });
});

describe('signs', () => {
  test('the avatar speaks, and has ended', () => {
    const { heard } = stage(liveavatar());
    expect(heard(event('avatar.speak_started'))).toEqual([{ kind: 'speech', speaking: true }]);
    expect(heard(event('avatar.speak_ended'))).toEqual([{ kind: 'speech', speaking: false }]);
  });

  test('events that nothing of ours says pass in silence', () => {
    const { heard, gone } = stage(liveavatar());
    for (const type of [
      'user.speak_started',
      'user.speak_ended',
      'user.push_to_talk_started',
      'user.push_to_talk_stop_failed',
      'session.updated',
    ])
      expect(heard(event(type)), type).toEqual([]);
    expect(heard(event('session.state_updated', { state: 'connected' }))).toEqual([]);
    expect(gone).toEqual([]);
  });

  test('a session that was stopped, or is closed, is over, with the reason as far as it is a word', () => {
    const { heard, gone } = stage(liveavatar());
    expect(heard(event('session.state_updated', { state: 'closed' }))).toEqual([]);
    expect(heard(event('session.stopped', { stop_reason: 'IDLE_TIMEOUT' }))).toEqual([]);
    heard(event('session.stopped', { stop_reason: 'a sentence with <anything>' }));
    expect(gone.map((error) => [error?.code, error?.serviceCode])).toEqual([
      ['session-gone', undefined],
      ['session-gone', 'IDLE_TIMEOUT'],
      ['session-gone', undefined],
    ]);
  });

  test('anything else is not recognised, and what is wrong is named', () => {
    const { heard } = stage(liveavatar());
    expect(heard(event('avatar.danced'))).toMatchObject([{ problem: 'event_type is unknown.' }]);
    expect(heard({ text: 'x' })).toMatchObject([{ problem: 'event_type is not a string.' }]);
    expect(heard(event('avatar.transcription'))).toMatchObject([{ problem: 'text is not a string.' }]);
  });
});

describe('keeping alive', () => {
  test('it is asked for once a minute, until the end', async () => {
    const { clock, calls, dialogue } = stage(liveavatar());
    await clock.advance(59_999);
    expect(calls).toEqual([]);
    await clock.advance(120_001);
    expect(calls).toEqual(Array(3).fill({ action: 'keep-alive', body: undefined }));
    dialogue.close();
    expect(clock.scheduled).toBe(0);
  });

  test('a failure is logged and it goes on; a session that is gone is over', async () => {
    let error = new AvatarError('network', 'no');
    const on = stage(liveavatar({ keepAliveMs: 1_000 }), { call: () => Promise.reject(error) });
    await on.clock.advance(2_000);
    expect(on.warnings).toHaveLength(2);
    expect(on.gone).toEqual([]);
    error = new AvatarError('session-gone', 'over');
    await on.clock.advance(1_000);
    expect(on.gone).toEqual([error]);
  });

  test('a call that hangs does not keep the next one from being made', async () => {
    const on = stage(liveavatar({ keepAliveMs: 1_000 }), { call: () => new Promise(() => {}) });
    await on.clock.advance(3_000);
    expect(on.calls).toHaveLength(3);
  });

  test('where the source has no calls it is tried once', async () => {
    const error = new AvatarError('unsupported', 'no call()');
    const { clock, calls, warnings } = stage(liveavatar(), { call: () => Promise.reject(error) });
    await clock.advance(600_000);
    expect(calls).toHaveLength(1);
    expect(warnings).toHaveLength(1);
    expect(clock.scheduled).toBe(0);
  });

  test('who forgets the session pays for five quiet minutes, or as the option says', () => {
    expect(liveavatar().idleMs).toBe(300_000);
    expect(liveavatar({ idleMs: 60_000 }).idleMs).toBe(60_000);
    expect(liveavatar({ idleMs: Infinity })).not.toHaveProperty('idleMs');
  });
});

test.each([
  [{ keepAliveMs: 999 }, 'options.keepAliveMs'],
  [{ keepAliveMs: 240_001 }, 'options.keepAliveMs'],
  [{ idleMs: 9_999 }, 'options.idleMs'],
  [{ mode: 'talk' as 'dialogue' }, 'options.mode'],
])('an option out of bounds is refused by its name: %o', (options, name) => {
  expect(() => liveavatar(options)).toThrow(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(name) }),
  );
});

test('it speaks, answers, can be interrupted and hears a microphone', () => {
  expect(liveavatar()).toMatchObject({
    name: 'liveavatar',
    acknowledges: false,
    can: { speak: true, ask: true, interrupt: true, setParams: false, setAction: false },
    takes: ['microphone'],
  });
});
