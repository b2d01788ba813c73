/** One transport, from its making to its end. */

import type { Clock } from '../clock';
import type { ConnectionDetails } from '../credentials';
import { AvatarError, isAvatarError } from '../errors';
import type { Logger } from '../logger';
import type { AvatarTransport, Publishing, TransportConnection, TransportEvents } from '../transport';
import type { AvatarSessionOptions, SessionTimeouts } from './session-types';
import { atMost, within } from './waiting';

export interface Link {
  readonly transport: AvatarTransport;
  readonly connection: TransportConnection;
  /** For what the avatar takes, once that is known. */
  publishing?: Publishing | undefined;
  /** From here on nothing of this transport is heard. Resolves within `closeMs`. */
  close(): Promise<void>;
}

export type LinkListeners = { readonly [E in keyof TransportEvents]: (payload: TransportEvents[E]) => void };

export interface LinkOptions {
  readonly transports: AvatarSessionOptions['transports'];
  readonly details: ConnectionDetails;
  readonly call?: ((action: string, body: unknown) => Promise<unknown>) | undefined;
  /** Awaited before connecting, while the adapter is loaded. */
  readonly ready: Promise<unknown>;
  readonly listeners: LinkListeners;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeouts: Pick<SessionTimeouts, 'connectMs' | 'closeMs'>;
}

/** Joins. What fails leaves nothing open, though the transport may need up to `closeMs` more to let go. */
export async function openLink(options: LinkOptions): Promise<Link> {
  const { transports, details, call, ready, listeners, signal, clock, logger, timeouts } = options;
  const { connectMs, closeMs } = timeouts;
  const { provider, avatarId } = details;
  const attempt = new AbortController();
  const undo: (() => void)[] = [];
  let transport: AvatarTransport | undefined;

  async function close(): Promise<void> {
    for (const removeListener of undo.splice(0)) removeListener();
    attempt.abort(signal.reason);
    if (transport && !(await atMost(transport.close(), clock, closeMs))) {
      logger.warn('the transport did not close in time', { provider });
    }
  }

  async function join(): Promise<Link> {
    const made = (await load()) as AvatarTransport;
    try {
      await ready;
      attempt.signal.throwIfAborted();
    } catch (error) {
      await made.close();
      throw error;
    }
    transport = made;
    for (const event of Object.keys(listeners) as (keyof TransportEvents)[]) listen(made, event);
    const connection = await made.connect(details.credentials, {
      signal: attempt.signal,
      logger,
      ...(avatarId !== undefined && { avatarId }),
      ...(call && { call }),
    });
    return { transport: made, connection, close };
  }

  async function load(): Promise<unknown> {
    try {
      return await transports[provider]?.();
    } catch (cause) {
      if (isAvatarError(cause)) throw cause;
      throw new AvatarError('sdk-missing', `transports.${provider} could not be loaded.`, {
        cause,
        provider,
      });
    }
  }

  function listen<E extends keyof TransportEvents>(target: AvatarTransport, event: E): void {
    undo.push(target.on(event, listeners[event]));
  }

  try {
    return await within(join(), {
      clock,
      timeoutMs: connectMs,
      signal,
      onTimeout: () =>
        new AvatarError('connect-timeout', `Joining over ${provider} took longer than ${connectMs} ms.`, {
          provider,
        }),
    });
  } catch (error) {
    await close();
    if (signal.aborted || isAvatarError(error)) throw error;
    throw new AvatarError('network', `Joining over ${provider} failed.`, { cause: error, provider });
  }
}
