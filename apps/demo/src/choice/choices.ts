import { type Choices, type Offer, PROVIDERS, SERVICES } from './choice';

/** What the server has for this page. */
export interface Offered {
  readonly choices: Choices;
  /** Where the mock services take rooms of pages. Absent without a server. */
  readonly pagesUrl?: string;
}

/** Needs no server: the avatar stands in the page. */
const withoutService: Offer = { service: 'none', providers: ['webrtc', 'agora', 'trtc'] };

const PATIENCE_MS = 3_000;

/** As the server says; without an answer, what needs no server. */
export async function readOffered(address = '/api/choices'): Promise<Offered> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const { services, pagesUrl } = (await answer.json()) as Answer;
    const [first, ...others] = offersIn(services);
    if (first === undefined) return { choices: [withoutService] };
    return { choices: [first, ...others, withoutService], pagesUrl };
  } catch {
    return { choices: [withoutService] };
  }
}

interface Answer {
  readonly services: readonly { readonly service: unknown; readonly providers: readonly unknown[] }[];
  readonly pagesUrl: string;
}

function offersIn(services: Answer['services']): readonly Offer[] {
  return services.flatMap((given) => {
    const service = SERVICES.find((each) => each === given.service);
    const [first, ...others] = PROVIDERS.filter((each) => given.providers.includes(each));
    return service === undefined || first === undefined ? [] : [{ service, providers: [first, ...others] }];
  });
}
