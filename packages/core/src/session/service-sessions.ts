/** Opens paid sessions through the source, and sees to it that each is closed exactly once. */

import type { Clock } from '../clock';
import type { ConnectionDetails, Provider, SessionSource } from '../credentials';
import { AvatarError, isAvatarError } from '../errors';
import type { Logger } from '../logger';
import type { CloseReason } from './close-reason';
import type { SessionTimeouts } from './session-types';
import { atMost, within } from './waiting';

export interface ServiceSession {
  readonly details: ConnectionDetails;
  readonly call?: (action: string, body: unknown) => Promise<unknown>;
  /** The first call counts; the request itself leaves in the same turn. Resolves after `closeMs` at the latest. */
  close(reason: CloseReason, keepalive: boolean): Promise<void>;
}

export interface ServiceSessionOptions {
  readonly source: ConnectionDetails | SessionSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeouts: Pick<SessionTimeouts, 'connectMs' | 'closeMs'>;
  /** The service session has ended by itself, so the source says. */
  readonly onGone: () => void;
}

export async function openServiceSession(
  provider: Provider,
  signal: AbortSignal,
  options: ServiceSessionOptions,
): Promise<ServiceSession> {
  const { source, clock, onGone } = options;
  const { connectMs: timeoutMs } = options.timeouts;
  if (!isSource(source)) {
    checkDetails(source, provider);
    return { details: source, close: () => Promise.resolve() };
  }

  const opening = invoke(() => source.open({ provider }, { signal, onGone }));
  let details: ConnectionDetails;
  try {
    details = await within(opening, {
      clock,
      timeoutMs,
      signal,
      onTimeout: () =>
        new AvatarError('connect-timeout', `source.open did not answer within ${timeoutMs} ms.`, {
          provider,
        }),
    });
  } catch (error) {
    // The service may have made the session although nobody waits for it any more.
    opening.then(
      (late) => closeable(source, late, signal, options).close('connect-failed', false),
      () => {},
    );
    if (isAvatarError(error) || signal.aborted) throw error;
    throw new AvatarError('network', 'source.open failed to open a service session.', {
      cause: error,
      provider,
    });
  }

  const session = closeable(source, details, signal, options);
  try {
    checkDetails(details, provider);
    return session;
  } catch (error) {
    await session.close('connect-failed', false);
    throw error;
  }
}

/** What the fields of `credentials` must be, the adapter knows. */
function checkDetails(details: ConnectionDetails | undefined, provider: Provider): void {
  const demand = (condition: boolean, problem: string) => {
    if (!condition) throw new AvatarError('invalid-credentials', problem, { provider });
  };
  demand(
    details?.provider === provider,
    `source.open was asked for ${provider} and gave details of ${details?.provider}.`,
  );
  demand(
    typeof details?.credentials === 'object' && details.credentials !== null,
    'credentials must be an object.',
  );
  const { expiresInMs = 0 } = details ?? {};
  demand(typeof expiresInMs === 'number' && expiresInMs >= 0, 'expiresInMs must be a number, not negative.');
}

function closeable(
  source: SessionSource,
  /** Nothing, from a source that does not keep to its type: then there is nothing to close. */
  details: ConnectionDetails,
  signal: AbortSignal,
  { clock, timeouts, logger }: Omit<ServiceSessionOptions, 'onGone'>,
): ServiceSession {
  let closing: Promise<void> | undefined;
  return {
    details,
    ...(source.call && { call: async (action, body) => source.call?.(details, action, body, { signal }) }),
    close(reason, keepalive) {
      closing ??= close();
      return closing;

      async function close(): Promise<void> {
        if (!source.close || !details) return;
        const request = invoke(async () => source.close?.(details, { reason, keepalive }));
        request.catch((error) =>
          logger.error('source.close failed', { error, sessionId: details.sessionId }),
        );
        if (!(await atMost(request, clock, timeouts.closeMs))) {
          logger.warn('the service session may still be open', { sessionId: details.sessionId, reason });
        }
      }
    },
  };
}

export function isSource(source: ConnectionDetails | SessionSource): source is SessionSource {
  return 'open' in source;
}

/** Starts in this turn; what it throws synchronously rejects. */
function invoke<T>(task: () => Promise<T>): Promise<T> {
  return new Promise((resolve) => {
    resolve(task());
  });
}
