// What is shown below the avatar's mouth, without a page: real texts, snapshots by hand, a virtual clock.
import { createAvatarSession, type Message, type SessionSnapshot } from '@avatarwire/core';
import { createVirtualClock, simulate } from '@avatarwire/simulator';
import { describe, expect, test } from 'vitest';
import { createCaptionTrack } from '../src/captions/caption-track';
import { cuesOf, durationOf } from '../src/captions/cues';

describe('cues', () => {
  test('a sentence that fits two lines is one cue, and the next is another', () => {
    expect(cuesOf('Good to see you. “How are you?” Fine!')).toEqual([
      'Good to see you.',
      '“How are you?”',
      'Fine!',
    ]);
  });

  test('a long sentence is cut after words, and no cue is wider than two lines', () => {
    const cues = cuesOf(`${'a streaming avatar hears everything through a narrow pipe '.repeat(5)}end.`);
    expect(cues.length).toBeGreaterThan(3);
    for (const cue of cues) expect(cue.length).toBeLessThanOrEqual(76);
    expect(cues.join(' ')).toMatch(/^a streaming.*pipe end\.$/);
  });

  test('Chinese is cut after its own full stops, wide letters count double, and nothing is lost', () => {
    const text = `一段很长的文字要分成许多小块。${'中文每个字占三个字节'.repeat(8)}。`;
    const cues = cuesOf(text);
    expect(cues[0]).toBe('一段很长的文字要分成许多小块。');
    for (const cue of cues) expect([...cue].length).toBeLessThanOrEqual(38);
    expect(cues.join('')).toBe(text);
  });

  test('a text that grows changes its last cue alone', () => {
    const text =
      'First this. Then a sentence that is a good deal longer than two lines of a caption would ever hold. End.';
    for (let length = 1; length < text.length; length += 1) {
      const before = cuesOf(text.slice(0, length)).slice(0, -1);
      expect(cuesOf(text).slice(0, before.length)).toEqual(before);
    }
  });
});

describe('the caption track', () => {
  const first = 'The first sentence is said.';
  const second = 'Then the second one is.';

  function watch() {
    const clock = createVirtualClock();
    const shown: (string | undefined)[] = [];
    const track = createCaptionTrack(clock, (cue) => shown.push(cue));
    const follow = (speaking: boolean, messages: readonly Message[], more: Partial<SessionSnapshot> = {}) =>
      track.follow(snapshot(speaking, messages, more));
    return { clock, shown, follow, track };
  }

  test('follows the voice sentence by sentence, and goes a moment after it', async () => {
    const { clock, shown, follow } = watch();
    const messages = [said('1', `${first} ${second}`)];
    follow(true, messages);
    expect(shown).toEqual([first]);
    await clock.advance(durationOf(first, 1) - 1);
    expect(shown).toEqual([first]);
    await clock.advance(1);
    expect(shown).toEqual([first, second]);
    follow(false, messages);
    await clock.advance(1_499);
    expect(shown).toEqual([first, second]);
    await clock.advance(1);
    expect(shown).toEqual([first, second, undefined]);
    expect(clock.scheduled).toBe(0);
  });

  test('waits for a text that comes more slowly than it is said', async () => {
    const { clock, shown, follow } = watch();
    follow(true, [said('1', 'The first')]);
    follow(true, [said('1', first)]);
    await clock.advance(10_000);
    expect(shown).toEqual(['The first', first]);
    follow(true, [said('1', `${first} ${second}`)]);
    expect(shown.at(-1)).toBe(second);
  });

  test('an interrupt takes the caption away at once, and what was not said is never shown', async () => {
    const { clock, shown, follow } = watch();
    const messages = [said('1', `${first} ${second}`)];
    follow(true, messages);
    follow(true, messages, { timings: { interruptMs: 80 } });
    follow(false, messages, { timings: { interruptMs: 80 } });
    await clock.advance(60_000);
    expect(shown.filter((cue) => cue !== undefined)).toEqual([first]);
    follow(true, [...messages, said('2', 'Something else.')], { timings: { interruptMs: 80 } });
    expect(shown.at(-1)).toBe('Something else.');
  });

  test('what it is given to say is shown, what it is asked is not', () => {
    const { shown, follow } = watch();
    follow(true, [ours('1', 'What is this?', 'ask'), ours('2', 'Say this.', 'speak')]);
    expect(shown).toEqual(['Say this.']);
  });

  test('two things said one after the other, with a breath between, are both shown', async () => {
    const { clock, shown, follow } = watch();
    const messages = [ours('1', first, 'speak'), ours('2', second, 'speak')];
    follow(true, messages);
    await clock.advance(durationOf(first, 1) - 1);
    follow(false, messages);
    follow(true, messages);
    expect(shown).toEqual([first, second]);
  });

  test('speaking twice as fast halves the time of a cue', () => {
    expect(durationOf(first, 2)).toBe(durationOf(first, 1) / 2);
  });

  test('closed, it has no timer left', () => {
    const { clock, follow, track } = watch();
    follow(true, [said('1', first)]);
    track.close();
    expect(clock.scheduled).toBe(0);
  });
});

const idle = createAvatarSession(simulate().options).getSnapshot();

const snapshot = (
  speaking: boolean,
  messages: readonly Message[],
  more: Partial<SessionSnapshot>,
): SessionSnapshot => ({
  ...idle,
  state: 'live',
  avatar: { present: true, speaking, audio: true, video: true },
  messages,
  ...more,
});

const said = (id: string, text: string): Message => ({ id, author: 'avatar', text, complete: true, at: 0 });

const ours = (id: string, text: string, kind: 'ask' | 'speak'): Message => ({
  id,
  author: 'application',
  kind,
  text,
  complete: true,
  at: 0,
  delivery: { state: 'sent', sentBytes: 1, totalBytes: 1 },
});
