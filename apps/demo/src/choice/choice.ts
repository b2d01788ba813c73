/** What the visitor chose, as it stands in the address, and what there is to choose from. */

export const PROVIDERS = ['webrtc', 'livekit', 'agora', 'trtc'] as const;
export type DemoProvider = (typeof PROVIDERS)[number];

/**
 * A company's name alone is the real service, on the user's account; with `-mock` our mock of it. `own-room` is a room
 * that the user opened elsewhere, `none` the simulator in the page.
 */
export const SERVICES = [
  'akool',
  'a2e',
  'heygen',
  'liveavatar',
  'own-room',
  'akool-mock',
  'a2e-mock',
  'heygen-mock',
  'liveavatar-mock',
  'none',
] as const;
export type DemoService = (typeof SERVICES)[number];

export interface Choice {
  readonly service: DemoService;
  readonly provider: DemoProvider;
}

/** A service with the providers that it offers here, the standard one first. */
export interface Offer {
  readonly service: DemoService;
  readonly providers: readonly [DemoProvider, ...DemoProvider[]];
}

/** The standard one first. */
export type Choices = readonly [Offer, ...Offer[]];

/**
 * Reads `?service=…&provider=…`. What is not offered here counts as not given; a provider alone leads to the first
 * service that offers it.
 */
export function readChoice(search: string, choices: Choices): Choice {
  const parameters = new URLSearchParams(search);
  const provider = PROVIDERS.find((each) => each === parameters.get('provider'));
  const offer =
    choices.find(({ service }) => service === parameters.get('service')) ??
    choices.find(({ providers }) => providers.some((each) => each === provider)) ??
    choices[0];
  return choose(offer, provider);
}

/** That service, with the provider if it offers it here. */
export function choose({ service, providers }: Offer, provider: DemoProvider | undefined): Choice {
  return { service, provider: providers.find((each) => each === provider) ?? providers[0] };
}

/** The same address with the choice in it; other parameters stay. */
export function writeChoice({ service, provider }: Choice, search: string): string {
  const parameters = new URLSearchParams(search);
  parameters.set('service', service);
  parameters.set('provider', provider);
  return `?${parameters.toString()}`;
}
