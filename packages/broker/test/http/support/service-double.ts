/** A service that stands in this process: what it gives is what a test says, and what is open is counted. */

import type { AvatarServiceServer, OpenedServiceSession, OpenRequest } from '@avatarwire/services';

export interface ServiceDouble extends AvatarServiceServer {
  /** Milliseconds since 1970. @default the machine's */
  now: () => number;
  readonly asked: readonly OpenRequest[];
  /** Ids of what was opened and not closed. */
  readonly standing: ReadonlySet<string>;
  readonly said: readonly { readonly action: string; readonly body: unknown }[];
}

export interface DoubleOptions {
  readonly name?: string;
  readonly providers?: AvatarServiceServer['providers'];
  /** Of the session with this number, from 1. */
  readonly details?: (request: OpenRequest, number: number) => OpenedServiceSession['details'];
  readonly open?: (request: OpenRequest) => Promise<void>;
  readonly call?: (action: string, body: unknown, signal: AbortSignal | undefined) => Promise<unknown>;
}

export const AGORA = { appId: 'app', channel: 'room', token: 'agora-token-of-a-page', uid: 7 };

export function serviceDouble(options: DoubleOptions = {}): ServiceDouble {
  const { name = 'double', providers = ['agora'], call } = options;
  const details = options.details ?? (() => ({ provider: 'agora', credentials: AGORA }));
  const asked: OpenRequest[] = [];
  const standing = new Set<string>();
  const said: { action: string; body: unknown }[] = [];
  const double: ServiceDouble = {
    now: Date.now,
    name,
    providers,
    accepts: ['avatarId', 'durationSeconds'],
    actions: ['ask', 'interrupt', 'keep-alive', 'answer', 'ice', 'start'],
    asked,
    standing,
    said,
    async open(request) {
      asked.push(request);
      await options.open?.(request);
      const id = `at-the-service-${asked.length}`;
      standing.add(id);
      return { service: name, id, details: details(request, asked.length), openedAt: double.now() };
    },
    async close(session) {
      return standing.delete(typeof session === 'string' ? session : session.id) ? 'closed' : 'gone';
    },
    async settled() {},
    async call(_session, action, body, { signal } = {}) {
      said.push({ action, body });
      return call?.(action, body, signal);
    },
  };
  return double;
}
