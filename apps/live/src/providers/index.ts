import { agora } from './agora';
import { livekit } from './livekit';
import { trtc } from './trtc';

export const providers = { agora, trtc, livekit } as const;

export type ProviderName = keyof typeof providers;

export const providerNames = Object.keys(providers) as readonly ProviderName[];

export function isProviderName(name: string): name is ProviderName {
  return Object.hasOwn(providers, name);
}
