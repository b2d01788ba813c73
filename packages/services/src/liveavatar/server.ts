/**
 * The server half of LiveAvatar, in its FULL mode.
 *
 * ```ts
 * const liveavatar = liveavatarServer({ apiKey });
 * const { id, details } = await liveavatar.open({ provider: 'livekit', avatarId }, { signal });
 * await liveavatar.call(id, 'keep-alive');
 * await liveavatar.close(id);
 * ```
 *
 * Source: https://docs.liveavatar.com and LiveAvatar's web SDK, 2025. Keeping alive and stopping take the session's own
 * token, as the SDK does, or the key with a `session_id`, as the OpenAPI document says: a session that another process
 * opened is closed by its id alone.
 */

import type { AvatarServiceServer, OpenedServiceSession, OpenRequest } from '../contract';
import { anything } from '../http/answers';
import { actionOf } from '../http/check-body';
import { type Call, call } from '../http/line';
import { checkKey, type ServerOptions } from '../http/options';
import { startLine } from '../http/start';
import type { Body } from '../request/map-request';
import { createFrame } from '../sessions/frame';
import type { OpenSteps } from '../sessions/opening';
import { idOf } from '../sessions/ref';
import { detailsOf, LIVEAVATAR_REQUEST, lifeMsOf, startAnswer, tokenAnswer, tokenBody } from './create';
import { liveavatarDialect } from './envelope';
import { createTokens } from './tokens';

export interface LiveavatarServerOptions extends ServerOptions {
  readonly apiKey: string;
}

export type LiveavatarServer = AvatarServiceServer & Required<Pick<AvatarServiceServer, 'call'>>;

const HOST = 'https://api.liveavatar.com';

const ACTIONS = Object.freeze({ 'keep-alive': { path: '/v1/sessions/keep-alive' } });

/** The one reason of LiveAvatar's list that fits whatever ours is. */
const STOP_REASON = 'USER_CLOSED';

/** @throws AvatarError `invalid-credentials` or `invalid-argument`, naming the option; `unsupported` in a browser */
export function liveavatarServer(options: LiveavatarServerOptions): LiveavatarServer {
  const line = startLine(liveavatarDialect, HOST, options);
  const { service, clock } = line.options;
  const apiKey = checkKey(service, 'apiKey', options.apiKey);
  line.secrets.add(apiKey);
  const keyed = { 'x-api-key': apiKey };
  const send = <T>(wanted: Omit<Call<T>, 'headers'>, headers: Call<T>['headers'] = keyed) =>
    call(line, { ...wanted, headers });

  const tokens = createTokens();

  async function stop(session_id: string): Promise<void> {
    await send(
      {
        what: 'stop session',
        method: 'POST',
        path: '/v1/sessions/stop',
        body: { session_id, reason: STOP_REASON },
        concernsSession: true,
        repeat: 'safe',
        answer: anything,
      },
      tokens.headers(session_id) ?? keyed,
    );
    tokens.forget(session_id);
  }

  async function create(body: Body, steps: OpenSteps, request: OpenRequest): Promise<OpenedServiceSession> {
    // A token alone starts nothing, and nothing is paid for it.
    const { session_id, session_token } = await send({
      what: 'create session token',
      method: 'POST',
      path: '/v1/sessions/token',
      body,
      repeat: 'unsent',
      answer: tokenAnswer,
      ...steps.free,
    });
    line.secrets.add(session_token);
    tokens.remember(session_id, session_token);
    return steps.use(session_id, async () => {
      const started = await send(
        {
          what: 'start session',
          method: 'POST',
          path: '/v1/sessions/start',
          repeat: 'unsent',
          answer: startAnswer,
          ...steps.paid,
        },
        tokens.headers(session_id),
      );
      const lifeMs = lifeMsOf(started, request);
      const openedAt = clock.wallNow();
      return {
        service,
        id: session_id,
        details: detailsOf(session_id, started, lifeMs),
        openedAt,
        ...(lifeMs !== undefined && { endsAt: openedAt + lifeMs }),
      };
    });
  }

  return Object.freeze({
    ...createFrame({
      line,
      table: LIVEAVATAR_REQUEST,
      actions: ACTIONS,
      closing: { send: stop },
      body: tokenBody,
      create,
    }),
    async call(session, name, _body, { signal } = {}) {
      const session_id = idOf(service, session);
      const { path } = actionOf(service, line.dialect.title, ACTIONS, name);
      await send(
        {
          what: name,
          method: 'POST',
          path,
          body: { session_id },
          concernsSession: true,
          repeat: 'safe',
          answer: anything,
          signal,
        },
        tokens.headers(session_id) ?? keyed,
      );
      return undefined;
    },
  } satisfies LiveavatarServer);
}
