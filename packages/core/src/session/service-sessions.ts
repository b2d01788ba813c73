/** Opens paid sessions through the source, and sees to it that each is closed exactly once. */

import type { Clock } from '../clock';
import type { ConnectionDetails, Provider, SessionSource } from '../credentials';
import { AvatarError, isAvatarError } from '../errors';
import type { Logger } from '../logger';
import type { CloseReason } from './close-reason';
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
  readonly openMs: number;
  readonly closeMs: number;
}

export async function openServiceSession(
  provider: Provider,
  signal: AbortSignal,
  options: ServiceSessionOptions,
): Promise<ServiceSession> {
  const { source, clock, openMs } = options;
  if (!isSource(source)) return { details: source, close: () => Promise.resolve() };

  const opening = invoke(() => source.open({ provider }, { signal }));
  let details: ConnectionDetails;
  try {
    details = await within(opening, {
      clock,
      timeoutMs: openMs,
      signal,
      onTimeout: () =>
        new AvatarError('connect-timeout', `source.open did not answer within ${openMs} ms.`, { provider }),
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
  if (details?.provider === provider && typeof details.credentials === 'object') return session;
  await session.close('connect-failed', false);
  throw new AvatarError(
    'invalid-credentials',
    `source.open was asked for ${provider} and gave details of ${details?.provider}.`,
    {
      provider,
    },
  );
}

function closeable(
  source: SessionSource,
  details: ConnectionDetails,
  signal: AbortSignal,
  { clock, closeMs, logger }: ServiceSessionOptions,
): ServiceSession {
  let closing: Promise<void> | undefined;
  return {
    details,
    ...(source.call && { call: async (action, body) => source.call?.(details, action, body, { signal }) }),
    close(reason, keepalive) {
      closing ??= close();
      return closing;

      async function close(): Promise<void> {
        if (!source.close) return;
        const request = invoke(async () => source.close?.(details, { reason, keepalive }));
        request.catch((error) =>
          logger.error('source.close failed', { error, sessionId: details.sessionId }),
        );
        if (!(await atMost(request, clock, closeMs))) {
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
