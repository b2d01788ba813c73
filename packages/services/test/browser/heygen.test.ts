import { PlaceholderTrack } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { heygen } from '../../src/heygen/index';
import { meterDouble, remoteTrack, stage, textOf } from './support/stage';

const part = (messageId: string, index: number, text: string, final: boolean, speaker = 'avatar') => ({
  kind: 'chat-part',
  messageId,
  index,
  text,
  final,
  speaker,
});

const says = (type: string, task_id?: string, message?: string) => ({
  type,
  ...(task_id && { task_id }),
  ...(message !== undefined && { message }),
});

describe('over a session double', () => {
  test('every text is a task, whatever the mode, in pieces where it has to be', async () => {
    const { dialogue, packet, calls } = stage(heygen());
    expect(textOf(packet('"Hi"'))).toBe('{"action":"task","body":{"text":"\\"Hi\\""}}');
    expect(dialogue.frames('m', undefined).parts).toBe('apart');
    await dialogue.send?.(packet('"Hi"', 'retelling'));
    expect(calls).toEqual([{ action: 'task', body: { text: '"Hi"' } }]);
  });

  test('it repeats, and nothing else', () => {
    expect(heygen()).toMatchObject({
      name: 'heygen',
      mode: 'retelling',
      acknowledges: false,
      can: { speak: true, ask: false, interrupt: false, setParams: false, setAction: false },
    });
  });

  test('pieces of two tasks at once become two messages, each ended by its own end', () => {
    const { heard } = stage(heygen());
    const parts = [
      says('avatar_talking_message', 'a', 'Hel'),
      says('avatar_talking_message', 'b', 'Good '),
      says('avatar_talking_message', 'a', 'lo.'),
      says('avatar_end_message', 'a'),
      says('avatar_talking_message', 'b', 'day.'),
      says('avatar_end_message', 'b'),
      says('avatar_talking_message', 'a', 'Again'),
    ].flatMap(heard);
    expect(parts).toEqual([
      part('id-1', 0, 'Hel', false),
      part('id-2', 0, 'Good ', false),
      part('id-1', 1, 'lo.', false),
      part('id-1', 2, '', true),
      part('id-2', 1, 'day.', false),
      part('id-2', 2, '', true),
      part('id-3', 0, 'Again', false),
    ]);
  });

  test('without a task id, and for the visitor, pieces are put together as they come', () => {
    const { heard } = stage(heygen());
    const parts = [
      says('user_talking_message', undefined, 'Who '),
      says('avatar_talking_message', undefined, 'I '),
      says('user_talking_message', undefined, 'are you?'),
      says('user_end_message'),
      says('avatar_end_message'),
    ].flatMap(heard);
    expect(parts).toEqual([
      part('id-1', 0, 'Who ', false, 'user'),
      part('id-2', 0, 'I ', false),
      part('id-1', 1, 'are you?', false, 'user'),
      part('id-1', 2, '', true, 'user'),
      part('id-2', 1, '', true),
    ]);
  });

  test('an end without pieces, and signs of the visitor, say nothing', () => {
    const { heard } = stage(heygen());
    for (const type of ['avatar_end_message', 'user_end_message', 'user_start', 'user_stop', 'user_silence'])
      expect(heard({ type }), type).toEqual([]);
  });

  test('of messages that never end only so many are kept', () => {
    const { heard } = stage(heygen());
    for (let task = 0; task < 17; task += 1) heard(says('avatar_talking_message', `task-${task}`, 'x'));
    expect(heard(says('avatar_talking_message', 'task-16', 'y'))).toEqual([part('id-17', 1, 'y', false)]);
    expect(heard(says('avatar_talking_message', 'task-0', 'y'))).toEqual([part('id-18', 0, 'y', false)]);
  });

  test('anything else is not recognised, and what is wrong is named', () => {
    const { heard, dialogue } = stage(heygen());
    expect(heard({ type: 'x' })).toMatchObject([{ kind: 'unrecognised', problem: 'type is unknown.' }]);
    expect(heard(says('avatar_talking_message', 'a'))).toMatchObject([
      { kind: 'unrecognised', problem: 'message is not a string.' },
    ]);
    expect(dialogue.read(new TextEncoder().encode('hello'))).toMatchObject([
      { kind: 'unrecognised', raw: 'hello' },
    ]);
  });

  test('speech is what is heard, until the service says it itself', async () => {
    const meter = meterDouble();
    const { dialogue, clock, received, heard } = stage(heygen({ meter: meter.make }));
    dialogue.show?.([remoteTrack('audio', new PlaceholderTrack('audio'))]);
    meter.level = -20;
    await clock.advance(200);
    expect(received).toEqual([{ kind: 'speech', speaking: true }]);

    expect(heard({ type: 'avatar_stop_talking' })).toEqual([{ kind: 'speech', speaking: false }]);
    expect(heard({ type: 'avatar_start_talking' })).toEqual([{ kind: 'speech', speaking: true }]);
    expect({ open: meter.open, timers: clock.scheduled }).toEqual({ open: 0, timers: 0 });
    dialogue.show?.([remoteTrack('audio', new PlaceholderTrack('audio'))]);
    expect(meter.made).toBe(1);
    expect(received).toHaveLength(1);
  });
});

test('an option of the wrong kind is refused by its name', () => {
  expect(() => heygen({ meter: 'x' as unknown as () => never })).toThrow(
    expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('options.meter') }),
  );
});
