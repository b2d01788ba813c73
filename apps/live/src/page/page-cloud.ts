import type { Provider, ProviderCredentials } from '@avatarwire/core';
import type { Cloud, LiveProvider } from '../live-provider';

/** A cloud as a page sees it: how to make a transport, and where credentials come from. */
export interface PageCloud<P extends Provider> extends Cloud<P> {
  credentials(room: string, who: string): Promise<ProviderCredentials[P]>;
}

/** What Node does for pages, given to them as functions of the same names. */
export interface NodeSide {
  /** @returns the credentials of `provider` as JSON */
  credentialsFor(room: string, who: string): Promise<unknown>;
  callFar(method: string, args: readonly unknown[]): Promise<unknown>;
  tellVisitor(seat: unknown, bytes: readonly number[]): Promise<void>;
}

export async function openCloud<P extends Provider>(
  provider: LiveProvider<P>,
  emulated: boolean,
  node: NodeSide,
): Promise<PageCloud<P>> {
  if (emulated) {
    const double = await provider.emulate?.();
    if (double === undefined) throw new Error(`There is no double of ${provider.provider}.`);
    return {
      transport: () => double.transport(),
      credentials: async (room, who) => double.credentials(room, who),
    };
  }
  const cloud = await provider.open();
  return {
    transport: () => cloud.transport(),
    // Made by the same provider's `access`, in Node.
    credentials: async (room, who) => (await node.credentialsFor(room, who)) as ProviderCredentials[P],
  };
}
