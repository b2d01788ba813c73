/**
 * The server half of A2E's streaming avatars.
 *
 * ```ts
 * const a2e = a2eServer({ apiKey });
 * const { id, details } = await a2e.open({ provider: 'agora', avatarId }, { signal });
 * await a2e.call(id, 'ask', { text: 'What can you do?' });
 * await a2e.close(id);
 * ```
 *
 * Source: https://api.a2e.ai, 2025.
 */

import * as v from 'valibot';
import type { AvatarServiceServer, OpenedServiceSession, ServiceAvatar } from '../contract';
import { anything, listOf, maybeText, present, text } from '../http/answers';
import { actionOf } from '../http/check-body';
import { type Call, call, usable } from '../http/line';
import { checkKey, type ServerOptions } from '../http/options';
import { startLine } from '../http/start';
import { type Body, mapRequest } from '../request/map-request';
import { createFrame } from '../sessions/frame';
import type { OpenSteps } from '../sessions/opening';
import { idOf } from '../sessions/ref';
import { createTurns } from '../sessions/turns';
import { A2E_ACTIONS } from './actions';
import { A2E_REQUEST, detailsOf, endOf, roomAnswer } from './create';
import { a2eDialect } from './envelope';

export interface A2eServerOptions extends ServerOptions {
  /** The API token of A2E's console. */
  readonly apiKey: string;
}

export type A2eServer = AvatarServiceServer & Required<Pick<AvatarServiceServer, 'call' | 'avatars'>>;

const HOST = 'https://video.a2e.ai';
const ROOT = '/api/v1/streaming-avatar';

const avatarsAnswer = listOf(
  v.pipe(
    v.object({ _id: text, name: maybeText }),
    v.transform(({ _id, name }): ServiceAvatar => present({ id: _id, name })),
  ),
);

/** @throws AvatarError `invalid-credentials` or `invalid-argument`, naming the option; `unsupported` in a browser */
export function a2eServer(options: A2eServerOptions): A2eServer {
  const line = startLine(a2eDialect, HOST, options);
  const { service, clock } = line.options;
  const apiKey = checkKey(service, 'apiKey', options.apiKey);
  line.secrets.add(apiKey);
  const headers = { authorization: `Bearer ${apiKey}` };
  const send = <T>(wanted: Omit<Call<T>, 'headers'>) => call(line, { ...wanted, headers });

  const inTurn = createTurns(service);

  const leave = (channel: string) =>
    send({
      what: 'leave',
      method: 'POST',
      path: `${ROOT}/leave`,
      body: { channel },
      concernsSession: true,
      repeat: 'safe',
      answer: anything,
    });

  async function create(body: Body, steps: OpenSteps): Promise<OpenedServiceSession> {
    const data = await send({
      what: 'get a room',
      method: 'POST',
      path: `${ROOT}/agora-token`,
      body,
      repeat: 'unsent',
      answer: v.looseObject({ channel: text }),
      ...steps.paid,
    });
    return steps.use(data.channel, () => {
      const room = usable(line, 'get a room', roomAnswer, data);
      const endsAt = endOf(room);
      return {
        service,
        id: room.channel,
        details: detailsOf(room, clock),
        openedAt: clock.wallNow(),
        ...(endsAt !== undefined && { endsAt }),
      };
    });
  }

  return Object.freeze({
    ...createFrame({
      line,
      table: A2E_REQUEST,
      actions: A2E_ACTIONS,
      closing: { send: leave },
      body: (request) => mapRequest(A2E_REQUEST, request),
      create,
    }),
    async call(session, name, body, { signal } = {}) {
      const channel = idOf(service, session);
      const action = actionOf(service, line.dialect.title, A2E_ACTIONS, name);
      const wanted = {
        what: name,
        method: 'POST',
        path: action.path,
        body: { channel, ...action.body(body) },
        concernsSession: true,
        repeat: action.repeat,
        // It is `{}`: the avatar's own answer comes over the network.
        answer: anything,
        signal,
      } as const;
      await inTurn(channel, () => send(wanted), signal);
      return undefined;
    },
    avatars: ({ signal } = {}) =>
      send({
        what: 'list avatars',
        method: 'GET',
        path: `${ROOT}/all_avatars`,
        repeat: 'safe',
        answer: avatarsAnswer,
        signal,
      }),
  } satisfies A2eServer);
}
