/** What the visitor chose, as it stands in the address. */

export const PROVIDERS = ['webrtc', 'livekit'] as const;
export type DemoProvider = (typeof PROVIDERS)[number];

/** `network`: the provider's own limits. The others lay another network's limits over it, so that pacing is seen. */
export const PACINGS = ['network', 'agora', 'trtc'] as const;
export type Pacing = (typeof PACINGS)[number];

export interface Choice {
  readonly provider: DemoProvider;
  readonly pacing: Pacing;
}

const standard: Choice = { provider: 'webrtc', pacing: 'network' };

/** Reads `?provider=…&pacing=…`; what it does not know counts as not given. */
export function readChoice(search: string): Choice {
  const given = new URLSearchParams(search);
  return {
    provider: oneOf(PROVIDERS, given.get('provider')) ?? standard.provider,
    pacing: oneOf(PACINGS, given.get('pacing')) ?? standard.pacing,
  };
}

/** The same address with `choice` in it; other parameters stay. */
export function writeChoice(choice: Choice, search: string): string {
  const parameters = new URLSearchParams(search);
  parameters.set('provider', choice.provider);
  if (choice.pacing === standard.pacing) parameters.delete('pacing');
  else parameters.set('pacing', choice.pacing);
  return `?${parameters.toString()}`;
}

function oneOf<T extends string>(known: readonly T[], value: string | null): T | undefined {
  return known.find((each) => each === value);
}
