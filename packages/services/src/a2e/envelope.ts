import * as v from 'valibot';
import type { Dialect } from '../http/dialect';
import { A2E_CODES, SUCCESS } from './codes';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

const envelope = v.looseObject({
  code: v.number(),
  msg: v.fallback(v.optional(v.string()), undefined),
  data: v.optional(v.unknown()),
  trace_id: v.fallback(v.optional(v.pipe(v.string(), v.regex(UUID))), undefined),
});

/** `{ code, data, trace_id }`, with `msg` in a refusal: 0 is success. */
export const a2eDialect: Dialect = Object.freeze({
  service: 'a2e',
  title: 'A2E',
  codes: A2E_CODES,
  envelope(body: unknown) {
    const result = v.safeParse(envelope, body);
    if (!result.success) return undefined;
    const { code, msg, data, trace_id } = result.output;
    if (code === SUCCESS) return { ok: true, data } as const;
    return {
      ok: false,
      code,
      ...(msg !== undefined && { said: msg }),
      ...(trace_id !== undefined && { trace: trace_id }),
    } as const;
  },
});
