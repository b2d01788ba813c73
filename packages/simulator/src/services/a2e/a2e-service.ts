/** A2E over HTTP, as `reference` documents it; where that is silent, the stricter reading. */

import {
  type Answer,
  type Call,
  type Fields,
  fieldsOf,
  isText,
  isWhole,
  type Route,
  ServiceRefusal,
  type ServiceRoutes,
} from '../call';
import { alphanumeric, uuid } from '../names';
import { inRoom } from '../rooms';
import type { ServiceParts } from '../service-parts';
import { createSessions, type SessionRecord, type Sessions } from '../sessions';
import { settingsOf } from '../settings';

export interface A2eSettings {
  /** Sessions at once; with more, `agora-token` is refused with 1001: hosts are occupied. @default 10 */
  hosts: number;
  /** No document says whether `leave` may be called twice. @default 'refused' */
  secondLeave: 'refused' | 'accepted';
}

export interface A2eOptions extends Partial<A2eSettings> {
  /** Ids of further avatars. */
  readonly avatars?: readonly string[];
}

export interface A2eControls {
  readonly settings: A2eSettings;
  /** Coins taken so far: one for each 5 s charged. */
  readonly coins: number;
}

export interface A2eService extends ServiceRoutes {
  readonly sessions: Sessions;
  readonly controls: A2eControls;
}

const BASE = '/api/v1/streaming-avatar';
const CHANNEL_LENGTH = 5;
const LONGEST_CONTEXT = 5_000;
/** [3rd-party] */
const SECONDS = { least: 15, most: 3_600, default: 60 } as const;
const SECONDS_PER_COIN = 5;
const AVATARS: readonly Fields[] = [
  { _id: '66d3f7cf1eda7f0c8b1b9d01', name: 'Ada' },
  { _id: '66d3f7cf1eda7f0c8b1b9d02', name: 'Tristan' },
];

const DEFAULTS: A2eSettings = { hosts: 10, secondLeave: 'refused' };

/** Hosts are occupied [3rd-party]. No table of codes is known: every other refusal has the number of its HTTP status. */
const BUSY = 1_001;

export function createA2e(parts: ServiceParts, token: string, options: A2eOptions = {}): A2eService {
  const { clock, random, onRoomFault } = parts;
  const { avatars: more = [], ...chosen } = options;
  const settings = settingsOf('a2e', DEFAULTS, chosen);
  const sessions = createSessions({ ...parts, service: 'a2e', charge: 'up-front' });
  const avatars = [...AVATARS, ...more.map((_id) => ({ _id, name: _id }))];

  const envelope = (code: number, more: Fields, status = 200): Answer => ({
    status,
    body: { code, ...more, trace_id: uuid(random) },
  });
  const success = (data?: unknown) => envelope(0, data === undefined ? {} : { data });
  const refusal = (status: number, message: string) => new ServiceRefusal(status, message, status);

  function freshChannel(): string {
    const channel = alphanumeric(random, CHANNEL_LENGTH).toLowerCase();
    return sessions.find(channel) ? freshChannel() : channel;
  }
  function sessionOf(call: Call): SessionRecord {
    const { channel } = fieldsOf(call);
    if (!isText(channel)) throw refusal(400, 'channel is required');
    const session = sessions.find(channel);
    if (!session) throw refusal(404, 'no such channel');
    return session;
  }
  function openSessionOf(call: Call): SessionRecord {
    const session = sessionOf(call);
    if (session.ended) throw refusal(404, 'the channel has ended');
    return session;
  }
  function textOf(call: Call): string {
    const { text } = fieldsOf(call);
    if (!isText(text)) throw refusal(400, 'text is required');
    return text;
  }

  const noRoom = () => refusal(500, 'the room could not be made');
  const internal = () => refusal(500, 'internal error');

  async function giveRoom(call: Call): Promise<Answer> {
    const request = fieldsOf(call);
    const { avatar_id, expire_seconds: seconds = SECONDS.default } = request;
    if (!isText(avatar_id)) throw refusal(400, 'avatar_id is required');
    if (!avatars.some(({ _id }) => _id === avatar_id)) throw refusal(404, 'no such avatar');
    if (!isWhole(seconds, SECONDS.least, SECONDS.most)) throw refusal(400, 'expire_seconds is out of range');
    if (sessions.view.open >= settings.hosts)
      throw new ServiceRefusal(BUSY, 'All hosts are occupied, try again later', 200);
    const id = freshChannel();
    const wanted = { id, provider: 'agora', avatarId: avatar_id, durationSeconds: seconds, request } as const;
    const expiresAt = clock.wallNow() + seconds * 1_000;
    const { session, room } = await inRoom(() => sessions.open(wanted), noRoom, onRoomFault);
    const { credentials } = room;
    // The channel is the handle of every later call.
    if (!('appId' in credentials) || credentials.channel !== id) {
      onRoomFault(new Error(`rooms() has to give credentials of agora for the channel ${id}`));
      sessions.fail(session);
      throw noRoom();
    }
    return success({
      token: credentials.token,
      appId: credentials.appId,
      channel: credentials.channel,
      expire_epoch_timestamp: expiresAt / 1_000,
      expire_date_UTC: new Date(expiresAt).toISOString().slice(0, 19).replace('T', ' '),
      uid: credentials.uid,
    });
  }

  const routes: readonly Route[] = [
    { name: 'avatar.list', method: 'GET', path: `${BASE}/all_avatars`, handle: () => success(avatars) },
    { name: 'session.create', method: 'POST', path: `${BASE}/agora-token`, handle: giveRoom },
    {
      name: 'context',
      method: 'POST',
      path: `${BASE}/set-qa-context`,
      handle(call) {
        openSessionOf(call);
        if (textOf(call).length > LONGEST_CONTEXT) throw refusal(400, `text is over ${LONGEST_CONTEXT}`);
        return success();
      },
    },
    {
      name: 'ask',
      method: 'POST',
      path: `${BASE}/ask`,
      async handle(call) {
        const { room } = openSessionOf(call);
        const text = textOf(call);
        await inRoom(() => room?.answer?.(text), internal, onRoomFault);
        return success({});
      },
    },
    {
      name: 'speak',
      method: 'POST',
      path: `${BASE}/speak`,
      async handle(call) {
        const { room } = openSessionOf(call);
        const text = textOf(call);
        await inRoom(() => room?.speak?.(text), internal, onRoomFault);
        return success({});
      },
    },
    {
      name: 'session.close',
      method: 'POST',
      path: `${BASE}/leave`,
      handle(call) {
        const session = sessionOf(call);
        if (!sessions.close(session) && settings.secondLeave === 'refused')
          throw refusal(404, 'the channel has ended');
        return success();
      },
    },
  ];

  return {
    name: 'a2e',
    routes: routes.map((route) => ({
      ...route,
      handle(call: Call) {
        if (call.headers.authorization !== `Bearer ${token}`)
          throw refusal(401, 'the API token is missing or wrong');
        return route.handle(call);
      },
    })),
    refuse: ({ code, message, status = 200 }) =>
      envelope(typeof code === 'number' ? code : status, { msg: message }, status),
    sessions,
    controls: {
      settings,
      get coins() {
        return sessions.view.costSeconds / SECONDS_PER_COIN;
      },
    },
  };
}
