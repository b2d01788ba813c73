/** What the Node side answers by itself, in the same form as the broker. */

import { randomUUID } from 'node:crypto';
import type { AvatarErrorCode } from '@avatarwire/core';

export function refusal(status: number, code: AvatarErrorCode, message: string): Response {
  const requestId = randomUUID();
  return Response.json(
    { error: { code, message }, requestId },
    { status, headers: { 'cache-control': 'no-store', 'x-request-id': requestId } },
  );
}

export function state(status: 200 | 503, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
  });
}
