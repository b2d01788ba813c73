/** How a chunk gives its adapter to the script that asked for it: by its own element, and by no name in the page. */

import type { AvatarTransport, Provider } from '@avatarwire/core';

export const HAND_OVER = 'avatarwire-adapter';

export type MakeTransport<P extends Provider> = () => AvatarTransport<P>;

export function handOver<P extends Provider>(make: MakeTransport<P>): void {
  document.currentScript?.dispatchEvent(new CustomEvent(HAND_OVER, { detail: make }));
}

export function isHandOver<P extends Provider>(event: Event): event is CustomEvent<MakeTransport<P>> {
  return event instanceof CustomEvent && typeof event.detail === 'function';
}
