/** HeyGen v1's `streaming.new`, as our request, and its answer as connection details. */

import type { ConnectionDetails } from '@avatarwire/core';
import * as v from 'valibot';
import { listOf, maybeText, present, text } from '../http/answers';
import type { RequestTable } from '../request/map-request';

/** Source: HeyGen, StreamingAvatar sample (v1), 2024. */
export const HEYGEN_REQUEST: RequestTable = Object.freeze<RequestTable>({
  service: 'heygen',
  title: 'HeyGen v1',
  providers: ['webrtc'],
  fields: {
    avatarId: { to: 'avatar_name' },
    voiceId: { to: 'voice.voice_id' },
    language: { unsupported: 'with HeyGen v1 the voice has the language.' },
    mode: { implied: 'it only repeats', only: ['retelling'] },
    knowledgeId: { unsupported: 'HeyGen v1 only repeats what it is given.' },
    backgroundUrl: { unsupported: 'HeyGen v1 shows none; key the colour of its background out in the page.' },
    durationSeconds: { unsupported: 'HeyGen v1 has no limit that can be set; close the session yourself.' },
    quality: { to: 'quality', values: { low: 'low', medium: 'medium', high: 'high' } },
  },
  extra: {},
});

const iceServer = v.pipe(
  v.object({
    urls: v.union([text, v.pipe(v.array(text), v.nonEmpty())]),
    username: maybeText,
    credential: maybeText,
  }),
  v.transform((server) => present(server)),
);

export const streamAnswer = v.object({
  session_id: text,
  sdp: v.object({ type: v.literal('offer'), sdp: text }),
  ice_servers2: v.optional(v.nullable(listOf(iceServer))),
  // The older name.
  ice_servers: v.optional(v.nullable(listOf(iceServer))),
});

/**
 * What the sample for v1 sets on every receiver. A later SDK takes 200 ms, but for v2, which comes over LiveKit: v1 was
 * only ever shown with this.
 */
const JITTER_BUFFER_MS = 500;

export type Stream = v.InferOutput<typeof streamAnswer>;

export function detailsOf({ session_id, sdp, ice_servers2, ice_servers }: Stream): ConnectionDetails {
  return {
    provider: 'webrtc',
    credentials: {
      iceServers: ice_servers2 ?? ice_servers ?? [],
      offer: sdp,
      jitterBufferTargetMs: JITTER_BUFFER_MS,
    },
    service: 'heygen',
    sessionId: session_id,
  };
}
