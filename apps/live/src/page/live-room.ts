/** A fresh room, and the ids of those who will be in it. */

import type { Provider, ProviderCredentials } from '@avatarwire/core';
import type { PageCloud } from './page-cloud';

export interface LiveRoom<P extends Provider> {
  readonly name: string;
  readonly visitor: string;
  readonly avatar: string;
  /** Sees who is there. Of this room alone: some clouds throw out whose id enters another room. */
  readonly onlooker: string;
  readonly credentials: ProviderCredentials[P];
}

export async function freshRoom<P extends Provider>(cloud: PageCloud<P>): Promise<LiveRoom<P>> {
  const tag = crypto.randomUUID().slice(0, 8);
  const name = `avatarwire-live-${tag}`;
  const visitor = `visitor-${tag}`;
  return {
    name,
    visitor,
    avatar: `avatar-${tag}`,
    onlooker: `onlooker-${tag}`,
    credentials: await cloud.credentials(name, visitor),
  };
}
