/**
 * The server half of AKOOL's streaming avatars (API v4).
 *
 * ```ts
 * const akool = akoolServer({ apiKey });
 * const { id, details } = await akool.open({ provider: 'agora', avatarId }, { signal });
 * await akool.close(id);
 * ```
 *
 * Source: https://docs.akool.com, and AKOOL's react demo; both 2025.
 */

import { AvatarError, parseAkoolSession } from '@avatarwire/core';
import * as v from 'valibot';
import type {
  AvatarServiceServer,
  CallOptions,
  OpenedServiceSession,
  OpenRequest,
  ServiceSessionInfo,
} from '../contract';
import { anything, text } from '../http/answers';
import type { ServerOptions } from '../http/options';
import { orUndefined } from '../http/or-undefined';
import { startLine } from '../http/start';
import type { Body } from '../request/map-request';
import type { ClosingOptions } from '../sessions/closing';
import { createFrame } from '../sessions/frame';
import type { OpenSteps } from '../sessions/opening';
import { idOf } from '../sessions/ref';
import { type AkoolKeys, createAuthentication } from './authentication';
import { DONE_ALREADY } from './codes';
import { AKOOL_REQUEST, createBody, DEFAULT_DURATION_SECONDS } from './create';
import { akoolDialect } from './envelope';
import { createLists } from './lists';
import { everyPage, PAGE_SIZE } from './page';
import { createSend } from './send';
import { OPEN_STATUSES, sessionAnswer, sessionsAnswer } from './sessions';
import { createUploads } from './uploads';

export type AkoolServerOptions = ServerOptions & AkoolKeys;

/** Everything but `call`: what is said goes over the network. */
export type AkoolServer = Required<Omit<AvatarServiceServer, 'call'>>;

const HOST = 'https://openapi.akool.com';
const SESSION = '/api/open/v4/liveAvatar/session';

/** @throws AvatarError `invalid-credentials` or `invalid-argument`, naming the option; `unsupported` in a browser */
export function akoolServer(options: AkoolServerOptions): AkoolServer {
  const line = startLine(akoolDialect, HOST, options);
  const { service, clock } = line.options;

  const send = createSend(line, createAuthentication(options, line));

  const closing: Pick<ClosingOptions, 'send' | 'isGone'> = {
    send: (id) =>
      send({
        what: 'close session',
        method: 'POST',
        path: `${SESSION}/close`,
        body: { id },
        concernsSession: true,
        repeat: 'safe',
        answer: anything,
      }),
    isGone: ({ code, serviceCode }) => code === 'session-gone' || serviceCode === DONE_ALREADY,
  };

  async function create(body: Body, steps: OpenSteps, request: OpenRequest): Promise<OpenedServiceSession> {
    const session = await send({
      what: 'create session',
      method: 'POST',
      path: `${SESSION}/create`,
      body,
      repeat: 'unsent',
      answer: v.looseObject({ _id: text }),
      ...steps.paid,
    });
    return steps.use(session._id, () => opened(session, request));
  }

  function opened(session: { readonly _id: string }, request: OpenRequest): OpenedServiceSession {
    const durationMs = (request.durationSeconds ?? DEFAULT_DURATION_SECONDS) * 1_000;
    const details = { expiresInMs: durationMs, ...parseAkoolSession(session) };
    if (details.provider !== request.provider) {
      const message = `AKOOL opened a room of ${details.provider} where one of ${request.provider} was wanted.`;
      throw new AvatarError('service-refused', message, { service });
    }
    const openedAt = clock.wallNow();
    return { service, id: session._id, details, openedAt, endsAt: openedAt + details.expiresInMs };
  }

  return Object.freeze({
    ...createFrame({ line, table: AKOOL_REQUEST, actions: {}, closing, body: createBody, create }),
    async inspect(session, { signal }: CallOptions = {}) {
      const id = idOf(service, session);
      return orUndefined(
        send({
          what: 'session detail',
          method: 'GET',
          path: `${SESSION}/detail`,
          query: { id },
          concernsSession: true,
          repeat: 'safe',
          answer: sessionAnswer,
          signal,
        }),
        (error) => error.code === 'session-gone',
      );
    },
    async list({ signal }: CallOptions = {}) {
      const found = new Map<string, ServiceSessionInfo>();
      // Not at once: one that leaves the queue in between would be in neither list.
      for (const status of OPEN_STATUSES) {
        const page = (number: number) =>
          send({
            what: 'list sessions',
            method: 'GET',
            path: `${SESSION}/list`,
            query: { page: number, size: PAGE_SIZE, status },
            repeat: 'safe',
            answer: sessionsAnswer,
            signal,
          });
        for (const session of await everyPage(page)) found.set(session.id, session);
      }
      return [...found.values()];
    },
    ...createLists(service, send),
    ...createUploads(service, send),
  } satisfies AkoolServer);
}
