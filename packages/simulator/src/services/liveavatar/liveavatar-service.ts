/** LiveAvatar's sessions over HTTP, as `reference` documents them; where that is silent, the stricter reading. */

import {
  type Answer,
  type Call,
  type Fields,
  fieldsOf,
  isFields,
  isText,
  isWhole,
  type Route,
  ServiceRefusal,
  type ServiceRoutes,
} from '../call';
import { alphanumeric, uuid } from '../names';
import { Ring } from '../ring';
import { inRoom } from '../rooms';
import type { ServiceParts } from '../service-parts';
import { createSessions, type SessionRecord, type Sessions } from '../sessions';
import { settingsOf } from '../settings';

export interface LiveavatarSettings {
  /** The SDK reads 1000, an example of the documents has 100. @default 1000 */
  successCode: 1000 | 100;
  /** With more, a start is refused with HTTP 429. @default 100 */
  maxOpenSessions: number;
  /** Without `keep-alive` for so long the service ends a session. In milliseconds. @default 300000 */
  silenceMs: number;
  /** Length of a session whose token request names none, in seconds. @default 600 */
  defaultSeconds: number;
}

export interface LiveavatarOptions extends Partial<LiveavatarSettings> {
  /** Ids of the avatars; without them any is taken. */
  readonly avatars?: readonly string[];
}

export interface LiveavatarControls {
  readonly settings: LiveavatarSettings;
}

export interface LiveavatarService extends ServiceRoutes {
  readonly sessions: Sessions;
  readonly controls: LiveavatarControls;
}

/** A token, and what it may start. */
interface Order {
  readonly token: string;
  readonly id: string;
  readonly avatarId: string;
  readonly mode: 'FULL' | 'LITE';
  readonly seconds: number;
  readonly request: Fields;
  started: boolean;
}

const DEFAULTS: LiveavatarSettings = {
  successCode: 1_000,
  maxOpenSessions: 100,
  silenceMs: 300_000,
  defaultSeconds: 600,
};
const LONGEST_SECONDS = 24 * 3_600;
/** Of tokens that nobody started anything with the oldest goes. */
const MOST_TOKENS = 10_000;
const QUALITIES: readonly unknown[] = ['very_high', 'high', 'medium', 'low'];

export function createLiveavatar(
  parts: ServiceParts,
  key: string,
  options: LiveavatarOptions = {},
): LiveavatarService {
  const { random, onRoomFault } = parts;
  const { avatars, ...chosen } = options;
  const settings = settingsOf('liveavatar', DEFAULTS, chosen);
  const byToken = new Map<string, Order>();
  const byId = new Map<string, Order>();
  const given = new Ring<Order>(MOST_TOKENS);
  const forget = (order: Order | undefined) => {
    if (!order) return;
    byToken.delete(order.token);
    byId.delete(order.id);
  };
  const sessions = createSessions({
    ...parts,
    service: 'liveavatar',
    charge: 'as-used',
    silenceMs: () => settings.silenceMs,
    onForgotten: (id) => forget(byId.get(id)),
  });

  const success = (data: unknown = null): Answer => ({
    status: 200,
    body: { code: settings.successCode, data, message: 'success' },
  });
  /** No table of codes is known: the code of a refusal is the number of its HTTP status. */
  const refusal = (status: number, message: string) => new ServiceRefusal(status, message, status);
  const internal = () => refusal(500, 'internal error');

  function giveToken(call: Call): Answer {
    if (call.headers['x-api-key'] !== key) throw refusal(401, 'the API key is missing or wrong');
    const order = readOrder(fieldsOf(call));
    byToken.set(order.token, order);
    byId.set(order.id, order);
    // One that was started lives as long as its session is known.
    const oldest = given.add(order);
    if (oldest?.started === false) forget(oldest);
    return success({ session_id: order.id, session_token: order.token });
  }

  function readOrder(request: Fields): Order {
    const {
      mode,
      avatar_id,
      max_session_duration: seconds = settings.defaultSeconds,
      interactivity_type,
      is_sandbox,
    } = request;
    if (mode !== 'FULL' && mode !== 'LITE') throw refusal(422, 'mode has to be FULL or LITE');
    if (!isText(avatar_id)) throw refusal(422, 'avatar_id is required');
    if (avatars && !avatars.includes(avatar_id)) throw refusal(404, 'avatar not found');
    if (!isWhole(seconds, 1, LONGEST_SECONDS)) throw refusal(422, 'max_session_duration is out of range');
    if (is_sandbox !== undefined && typeof is_sandbox !== 'boolean')
      throw refusal(422, 'is_sandbox has to be true or false');
    if (![undefined, 'CONVERSATIONAL', 'PUSH_TO_TALK'].includes(interactivity_type as string | undefined))
      throw refusal(422, 'interactivity_type has to be CONVERSATIONAL or PUSH_TO_TALK');
    for (const name of ['avatar_persona', 'voice_agent', 'video_settings', 'dynamic_variables'])
      if (request[name] !== undefined && !isFields(request[name]))
        throw refusal(422, `${name} has to be an object`);
    const video = request['video_settings'];
    if (isFields(video) && video['quality'] !== undefined && !QUALITIES.includes(video['quality']))
      throw refusal(422, 'video_settings.quality is none of very_high, high, medium, low');
    const token = `${alphanumeric(random, 36)}.${alphanumeric(random, 120)}.${alphanumeric(random, 43)}`;
    return { token, id: uuid(random), avatarId: avatar_id, mode, seconds, request, started: false };
  }

  function orderOf({ headers }: Call): Order {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    const order = token === undefined ? undefined : byToken.get(token);
    if (!order) throw refusal(401, 'the session token is missing or wrong');
    return order;
  }
  /** With the session's token, or with the key and the session's id: so whoever lost the token can still stop it. */
  function sessionIdOf(call: Call): string {
    if (call.headers['x-api-key'] !== key) return orderOf(call).id;
    const id = fieldsOf(call)['session_id'];
    if (!isText(id)) throw refusal(422, 'session_id is required with the API key');
    if (!byId.has(id)) throw refusal(404, 'no such session');
    return id;
  }
  function openSessionOf(call: Call): SessionRecord {
    const session = sessions.find(sessionIdOf(call));
    if (!session) throw refusal(400, 'the session has not been started');
    if (session.ended) throw refusal(404, 'the session has ended');
    return session;
  }

  async function start(call: Call): Promise<Answer> {
    const order = orderOf(call);
    if (order.started) throw refusal(400, 'the session has been started already');
    if (sessions.view.open >= settings.maxOpenSessions) throw refusal(429, 'too many sessions at once');
    order.started = true;
    const wanted = {
      id: order.id,
      provider: 'livekit',
      avatarId: order.avatarId,
      durationSeconds: order.seconds,
      request: order.request,
    } as const;
    const { session, room } = await inRoom(() => sessions.open(wanted), internal, onRoomFault);
    const { credentials } = room;
    if (!('url' in credentials)) {
      onRoomFault(new Error('rooms() has to give credentials of livekit'));
      sessions.fail(session);
      throw internal();
    }
    const lite = order.mode === 'LITE';
    return success({
      session_id: session.id,
      livekit_url: credentials.url,
      livekit_client_token: credentials.token,
      livekit_agent_token: lite ? (room.agentToken ?? null) : null,
      max_session_duration: order.seconds,
      ws_url: lite ? 'wss://liveavatar.mock.invalid/v1/ws' : null,
    });
  }

  function stop(call: Call): Answer {
    sessions.close(openSessionOf(call));
    return success();
  }

  const routes: readonly Route[] = [
    { name: 'session.create', method: 'POST', path: '/v1/sessions/token', handle: giveToken },
    { name: 'session.start', method: 'POST', path: '/v1/sessions/start', handle: start },
    {
      name: 'session.keep-alive',
      method: 'POST',
      path: '/v1/sessions/keep-alive',
      handle(call) {
        sessions.touch(openSessionOf(call));
        return success();
      },
    },
    { name: 'session.close', method: 'POST', path: '/v1/sessions/stop', handle: stop },
    // What the vendor's demo does instead.
    { name: 'session.close', method: 'DELETE', path: '/v1/sessions', handle: stop },
  ];

  return {
    name: 'liveavatar',
    routes,
    refuse: ({ code, message, status = 400 }) => ({
      status,
      body: { code: typeof code === 'number' ? code : status, data: null, message },
    }),
    sessions,
    controls: { settings },
  };
}
