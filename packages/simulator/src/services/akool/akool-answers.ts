import { type Answer, type Call, type Fields, ServiceRefusal } from '../call';
import { AKOOL_MESSAGES } from './akool-codes';

/** `data` may be absent on success, as after a close. */
export function success(data?: unknown, beside: Fields = {}): Answer {
  return { status: 200, body: { code: 1_000, msg: 'OK', ...beside, ...(data !== undefined && { data }) } };
}

/** HTTP says 200 for refusals too, unless the fault is HTTP's own. */
export function refuse({ code, message, status }: ServiceRefusal): Answer {
  if (typeof code === 'number')
    return { status: status ?? 200, body: { code, msg: AKOOL_MESSAGES[code] ?? message } };
  return {
    status: status ?? 400,
    body: { code: code === 'too-many-requests' ? 1_005 : 1_003, msg: message },
  };
}

export function refusal(code: number, detail?: string): ServiceRefusal {
  return new ServiceRefusal(code, detail ?? AKOOL_MESSAGES[code] ?? '');
}

/** A page of `all`, as `page` and `size` ask; 1 and 10 where they say nothing. */
export function pageOf<T>({ query }: Call, all: readonly T[]): readonly T[] {
  const page = wholeOf(query, 'page', 1, 1_000_000) ?? 1;
  const size = wholeOf(query, 'size', 1, 100) ?? 10;
  return all.slice((page - 1) * size, page * size);
}

/** @throws ServiceRefusal 1003 */
export function wholeOf(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw refusal(1_003);
  return value;
}
