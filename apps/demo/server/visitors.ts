/** Who asks: whoever holds the cookie that came with the choices, the first thing that the page asks for. */

import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from '@avatarwire/broker';

const NAME = 'avatarwire-visitor';
const FORM = new RegExp(`(?:^|; ?)${NAME}=([0-9a-f]{32})(?:;|$)`);

/** Undefined without the cookie. */
export function visitorOf(cookies: string | null | undefined): Caller | undefined {
  const [, secret] = FORM.exec(cookies ?? '') ?? [];
  // Ids stand in the store and in logs: not the cookie itself.
  return secret === undefined
    ? undefined
    : { id: createHash('sha256').update(secret).digest('base64url').slice(0, 22) };
}

/** For `Set-Cookie`. Kept from scripts and from every other site; gone with the browser. */
export function newVisitor(): string {
  return `${NAME}=${randomBytes(16).toString('hex')}; Path=/; HttpOnly; SameSite=Strict`;
}
