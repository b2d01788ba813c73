/** How asking the model fails, in words that a page may see. Nothing that a server said is among them. */

import { Refusal } from '../refusal';

/** A failure that may be gone when the model is asked again. */
export class Transient extends Error {
  override readonly name = 'Transient';
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

const SERVICE = 'model';
const BUSY_MS = 2_000;
const LONGEST_BUSY_MS = 3_600_000;

export const failures = {
  broken: (cause?: unknown) =>
    new Transient(
      new Refusal(502, 'network', 'The connection to the model broke off.', { service: SERVICE, cause }),
    ),
  late: (ms: number) =>
    new Refusal(504, 'connect-timeout', `The model did not begin to answer within ${ms} ms.`, {
      service: SERVICE,
    }),
  silent: (ms: number) =>
    new Refusal(502, 'network', `The model fell silent for ${ms} ms.`, { service: SERVICE }),
  malformed: () =>
    new Refusal(502, 'network', 'The model answered with something that is no chat completion.', {
      service: SERVICE,
    }),
  reported: () => new Refusal(502, 'network', 'The model reported that it failed.', { service: SERVICE }),
  oversize: () =>
    new Refusal(502, 'service-refused', 'The model answered with more than is taken.', { service: SERVICE }),
  expired: () => new Refusal(404, 'session-gone', 'The session has ended.'),
  stopped: () =>
    new Refusal(503, 'service-busy', 'The broker is shutting down; ask again.', { retryAfterMs: 1_000 }),
};

/** What a status other than success means. */
export function failureOf(response: Response, wallNow: number): Refusal | Transient {
  const { status } = response;
  const said = { service: SERVICE, serviceCode: status };
  if (status >= 500) return new Transient(new Refusal(502, 'network', 'The model failed.', said));
  if (status === 401 || status === 403) {
    return new Refusal(502, 'service-refused', "The broker's account was refused by the model.", said);
  }
  if (status === 429) {
    const retryAfterMs = retryAfterOf(response, wallNow);
    return new Refusal(503, 'service-busy', 'The model has too much to do.', { ...said, retryAfterMs });
  }
  return new Refusal(502, 'service-refused', 'The model did not take the request.', said);
}

function retryAfterOf(response: Response, wallNow: number): number {
  const header = response.headers.get('retry-after')?.trim();
  if (!header) return BUSY_MS;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - wallNow : seconds * 1_000;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_BUSY_MS) : BUSY_MS;
}
