/** The way to the gateway, where it is blocked: how the SDK fails then, and when. */

import { AgoraRTCException } from './agora-error';
import type { AgoraClientConfig } from './agora-types';
import type { AgoraReach, AgoraWorld } from './agora-world';

interface Failure {
  readonly code: string;
  /** With the retries that a test asks for: 300 ms each, one of them. */
  readonly afterMs: number;
}

const FAILURES: Readonly<Record<Exclude<AgoraReach, 'open'>, Failure>> = {
  unresolved: { code: 'NETWORK_ERROR', afterMs: 1_000 },
  'server-error': { code: 'NETWORK_RESPONSE_ERROR', afterMs: 1_000 },
  hangs: { code: 'NETWORK_TIMEOUT', afterMs: 6_000 },
};

/** Without `httpRetryConfig` the SDK tries for ever: the promise never settles. So it does with no retry at all. */
export async function reachGateway(
  { clock, faults }: AgoraWorld,
  { httpRetryConfig }: AgoraClientConfig,
): Promise<void> {
  const { reach = 'open' } = faults;
  if (reach === 'open') return;
  const { code, afterMs } = FAILURES[reach];
  if (httpRetryConfig === undefined || httpRetryConfig.maxRetryCount < 1) return new Promise(() => {});
  await new Promise<void>((resolve) => void clock.schedule(resolve, afterMs));
  throw new AgoraRTCException(code, 'the gateway could not be reached');
}
