import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAvatarError } from '../src/errors';
import { encodeCommand } from '../src/protocol/encode';
import type { AvatarAction, AvatarParams } from '../src/protocol/messages';
import { checkAction, checkParams, mergeParams, splitParams } from '../src/protocol/params';

function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (isAvatarError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

/** What callers in plain JavaScript may pass. */
const wrongParams = (params: unknown) => refusal(() => checkParams(params as AvatarParams));
const wrongAction = (action: unknown) => refusal(() => checkAction(action as AvatarAction));

const FULL: AvatarParams = {
  mode: 'dialogue',
  language: 'en',
  backgroundUrl: 'https://example.com/b.mp4',
  voice: { id: 'v', url: 'http://example.com/v', speed: 0.8, pronunciation: { a: 'b' } },
  recognition: {
    language: 'en',
    engine: 'x',
    turnDetection: { type: 'server', threshold: 0, silenceDurationMs: 1 },
  },
};

describe('checkParams', () => {
  test('returns a frozen copy of what is in order', () => {
    const checked = checkParams(FULL);
    expect(checked).toEqual(FULL);
    expect(checked).not.toBe(FULL);
    expect(Object.isFrozen(checked.voice?.pronunciation)).toBe(true);
    expect(Object.isFrozen(FULL.voice?.pronunciation)).toBe(false);
  });

  test('takes both ends of each range, and undefined as left out', () => {
    expect(checkParams({ voice: { speed: 1.2 } })).toEqual({ voice: { speed: 1.2 } });
    expect(
      checkParams({ recognition: { turnDetection: { type: 'server', threshold: 1, prefixPaddingMs: 0 } } }),
    ).toBeDefined();
    expect(wrongParams({ mode: 'dialogue', language: undefined })).toBe('accepted');
    expect(wrongParams({ voice: { pronunciation: {} } })).toBe('accepted');
  });

  test.each([
    [undefined, 'params must be an object'],
    [[], 'params must be an object'],
    [{}, 'params must name at least one field'],
    [{ mode: undefined }, 'params must name at least one field'],
    [{ voice: {} }, 'params.voice must name at least one field'],
    [{ voice: 'v' }, 'params.voice must be an object'],
    [{ mode: 1 }, 'params.mode must be one of: retelling, dialogue'],
    [{ mode: 'toString' }, 'params.mode'],
    [{ language: '' }, 'params.language'],
    [{ language: 'a\ud83d' }, 'params.language'],
    [{ backgroundUrl: 'ftp://example.com/x' }, 'params.backgroundUrl must be an absolute http or https URL'],
    [{ backgroundUrl: '/x.png' }, 'params.backgroundUrl'],
    [{ backgroundUrl: 'https://' }, 'params.backgroundUrl'],
    [{ backgroundUrl: 'javascript:alert(1)' }, 'params.backgroundUrl'],
    [{ voice: { speed: 0.79 } }, 'params.voice.speed must be a number from 0.8 to 1.2'],
    [{ voice: { speed: Number.NaN } }, 'params.voice.speed'],
    [{ voice: { speed: '1' } }, 'params.voice.speed'],
    [{ voice: { pronunciation: ['a'] } }, 'params.voice.pronunciation'],
    [{ voice: { pronunciation: { a: 1 } } }, 'params.voice.pronunciation'],
    [{ voice: { pronunciation: { '': 'x' } } }, 'params.voice.pronunciation'],
    [{ voice: { pitch: 2 } }, 'params.voice.pitch is not a parameter'],
    [{ 'voice.id': 'v' }, 'params.voice.id is not a parameter'],
    [{ lang: 'en' }, 'params.lang is not a parameter'],
    [JSON.parse('{"__proto__":{"mode":"dialogue"}}'), 'params.__proto__ is not a parameter'],
    [
      { recognition: { turnDetection: { threshold: 0.5 } } },
      'params.recognition.turnDetection.type must be given',
    ],
    [
      { recognition: { turnDetection: { type: 'server', threshold: 1.1 } } },
      'turnDetection.threshold must be a number from 0 to 1',
    ],
    [
      { recognition: { turnDetection: { type: 'server', prefixPaddingMs: -1 } } },
      'turnDetection.prefixPaddingMs',
    ],
    [
      { recognition: { turnDetection: { type: 'server', silenceDurationMs: Infinity } } },
      'turnDetection.silenceDurationMs',
    ],
    [
      { recognition: { turnDetection: { type: 'semantic', threshold: 0.5 } } },
      'turnDetection.threshold goes with the type server only',
    ],
  ])('refuses %j, naming the field', (params, expected) => {
    expect(wrongParams(params)).toContain(`invalid-argument: `);
    expect(wrongParams(params)).toContain(expected);
  });
});

describe('checkAction', () => {
  test('takes a gesture, an expression or both', () => {
    expect(checkAction({ gesture: 'cheer' })).toEqual({ gesture: 'cheer' });
    expect(checkAction({ gesture: 'nod', expression: 'angry' })).toEqual({
      gesture: 'nod',
      expression: 'angry',
    });
    expect(checkAction({ expression: 'angry' })).toEqual({ expression: 'angry' });
  });

  test.each([
    [null, 'action must be an object'],
    [{}, 'action must name a gesture'],
    [{ gesture: 'jump' }, 'action.gesture must be one of: hand_wave'],
    [{ expression: 'joy' }, 'action.expression must be one of: angry'],
    [{ action: 'nod' }, 'action.action is not a field'],
    [JSON.parse('{"__proto__":"nod"}'), 'action.__proto__ is not a field'],
  ])('refuses %j, naming the field', (action, expected) => {
    expect(wrongAction(action)).toContain(`invalid-argument: ${expected}`);
  });
});

describe('mergeParams', () => {
  test('puts the newer fields in place of the older ones, group by group', () => {
    expect(mergeParams(FULL, { mode: 'retelling', voice: { speed: 1 } })).toEqual({
      ...FULL,
      mode: 'retelling',
      voice: { ...FULL.voice, speed: 1 },
    });
    expect(mergeParams({}, { language: 'de' })).toEqual({ language: 'de' });
  });

  test('replaces the map of pronunciations as a whole', () => {
    const merged = mergeParams(FULL, { voice: { pronunciation: { c: 'd' } } });
    expect(merged.voice?.pronunciation).toEqual({ c: 'd' });
  });

  test('keeps the numbers of turn detection while its type stays, and drops them when it changes', () => {
    const silence = mergeParams(FULL, {
      recognition: { turnDetection: { type: 'server', silenceDurationMs: 9 } },
    });
    expect(silence.recognition?.turnDetection).toEqual({
      type: 'server',
      threshold: 0,
      silenceDurationMs: 9,
    });
    const semantic = mergeParams(FULL, { recognition: { turnDetection: { type: 'semantic' } } });
    expect(semantic.recognition?.turnDetection).toEqual({ type: 'semantic' });
    expect(() => checkParams(semantic)).not.toThrow();
  });
});

describe('splitParams', () => {
  const bytes = (params: AvatarParams) =>
    encodeCommand({ name: 'set-params', params }, 'abcdefghijkl').length;

  test('keeps everything together where it fits, and makes nothing of nothing', () => {
    expect(splitParams(FULL, () => true)).toEqual([FULL]);
    expect(splitParams({}, () => true)).toEqual([]);
  });

  test('makes groups that fit and that together say the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 190, max: 600 }), (limit) => {
        const groups = splitParams(FULL, (params) => bytes(params) <= limit);
        for (const group of groups) {
          expect(bytes(group)).toBeLessThanOrEqual(limit);
          expect(() => checkParams(group)).not.toThrow();
        }
        expect(groups.reduce(mergeParams, {})).toEqual(FULL);
      }),
    );
  });

  test('names the field that does not fit alone', () => {
    const pronunciation = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`word${at}`, 'said']));
    const params: AvatarParams = { mode: 'dialogue', voice: { pronunciation } };
    expect(refusal(() => splitParams(params, (group) => bytes(group) <= 1_000))).toMatch(
      /^packet-too-large: params\.voice\.pronunciation /,
    );
  });
});
