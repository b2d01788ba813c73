/** The create request that all services share, looked at once. */

import { AvatarError } from '@avatarwire/core';
import * as v from 'valibot';
import type { OpenRequest } from '../contract';

const MAX_EXTRA_CHARACTERS = 16_384;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const text = v.pipe(v.string(), v.regex(/^[^\x00-\x1f\x7f]{1,256}$/));

const FIELDS = {
  provider: [v.string(), 'a network, such as agora'],
  avatarId: [text, 'a string of 1 to 256 characters'],
  voiceId: [text, 'a string of 1 to 256 characters'],
  language: [
    v.pipe(v.string(), v.regex(/^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*$/)),
    'a code of a language, such as en',
  ],
  mode: [v.picklist(['retelling', 'dialogue']), 'retelling or dialogue'],
  knowledgeId: [text, 'a string of 1 to 256 characters'],
  backgroundUrl: [v.pipe(v.string(), v.maxLength(2_048), v.check(isHttps)), 'an https: address'],
  durationSeconds: [v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 'a whole number of seconds above 0'],
  quality: [v.picklist(['low', 'medium', 'high', 'very-high']), 'low, medium, high or very-high'],
  extra: [v.custom(isPlainJson), 'an object of JSON values, at most 16 KiB'],
} satisfies Readonly<Record<keyof OpenRequest, readonly [v.GenericSchema, string]>>;

const REQUIRED: ReadonlySet<string> = new Set(['provider', 'avatarId']);

/** @throws AvatarError `invalid-argument`, naming the field */
export function checkRequest(service: string, request: OpenRequest): OpenRequest {
  const refuse = (message: string) => new AvatarError('invalid-argument', message, { service });
  const given: unknown = request;
  if (typeof given !== 'object' || given === null) throw refuse('request must be an object.');
  const unknownField = Object.keys(given).find((name) => !Object.hasOwn(FIELDS, name));
  if (unknownField !== undefined) {
    throw refuse(`request.${unknownField.slice(0, 64)} is no field of a request.`);
  }
  for (const [name, [schema, wanted]] of Object.entries(FIELDS)) {
    const value: unknown = Reflect.get(given, name);
    if (value === undefined && !REQUIRED.has(name)) continue;
    if (!v.is(schema, value)) throw refuse(`request.${name} must be ${wanted}.`);
  }
  return request;
}

function isHttps(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === 'https:';
}

function isPlainJson(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  try {
    return JSON.stringify(value).length <= MAX_EXTRA_CHARACTERS;
  } catch {
    return false;
  }
}
