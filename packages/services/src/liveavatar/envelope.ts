import * as v from 'valibot';
import type { Dialect } from '../http/dialect';
import { LIVEAVATAR_CODES, SUCCESS } from './codes';

const envelope = v.looseObject({
  code: v.number(),
  data: v.optional(v.unknown()),
  message: v.fallback(v.optional(v.nullable(v.string())), undefined),
});

/** `{ code, data, message }`: 1000 and 100 are success. */
export const liveavatarDialect: Dialect = Object.freeze({
  service: 'liveavatar',
  title: 'LiveAvatar',
  codes: LIVEAVATAR_CODES,
  envelope(body: unknown) {
    const result = v.safeParse(envelope, body);
    if (!result.success) return undefined;
    const { code, data, message } = result.output;
    if (SUCCESS.has(code)) return { ok: true, data } as const;
    return { ok: false, code, ...(typeof message === 'string' && { said: message }) } as const;
  },
});
