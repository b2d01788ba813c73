import type { ConnectionDetails, SessionSource } from '@avatarwire/core';

/**
 * Your own backend, which holds the key of the avatar service. `POST url` with `{ provider }` opens a session there
 * and answers with `ConnectionDetails`; `DELETE url/ID` closes it.
 */
export function backend(url: string): SessionSource {
  return {
    async open({ provider }, { signal }) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ provider }),
        signal,
      });
      // Whatever is no AvatarError counts as a failure of the network: the next provider is tried.
      if (!answer.ok) throw new Error(`The backend answered ${answer.status}.`);
      return (await answer.json()) as ConnectionDetails;
    },
    async close({ sessionId }, { keepalive }) {
      if (sessionId !== undefined) await fetch(`${url}/${sessionId}`, { method: 'DELETE', keepalive });
    },
  };
}
