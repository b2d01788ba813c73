/** What `set-params` may set, by the ranges of the documents, and what it has set. */

import type { AvatarMode } from '@avatarwire/core';
import { isObject, type JsonObject } from './dialects/json';

/** The parameters that can be seen or heard. */
export interface SpokenParameters {
  readonly mode: AvatarMode;
  /** 0.8 to 1.2. */
  readonly speed: number;
  readonly language: string | undefined;
  readonly backgroundUrl: string | undefined;
  readonly voiceId: string | undefined;
}

export interface Parameters {
  readonly current: SpokenParameters;
  /** Takes all or nothing; returns what was wrong. */
  apply(data: unknown): string | undefined;
  reset(): void;
}

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string' && value !== '';
const between =
  (low: number, high: number): Check =>
  (value) =>
    typeof value === 'number' && value >= low && value <= high;
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const words: Check = (value) =>
  isObject(value) && Object.values(value).every((word) => typeof word === 'string');

const TOP: Readonly<Record<string, Check>> = {
  vid: text,
  vurl: text,
  lang: text,
  mode: oneOf(1, 2),
  bgurl: text,
  vparams: isObject,
};
const VOICE: Readonly<Record<string, Check>> = {
  vid: text,
  vurl: text,
  speed: between(0.8, 1.2),
  stt_language: text,
  stt_type: oneOf('openai_realtime'),
  pron_map: words,
  turn_detection: isObject,
};
const TURNS: Readonly<Record<string, Check>> = {
  type: oneOf('server_vad', 'semantic_vad'),
  threshold: between(0, 1),
  prefix_padding_ms: between(0, Number.MAX_SAFE_INTEGER),
  silence_duration_ms: between(0, Number.MAX_SAFE_INTEGER),
};

/** The first thing wrong with the data of a `set-params`. Refuses what is not documented. */
export function parametersProblem(data: unknown): string | undefined {
  if (!isObject(data) || Object.keys(data).length === 0) return 'data is empty.';
  const voice = isObject(data.vparams) ? data.vparams : {};
  const turns = isObject(voice.turn_detection) ? voice.turn_detection : {};
  return (
    firstProblem(data, TOP, 'data.') ??
    firstProblem(voice, VOICE, 'data.vparams.') ??
    firstProblem(turns, TURNS, 'data.vparams.turn_detection.') ??
    semanticProblem(turns)
  );
}

function firstProblem(
  object: JsonObject,
  checks: Readonly<Record<string, Check>>,
  prefix: string,
): string | undefined {
  for (const [key, value] of Object.entries(object)) {
    const check = checks[key];
    if (check === undefined) return `${prefix}${key} is not known.`;
    if (!check(value)) return `${prefix}${key} is out of range.`;
  }
  return undefined;
}

function semanticProblem(turns: JsonObject): string | undefined {
  const onlyType = Object.keys(turns).every((key) => key === 'type');
  if (turns.type === 'semantic_vad' && !onlyType)
    return 'data.vparams.turn_detection: these belong to server_vad.';
  return undefined;
}

export function createParameters(initialMode: AvatarMode): Parameters {
  const initial: SpokenParameters = {
    mode: initialMode,
    speed: 1,
    language: undefined,
    backgroundUrl: undefined,
    voiceId: undefined,
  };
  let current = initial;
  return {
    get current() {
      return current;
    },
    apply(data) {
      const problem = parametersProblem(data);
      if (problem !== undefined || !isObject(data)) return problem;
      const voice = isObject(data.vparams) ? data.vparams : {};
      current = {
        mode: data.mode === undefined ? current.mode : data.mode === 1 ? 'retelling' : 'dialogue',
        speed: typeof voice.speed === 'number' ? voice.speed : current.speed,
        language: stringOr(data.lang, current.language),
        backgroundUrl: stringOr(data.bgurl, current.backgroundUrl),
        voiceId: stringOr(voice.vid ?? data.vid, current.voiceId),
      };
      return undefined;
    },
    reset() {
      current = initial;
    },
  };
}

function stringOr(value: unknown, otherwise: string | undefined): string | undefined {
  return typeof value === 'string' ? value : otherwise;
}
