/** LiveAvatar's session token, as our request, and what starting it answers as connection details. */

import type { ConnectionDetails } from '@avatarwire/core';
import * as v from 'valibot';
import type { OpenRequest } from '../contract';
import { maybeNumber, text } from '../http/answers';
import { type Body, mapRequest, type RequestTable } from '../request/map-request';

/** Source: LiveAvatar, "create session token", 2025. */
export const LIVEAVATAR_REQUEST: RequestTable = Object.freeze<RequestTable>({
  service: 'liveavatar',
  title: 'LiveAvatar',
  providers: ['livekit'],
  fields: {
    avatarId: { to: 'avatar_id' },
    voiceId: { to: 'avatar_persona.voice_id' },
    language: { to: 'avatar_persona.language' },
    mode: { implied: 'each message says it: `avatar.speak_text` or `avatar.speak_response`' },
    knowledgeId: { to: 'avatar_persona.context_id' },
    backgroundUrl: {
      unsupported: 'LiveAvatar shows none; key the colour of its background out in the page.',
    },
    durationSeconds: { to: 'max_session_duration' },
    quality: {
      to: 'video_settings.quality',
      values: { low: 'low', medium: 'medium', high: 'high', 'very-high': 'very_high' },
    },
  },
  extra: {
    is_sandbox: 'is_sandbox',
    interactivity_type: 'interactivity_type',
    dynamic_variables: 'dynamic_variables',
    voice_settings: 'avatar_persona.voice_settings',
    stt_config: 'avatar_persona.stt_config',
    encoding: 'video_settings.encoding',
  },
});

/** FULL: the service has the room. LITE wants audio from a server of one's own, and is not offered here. */
export function tokenBody(request: OpenRequest): Body {
  return { mode: 'FULL', avatar_persona: {}, ...mapRequest(LIVEAVATAR_REQUEST, request) };
}

export const tokenAnswer = v.object({
  session_id: text,
  // It becomes a header.
  session_token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
});

export const startAnswer = v.object({
  livekit_url: text,
  livekit_client_token: text,
  max_session_duration: maybeNumber,
});

export type Started = v.InferOutput<typeof startAnswer>;

/** How the avatar is called in its rooms, and where it listens and speaks. Source: LiveAvatar's web SDK and events page. */
const AVATAR_ID = 'heygen';
const SEND_TOPIC = 'agent-control';
const RECEIVE_TOPIC = 'agent-response';

export function lifeMsOf(
  { max_session_duration }: Started,
  { durationSeconds }: OpenRequest,
): number | undefined {
  const seconds = max_session_duration ?? durationSeconds;
  return seconds !== undefined && seconds > 0 ? seconds * 1_000 : undefined;
}

export function detailsOf(
  sessionId: string,
  started: Started,
  lifeMs: number | undefined,
): ConnectionDetails {
  return {
    provider: 'livekit',
    credentials: {
      url: started.livekit_url,
      token: started.livekit_client_token,
      sendTopic: SEND_TOPIC,
      receiveTopic: RECEIVE_TOPIC,
    },
    service: 'liveavatar',
    sessionId,
    avatarId: AVATAR_ID,
    ...(lifeMs !== undefined && { expiresInMs: lifeMs }),
  };
}
