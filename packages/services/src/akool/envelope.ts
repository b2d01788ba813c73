import * as v from 'valibot';
import type { Dialect } from '../http/dialect';
import { AKOOL_CODES, SUCCESS } from './codes';

const envelope = v.looseObject({
  // As a string where a back end stands in between.
  code: v.pipe(v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,9}$/))]), v.transform(Number)),
  msg: v.fallback(v.optional(v.string()), undefined),
  data: v.optional(v.unknown()),
});

/** `{ code, msg, data }`: 1000 is success, whatever the status; `data` may be absent. */
export const akoolDialect: Dialect = Object.freeze({
  service: 'akool',
  title: 'AKOOL',
  codes: AKOOL_CODES,
  envelope(body: unknown) {
    const result = v.safeParse(envelope, body);
    if (!result.success) return undefined;
    const { code, msg, data, token } = result.output;
    // `getToken` is documented with its token beside `data`, and in it.
    if (code === SUCCESS) return { ok: true, data: typeof token === 'string' ? { token } : data } as const;
    return { ok: false, code, ...(msg !== undefined && { said: msg }) } as const;
  },
});
