import {
  AvatarError,
  type AvatarErrorCode,
  type ConnectionDetails,
  type SessionSource,
} from '@avatarwire/core';

const BEAT_MS = 30_000;

/** Sessions from this page's own server: three small calls, as an application would make to its backend. */
export function serverSource(base = '/api/sessions'): SessionSource {
  let stopBeating = () => {};

  return {
    async open({ provider }, { signal }) {
      const details = (await call(base, {
        method: 'POST',
        body: JSON.stringify({ provider }),
        signal,
      })) as ConnectionDetails;
      // On an account of the user's the session was opened elsewhere, and is closed there.
      if (details.sessionId === undefined) return details;
      const beat = setInterval(() => {
        // A beat that is lost is made up for by the next; the server closes only after several.
        fetch(`${addressOf(base, details)}/beat`, { method: 'POST' }).catch(() => undefined);
      }, BEAT_MS);
      stopBeating = () => clearInterval(beat);
      return details;
    },
    async close(details, { keepalive }) {
      stopBeating();
      if (details.sessionId === undefined) return;
      await call(addressOf(base, details), { method: 'DELETE', keepalive });
    },
  };
}

function addressOf(base: string, { sessionId = '' }: ConnectionDetails): string {
  return `${base}/${encodeURIComponent(sessionId)}`;
}

async function call(address: string, request: RequestInit): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(address, { ...request, headers }).catch((cause: unknown) => {
    request.signal?.throwIfAborted();
    throw new AvatarError('network', 'The demo server does not answer.', { cause });
  });
  if (answer.status === 204) return undefined;
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw errorFrom(body, answer.status);
  return body;
}

/** The demo server answers `{ error: { code, message, retryAfterMs? } }` with one of our own codes. */
function errorFrom(body: unknown, status: number): AvatarError {
  const { error } = (body ?? {}) as {
    error?: { code?: AvatarErrorCode; message?: string; retryAfterMs?: number };
  };
  if (error?.code === undefined)
    return new AvatarError('network', `The demo server answered ${status}.`, { serviceCode: status });
  const { code, message = '', retryAfterMs } = error;
  return new AvatarError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}
