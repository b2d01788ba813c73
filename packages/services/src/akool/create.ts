/** AKOOL's "create session", as our request. */

import type { OpenRequest } from '../contract';
import { type Body, mapRequest, type RequestTable } from '../request/map-request';

/** Sent where none is wanted, so that it is known when the session ends: the sample of AKOOL's own guide. */
export const DEFAULT_DURATION_SECONDS = 300;

/** Source: AKOOL, "create session" and react demo, 2025. */
export const AKOOL_REQUEST: RequestTable = Object.freeze<RequestTable>({
  service: 'akool',
  title: 'AKOOL',
  providers: ['agora', 'livekit', 'trtc'],
  fields: {
    avatarId: { to: 'avatar_id' },
    voiceId: { to: 'voice_id' },
    language: { to: 'language' },
    mode: { to: 'mode_type', values: { retelling: 1, dialogue: 2 } },
    knowledgeId: { to: 'knowledge_id' },
    backgroundUrl: { to: 'background_url' },
    // The whole amount is charged at once, and the unused part given back at the close.
    durationSeconds: { to: 'duration', most: 3_600 },
    quality: { unsupported: 'AKOOL knows no quality; the avatar has its own.' },
  },
  extra: { voice_url: 'voice_url', voice_params: 'voice_params' },
});

export function createBody(request: OpenRequest): Body {
  return {
    duration: DEFAULT_DURATION_SECONDS,
    ...mapRequest(AKOOL_REQUEST, request),
    stream_type: request.provider,
  };
}
