import * as v from 'valibot';
import type { Dialect } from '../http/dialect';
import { HEYGEN_CODES, SUCCESS } from './codes';

const envelope = v.looseObject({
  code: v.fallback(v.optional(v.union([v.number(), v.string()])), undefined),
  data: v.optional(v.unknown()),
  message: v.fallback(v.optional(v.string()), undefined),
  error: v.optional(v.unknown()),
});

const described = v.looseObject({
  code: v.fallback(v.optional(v.union([v.number(), v.string()])), undefined),
  message: v.fallback(v.optional(v.string()), undefined),
});

/** `{ code?, data, message? }`, with `error` beside or instead of them in a refusal. */
export const heygenDialect: Dialect = Object.freeze({
  service: 'heygen',
  title: 'HeyGen',
  codes: HEYGEN_CODES,
  envelope(body: unknown) {
    const result = v.safeParse(envelope, body);
    if (!result.success) return undefined;
    const { code, data, message, error } = result.output;
    const failed = error !== undefined && error !== null && error !== '';
    if (!failed && (code === undefined ? data !== undefined : SUCCESS.has(Number(code)))) {
      return { ok: true, data } as const;
    }
    if (!failed && code === undefined && message === undefined) return undefined;
    const reason = v.safeParse(described, error);
    const number = code ?? (reason.success ? reason.output.code : undefined);
    const said =
      (reason.success ? reason.output.message : undefined) ?? (typeof error === 'string' ? error : message);
    return {
      ok: false,
      ...(number !== undefined && { code: number }),
      ...(said !== undefined && { said }),
    } as const;
  },
});
