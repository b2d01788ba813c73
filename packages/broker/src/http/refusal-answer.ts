import type { Refusal } from '../refusal';

/** What a client waits where nobody said how long. */
const SOON_MS = 1_000;

const ASKS_TO_WAIT: ReadonlySet<number> = new Set([429, 503]);

export function refusalAnswer(refusal: Refusal, requestId: string): Response {
  const { status, code, message, field, service, serviceCode } = refusal;
  const retryAfterMs = refusal.retryAfterMs ?? (ASKS_TO_WAIT.has(status) ? SOON_MS : undefined);
  const headers = new Headers({ 'content-type': 'application/json' });
  if (retryAfterMs !== undefined) {
    headers.set('retry-after', `${Math.max(1, Math.ceil(retryAfterMs / 1_000))}`);
  }
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  if (refusal.allow !== undefined) headers.set('allow', refusal.allow);
  const error = { code, message, field, retryAfterMs, service, serviceCode };
  return new Response(JSON.stringify({ error, requestId }), { status, headers });
}
