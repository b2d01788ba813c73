/** What both pages need. */

import { isAvatarError } from '@avatarwire/core';

/** Both pages are in the room that their address names. */
export const room = new URLSearchParams(location.search).get('room') ?? 'lobby';

export const AVATAR = 'avatar';

export function attempt(call: Promise<unknown>): void {
  tell('');
  call.catch((error: unknown) =>
    tell(isAvatarError(error) ? `${error.code}: ${error.message}` : String(error)),
  );
}

export function tell(text: string): void {
  find('#problem', HTMLElement).textContent = text;
}

export function find<T extends HTMLElement>(selector: string, type: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`The page has no ${selector}`);
  return found;
}
