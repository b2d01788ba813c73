import type { Clock } from '@avatarwire/core';
import type { Random } from '../../random';
import { type Call, type Fields, fieldsOf, isText, type Route } from '../call';
import { hex } from '../names';
import { inRoom } from '../rooms';
import type { SessionRecord, Sessions } from '../sessions';
import { pageOf, refusal, success, wholeOf } from './akool-answers';
import type { AkoolAvatar } from './akool-catalogue';
import { readOrder } from './akool-create';
import { akoolCredentials, withoutSecrets } from './akool-credentials';
import type { AkoolSettings } from './akool-settings';

const QUEUEING = 1;
const PROCESSING = 2;
const COMPLETED = 3;
const FAILED = 4;

interface AkoolSessionsOptions {
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: AkoolSettings;
  readonly onRoomFault: (error: unknown) => void;
  avatarOf(id: string): AkoolAvatar | undefined;
  /** @throws ServiceRefusal */
  checkAvatar(avatar: AkoolAvatar): void;
}

const BASE = '/api/open/v4/liveAvatar/session';
const UID = 1_001;

export function akoolSessionRoutes(options: AkoolSessionsOptions): readonly Route[] {
  const { sessions, clock, random, settings, onRoomFault } = options;

  function statusOf(session: SessionRecord): number {
    if (session.ended === 'failed') return FAILED;
    if (session.ended !== undefined) return COMPLETED;
    return clock.now() - session.openedAt < settings.queueMs ? QUEUEING : PROCESSING;
  }
  function shown(session: SessionRecord, credentials: Fields): Fields {
    return {
      _id: session.id,
      uid: UID,
      type: 1,
      status: statusOf(session),
      stream_type: session.provider,
      credentials,
    };
  }
  const credentialsOf = (session: SessionRecord): Fields | undefined =>
    session.ownRoom ??
    (session.room && akoolCredentials(session.provider, session.room, settings.trtcSpelling));
  const inRetrospect = (session: SessionRecord): Fields =>
    shown(session, withoutSecrets(credentialsOf(session) ?? {}));
  const sessionOf = (id: unknown): SessionRecord => {
    if (!isText(id)) throw refusal(1_003);
    const session = sessions.find(id);
    if (!session) throw refusal(1_216);
    return session;
  };

  return [
    {
      name: 'session.create',
      method: 'POST',
      path: `${BASE}/create`,
      async handle(call) {
        const request = fieldsOf(call);
        const { avatar, provider, durationSeconds, ownRoom } = readOrder(request, options.avatarOf);
        options.checkAvatar(avatar);
        const { open, costSeconds } = sessions.view;
        if (open >= settings.maxOpenSessions) throw refusal(1_215);
        // All of the duration is charged before the session begins [docs].
        if (costSeconds + durationSeconds > settings.creditSeconds) throw refusal(1_104);
        const wanted = {
          id: hex(random, 24),
          provider,
          avatarId: avatar.avatar_id,
          durationSeconds,
          request,
          ...(ownRoom && { ownRoom }),
        };
        const opened = await inRoom(
          () => sessions.open(wanted),
          () => refusal(1_218),
          onRoomFault,
        );
        const credentials = credentialsOf(opened.session);
        if (!credentials) {
          onRoomFault(new Error(`rooms() gave no credentials of ${provider}`));
          sessions.fail(opened.session);
          throw refusal(1_218);
        }
        const label = settings.credentialsAt;
        const { credentials: value, ...rest } = shown(opened.session, credentials);
        return success({ ...rest, [label]: value });
      },
    },
    {
      name: 'session.detail',
      method: 'GET',
      path: `${BASE}/detail`,
      handle: ({ query }) => success(inRetrospect(sessionOf(query.get('id')))),
    },
    {
      name: 'session.close',
      method: 'POST',
      path: `${BASE}/close`,
      handle(call: Call) {
        const session = sessionOf(fieldsOf(call)['id']);
        if (!sessions.close(session)) throw refusal(1_219);
        return settings.closeAnswers === 'nothing'
          ? success()
          : success({ session_id: session.id, status: 'closed', closed_at: clock.wallNow() });
      },
    },
    {
      name: 'session.list',
      method: 'GET',
      path: `${BASE}/list`,
      handle(call) {
        const status = wholeOf(call.query, 'status', QUEUEING, FAILED);
        const all = sessions.view.sessions
          .filter((session) => status === undefined || statusOf(session) === status)
          .reverse();
        return success({ count: all.length, result: pageOf(call, all).map(inRetrospect) });
      },
    },
  ];
}
