import { type Choices, type Offer, PROVIDERS, SERVICES } from './choice';

/** Needs no server: the avatar stands in the page. */
const withoutService: Offer = { service: 'none', providers: ['webrtc', 'agora', 'trtc'] };

const PATIENCE_MS = 3_000;

/** As the server says; without an answer, what needs no server. */
export async function readChoices(address = '/api/choices'): Promise<Choices> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const [first, ...others] = offersIn(await answer.json());
    return first === undefined ? [withoutService] : [first, ...others, withoutService];
  } catch {
    return [withoutService];
  }
}

function offersIn(answer: unknown): readonly Offer[] {
  const { services } = answer as { services: readonly { service: unknown; providers: readonly unknown[] }[] };
  return services.flatMap((given) => {
    const service = SERVICES.find((each) => each === given.service);
    const [first, ...others] = PROVIDERS.filter((each) => given.providers.includes(each));
    return service === undefined || first === undefined ? [] : [{ service, providers: [first, ...others] }];
  });
}
