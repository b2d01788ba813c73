/**
 * The server half of HeyGen's streaming avatars, v1: plain WebRTC, the service offers.
 *
 * HeyGen says that v1 is unsupported since 28 February 2025. Its v2 is left out here: the whole streaming API was
 * reported to end on 31 March 2026. The successor is LiveAvatar.
 *
 * ```ts
 * const heygen = heygenServer({ apiKey });
 * const { id, details } = await heygen.open({ provider: 'webrtc', avatarId }, { signal });
 * await heygen.call(id, 'start', { sdp: answer });
 * await heygen.call(id, 'task', { text: 'Hello.' });
 * await heygen.close(id);
 * ```
 *
 * Source: HeyGen's StreamingAvatar sample and docs.heygen.com, 2024 and 2025.
 */

import * as v from 'valibot';
import type { AvatarServiceServer, CallOptions, OpenedServiceSession } from '../contract';
import { anything, text } from '../http/answers';
import { actionOf } from '../http/check-body';
import { type Call, call, usable } from '../http/line';
import { checkKey, type ServerOptions } from '../http/options';
import { startLine } from '../http/start';
import { type Body, mapRequest } from '../request/map-request';
import type { ClosingOptions } from '../sessions/closing';
import { createFrame } from '../sessions/frame';
import type { OpenSteps } from '../sessions/opening';
import { idOf } from '../sessions/ref';
import { createTurns } from '../sessions/turns';
import { HEYGEN_ACTIONS } from './actions';
import { avatarsAnswer, sessionsAnswer, voicesAnswer } from './catalogue';
import { WRONG_STATE } from './codes';
import { detailsOf, HEYGEN_REQUEST, streamAnswer } from './create';
import { heygenDialect } from './envelope';

export interface HeygenServerOptions extends ServerOptions {
  readonly apiKey: string;
}

export type HeygenServer = AvatarServiceServer &
  Required<Pick<AvatarServiceServer, 'call' | 'list' | 'avatars' | 'voices'>>;

const HOST = 'https://api.heygen.com';

/** @throws AvatarError `invalid-credentials` or `invalid-argument`, naming the option; `unsupported` in a browser */
export function heygenServer(options: HeygenServerOptions): HeygenServer {
  const line = startLine(heygenDialect, HOST, options);
  const { service, clock } = line.options;
  const apiKey = checkKey(service, 'apiKey', options.apiKey);
  line.secrets.add(apiKey);
  const headers = { 'x-api-key': apiKey };
  const send = <T>(wanted: Omit<Call<T>, 'headers'>) => call(line, { ...wanted, headers });

  function read<T>(
    what: string,
    path: string,
    answer: v.GenericSchema<unknown, T>,
    { signal }: CallOptions = {},
  ) {
    return send({ what, method: 'GET', path, repeat: 'safe', answer, signal });
  }
  const list = (more?: CallOptions) => read('list sessions', '/v1/streaming.list', sessionsAnswer, more);

  const closing: Pick<ClosingOptions, 'send' | 'isGone'> = {
    send: (session_id) =>
      send({
        what: 'stop session',
        method: 'POST',
        path: '/v1/streaming.stop',
        body: { session_id },
        concernsSession: true,
        repeat: 'safe',
        answer: anything,
      }),
    async isGone({ code, serviceCode }, session_id) {
      if (Number(serviceCode) !== WRONG_STATE) return code === 'session-gone';
      // The wrong state need not be the end: what is listed costs money.
      return (await list()).every(({ id }) => id !== session_id);
    },
  };
  const inTurn = createTurns(service);

  async function create(body: Body, steps: OpenSteps): Promise<OpenedServiceSession> {
    const data = await send({
      what: 'new session',
      method: 'POST',
      path: '/v1/streaming.new',
      body,
      repeat: 'unsent',
      answer: v.looseObject({ session_id: text }),
      ...steps.paid,
    });
    return steps.use(data.session_id, () => {
      const stream = usable(line, 'new session', streamAnswer, data);
      return { service, id: stream.session_id, details: detailsOf(stream), openedAt: clock.wallNow() };
    });
  }

  return Object.freeze({
    ...createFrame({
      line,
      table: HEYGEN_REQUEST,
      actions: HEYGEN_ACTIONS,
      closing,
      body: (request) => mapRequest(HEYGEN_REQUEST, request),
      create,
    }),
    async call(session, name, body, { signal } = {}) {
      const session_id = idOf(service, session);
      const action = actionOf(service, line.dialect.title, HEYGEN_ACTIONS, name);
      const wanted = {
        what: name,
        method: 'POST',
        path: action.path,
        body: { session_id, ...action.body(body) },
        concernsSession: true,
        // Said or done twice, all of it would do harm.
        repeat: 'unsent',
        answer: anything,
        signal,
      } as const;
      await (action.inTurn ? inTurn(session_id, () => send(wanted), signal) : send(wanted));
      return undefined;
    },
    list,
    avatars: (more) => read('list avatars', '/v1/streaming/avatar.list', avatarsAnswer, more),
    // The streaming API has no list of its own. Source: StreamingAvatarSDK, issue 3.
    voices: (more) => read('list voices', '/v2/voices', voicesAnswer, more),
  } satisfies HeygenServer);
}
