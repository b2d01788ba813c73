/** What the visitor chose, as it stands in the address. */

export const PROVIDERS = ['webrtc', 'livekit', 'agora', 'trtc'] as const;
export type DemoProvider = (typeof PROVIDERS)[number];

const standard: DemoProvider = 'webrtc';

/** Reads `?provider=…`; what it does not know counts as not given. */
export function readProvider(search: string): DemoProvider {
  const given = new URLSearchParams(search).get('provider');
  return PROVIDERS.find((each) => each === given) ?? standard;
}

/** The same address with `provider` in it; other parameters stay. */
export function writeProvider(provider: DemoProvider, search: string): string {
  const parameters = new URLSearchParams(search);
  parameters.set('provider', provider);
  return `?${parameters.toString()}`;
}
