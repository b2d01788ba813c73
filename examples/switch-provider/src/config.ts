import type { Provider } from '@avatarwire/core';

export interface Config {
  /** The one word: `agora`, `livekit`, `trtc` or `webrtc`. */
  readonly provider: Provider;
  /** Tried in this order when that one cannot connect. */
  readonly otherwise: readonly Provider[];
}

/** Read when the page starts, so that another provider needs no other build. */
export async function readConfig(): Promise<Config> {
  const answer = await fetch('./config.json');
  const { provider, otherwise = [] } = (await answer.json()) as Partial<Config>;
  if (provider === undefined || !Array.isArray(otherwise)) {
    throw new Error('config.json must hold { "provider": "…", "otherwise": ["…"] }.');
  }
  return { provider, otherwise };
}
