/**
 * HeyGen's streaming API in its first version, plain WebRTC with the server offering, as `reference` documents it;
 * where that is silent, the stricter reading.
 */

import {
  type Answer,
  type Call,
  type Fields,
  fieldsOf,
  isFields,
  isText,
  type Route,
  ServiceRefusal,
  type ServiceRoutes,
} from '../call';
import { uuid } from '../names';
import { inRoom, type MockRoom } from '../rooms';
import type { ServiceParts } from '../service-parts';
import { createSessions, type SessionRecord, type Sessions } from '../sessions';
import { settingsOf } from '../settings';
import { HEYGEN_AVATARS, HEYGEN_VOICES, heygenAvatar } from './heygen-catalogue';

export interface HeygenSettings {
  /** Of a trial account. @default 3 */
  maxOpenSessions: number;
  /** Without any call for so long a session is forgotten, and closed. In milliseconds. @default 180000 */
  forgottenMs: number;
  /** Hard end of a session, in seconds. @default 1200 */
  longestSeconds: number;
}

export interface HeygenOptions extends Partial<HeygenSettings> {
  /** Ids of further avatars. */
  readonly avatars?: readonly string[];
}

export interface HeygenControls {
  readonly settings: HeygenSettings;
}

export interface HeygenService extends ServiceRoutes {
  readonly sessions: Sessions;
  readonly controls: HeygenControls;
}

const DEFAULTS: HeygenSettings = { maxOpenSessions: 3, forgottenMs: 180_000, longestSeconds: 1_200 };

/** [docs forum] */
const UNKNOWN_SESSION = 400_004;
/** The session is not in the right state for the call [docs forum]. */
const WRONG_STATE = 400_006;
/** The key is missing or wrong [issues of the vendor's SDK]. */
const UNAUTHORISED = 400_112;
const SUCCESS = 100;
const QUALITIES: readonly unknown[] = ['low', 'medium', 'high'];
/** A letter takes about so long to say. */
const MS_PER_LETTER = 65;

export function createHeygen(parts: ServiceParts, key: string, options: HeygenOptions = {}): HeygenService {
  const { clock, random, onRoomFault } = parts;
  const { avatars: more = [], ...chosen } = options;
  const settings = settingsOf('heygen', DEFAULTS, chosen);
  const sessions = createSessions({
    ...parts,
    service: 'heygen',
    charge: 'as-used',
    silenceMs: () => settings.forgottenMs,
  });
  const avatars = [...HEYGEN_AVATARS, ...more.map(heygenAvatar)];
  const started = new WeakSet<SessionRecord>();

  const success = (data?: unknown): Answer => ({
    status: 200,
    body: { code: SUCCESS, ...(data !== undefined && { data }), message: 'success' },
  });
  const refusal = (status: number, message: string, code = status) =>
    new ServiceRefusal(code, message, status);
  const wrongState = (state: string) => refusal(400, `session state wrong: ${state}`, WRONG_STATE);
  const internal = () => refusal(500, 'internal error');
  const atWork = (work: () => void | Promise<void> | undefined) => inRoom(work, internal, onRoomFault);
  const isStarted = (session: SessionRecord) => started.has(session);

  function sessionOf(call: Call): SessionRecord {
    const { session_id } = fieldsOf(call);
    if (!isText(session_id)) throw refusal(400, 'session_id is required');
    const session = sessions.find(session_id);
    if (!session) throw refusal(400, 'session not found', UNKNOWN_SESSION);
    if (session.ended) throw wrongState('closed');
    sessions.touch(session);
    return session;
  }

  async function create(call: Call): Promise<Answer> {
    const request = fieldsOf(call);
    const { quality = 'medium', avatar_name, avatar_id, voice } = request;
    if (!QUALITIES.includes(quality)) throw refusal(400, 'quality has to be low, medium or high');
    const avatar = avatar_name ?? avatar_id ?? avatars[0]?.['avatar_id'];
    if (!avatars.some((each) => each['avatar_id'] === avatar) || !isText(avatar))
      throw refusal(404, 'avatar not found');
    if (voice !== undefined && !isFields(voice)) throw refusal(400, 'voice has to be an object');
    const voiceId = isFields(voice) ? voice['voice_id'] : undefined;
    if (voiceId !== undefined && !HEYGEN_VOICES.some(({ voice_id }) => voice_id === voiceId))
      throw refusal(404, 'voice not found');
    if (sessions.view.open >= settings.maxOpenSessions) throw refusal(429, 'too many sessions at once');
    const wanted = {
      id: uuid(random),
      provider: 'webrtc',
      avatarId: avatar,
      durationSeconds: settings.longestSeconds,
      request,
    } as const;
    const opened = await inRoom(() => sessions.open(wanted), internal, onRoomFault);
    const offered = offerOf(opened.room);
    if (!offered) {
      onRoomFault(new Error('rooms() has to give credentials of webrtc with an offer'));
      sessions.fail(opened.session);
      throw internal();
    }
    return success({ session_id: opened.session.id, ...offered });
  }

  async function start(call: Call): Promise<Answer> {
    const session = sessionOf(call);
    const { sdp } = fieldsOf(call);
    if (!isFields(sdp) || sdp['type'] !== 'answer' || !isText(sdp['sdp']))
      throw refusal(400, 'sdp has to be an answer');
    if (isStarted(session)) throw wrongState('connected');
    started.add(session);
    const answer = { type: 'answer', sdp: sdp['sdp'] } as const;
    try {
      await atWork(() => session.room?.acceptAnswer?.(answer));
    } catch (error) {
      // The avatar did not take it: another answer may follow.
      started.delete(session);
      throw error;
    }
    return success({ status: 'success' });
  }

  async function addCandidate(call: Call): Promise<Answer> {
    const session = sessionOf(call);
    const { candidate } = fieldsOf(call);
    if (!isFields(candidate) || typeof candidate['candidate'] !== 'string')
      throw refusal(400, 'candidate is required');
    const { sdpMid = null, sdpMLineIndex = null, usernameFragment = null } = candidate;
    if (sdpMid !== null && typeof sdpMid !== 'string') throw refusal(400, 'sdpMid has to be a string');
    if (sdpMLineIndex !== null && typeof sdpMLineIndex !== 'number')
      throw refusal(400, 'sdpMLineIndex has to be a number');
    if (usernameFragment !== null && typeof usernameFragment !== 'string')
      throw refusal(400, 'usernameFragment has to be a string');
    const given = { candidate: candidate['candidate'], sdpMid, sdpMLineIndex, usernameFragment };
    await atWork(() => session.room?.addCandidate?.(given));
    return success({ status: 'success' });
  }

  async function say(call: Call): Promise<Answer> {
    const session = sessionOf(call);
    const { text, task_type = 'repeat' } = fieldsOf(call);
    if (!isText(text)) throw refusal(400, 'text is required');
    if (!isStarted(session)) throw wrongState('new');
    await atWork(() => (task_type === 'repeat' ? session.room?.speak?.(text) : session.room?.answer?.(text)));
    return success({ duration_ms: text.length * MS_PER_LETTER, task_id: uuid(random) });
  }

  function list(): Answer {
    const open = sessions.view.sessions.filter(({ ended }) => ended === undefined);
    return success({
      sessions: open.map((session) => ({
        session_id: session.id,
        status: isStarted(session) ? 'connected' : 'new',
        created_at: Math.floor((clock.wallNow() - (clock.now() - session.openedAt)) / 1_000),
      })),
    });
  }

  const routes: readonly Route[] = [
    { name: 'session.create', method: 'POST', path: '/v1/streaming.new', handle: create },
    { name: 'session.ice', method: 'POST', path: '/v1/streaming.ice', handle: addCandidate },
    { name: 'session.start', method: 'POST', path: '/v1/streaming.start', handle: start },
    { name: 'session.task', method: 'POST', path: '/v1/streaming.task', handle: say },
    {
      name: 'session.close',
      method: 'POST',
      path: '/v1/streaming.stop',
      handle(call) {
        const session = sessionOf(call);
        sessions.close(session);
        return success({ status: 'success' });
      },
    },
    { name: 'session.list', method: 'GET', path: '/v1/streaming.list', handle: list },
    {
      name: 'avatar.list',
      method: 'GET',
      path: '/v1/streaming/avatar.list',
      handle: () => success(avatars),
    },
    {
      name: 'voice.list',
      method: 'GET',
      path: '/v2/voices',
      handle: () => ({ status: 200, body: { error: null, data: { voices: HEYGEN_VOICES } } }),
    },
  ];

  return {
    name: 'heygen',
    routes: routes.map((route) => ({
      ...route,
      handle(call: Call) {
        if (call.headers['x-api-key'] !== key) throw refusal(401, 'Unauthorized', UNAUTHORISED);
        return route.handle(call);
      },
    })),
    refuse: ({ code, message, status = 400 }) => ({
      status,
      body: { code: typeof code === 'number' ? code : status, message },
    }),
    sessions,
    controls: { settings },
  };
}

function offerOf({ credentials }: MockRoom): Fields | undefined {
  if (!('offer' in credentials) || credentials.offer?.sdp === undefined) return undefined;
  return {
    sdp: { type: 'offer', sdp: credentials.offer.sdp },
    ice_servers2: credentials.iceServers ?? [],
  };
}
