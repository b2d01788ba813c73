import { AvatarError } from '@avatarwire/core';
import * as v from 'valibot';
import { isLoopback } from '../loopback';
import type { ModelProxyOptions } from './options';

export type CheckedModel = Readonly<v.InferOutput<typeof schema>>;

const LONGEST_MS = 3_600_000;

const whole = (least: number, most: number) => {
  const wanted = `has to be a whole number from ${least} to ${most}.`;
  return v.pipe(v.number(wanted), v.integer(wanted), v.minValue(least, wanted), v.maxValue(most, wanted));
};

const tokens = whole(1, Number.MAX_SAFE_INTEGER);

const text = v.pipe(v.string('has to be a string.'), v.nonEmpty('must not be empty.'));

const KEY = 'has to be a string of printable ASCII characters without spaces.';

const TOOL = 'has to be a list of objects.';

const schema = v.strictObject(
  {
    baseUrl: v.pipe(
      v.string('has to be a string.'),
      v.check(
        isSafe,
        'has to be an https: address, or http: on a loopback address, without query and login.',
      ),
      v.transform((url) => new URL(url).href.replace(/\/+$/, '')),
    ),
    // Anything else `fetch` refuses as a header, and puts it into its error.
    apiKey: v.pipe(v.string(KEY), v.regex(/^[\x21-\x7e]{1,4096}$/, KEY)),
    model: v.pipe(text, v.maxLength(256, 'is longer than 256 characters.')),
    system: v.optional(text),
    maxAnswerTokens: v.optional(whole(1, 131_072), 1_024),
    tokenLimitField: v.optional(
      v.picklist(['max_completion_tokens', 'max_tokens'], 'has to be max_completion_tokens or max_tokens.'),
      'max_completion_tokens',
    ),
    asksForUsage: v.optional(v.boolean('has to be true or false.'), true),
    temperature: v.optional(
      v.pipe(
        v.number('has to be a number from 0 to 2.'),
        v.minValue(0, 'has to be a number from 0 to 2.'),
        v.maxValue(2, 'has to be a number from 0 to 2.'),
      ),
    ),
    tools: v.optional(v.array(v.record(v.string(), v.unknown(), TOOL), TOOL)),
    budget: v.optional(
      v.strictObject(
        {
          tokensPerSession: v.optional(tokens, 50_000),
          tokensPerCallerAndDay: v.optional(tokens, 200_000),
        },
        'has to be an object with tokensPerSession and tokensPerCallerAndDay alone.',
      ),
      {},
    ),
    maxMessages: v.optional(whole(1, 10_000), 64),
    maxCharacters: v.optional(whole(1, 10_000_000), 32_768),
    timeoutMs: v.optional(whole(1, LONGEST_MS), 15_000),
    silenceMs: v.optional(whole(1, LONGEST_MS), 15_000),
    cache: v.optional(
      v.strictObject(
        { entries: whole(1, 10_000), ttlMs: whole(1, Number.MAX_SAFE_INTEGER) },
        'has to be an object with entries and ttlMs.',
      ),
    ),
    fetch: v.optional(
      v.custom<typeof fetch>((value) => typeof value === 'function', 'has to be a function.'),
    ),
  },
  ({ expected }) => (expected === 'never' ? 'is no option.' : 'is missing.'),
);

/** @throws AvatarError `invalid-argument`, naming the option; nothing of a value stands in it */
export function checkOptions(options: ModelProxyOptions): CheckedModel {
  const result = v.safeParse(schema, options, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new AvatarError('invalid-argument', `${path === null ? 'model' : `model.${path}`} ${issue.message}`);
}

/** A key must not travel in the clear. */
function isSafe(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, search, hash, username, password } = new URL(value);
  const isClean = [search, hash, username, password].every((part) => part === '');
  return isClean && (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)));
}
