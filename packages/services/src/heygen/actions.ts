/** What goes to HeyGen v1 over REST: its signalling, and every word. */

import * as v from 'valibot';
import { fieldOf, someText, type Wanted } from '../http/check-body';

/** Far more than an answer with all its candidates has. */
const MOST_SDP_CHARACTERS = 65_536;
const MOST_CANDIDATE_CHARACTERS = 4_096;

const line = v.pipe(v.string(), v.maxLength(MOST_CANDIDATE_CHARACTERS));

const answer: Wanted<{ type: 'answer'; sdp: string }> = [
  v.object({
    type: v.literal('answer'),
    sdp: v.pipe(v.string(), v.nonEmpty(), v.maxLength(MOST_SDP_CHARACTERS)),
  }),
  'an answer: { type: "answer", sdp }',
];

const candidate: Wanted<object> = [
  v.object({
    candidate: line,
    sdpMid: v.optional(v.nullable(line)),
    sdpMLineIndex: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0)))),
    usernameFragment: v.optional(v.nullable(line)),
  }),
  'a candidate, as RTCIceCandidate.toJSON() gives it',
];

interface Action {
  readonly path: string;
  readonly body: (given: unknown) => object;
  /** Whether it keeps its place among those of its session. Signalling keeps its own order. */
  readonly inTurn: boolean;
}

const start: Action = {
  path: '/v1/streaming.start',
  inTurn: false,
  body: (given) => ({ sdp: fieldOf('heygen', given, 'sdp', answer) }),
};

/** `answer` is `start` under the name that signalling has for it. */
export const HEYGEN_ACTIONS = Object.freeze({
  ice: {
    path: '/v1/streaming.ice',
    inTurn: false,
    body: (given) => ({ candidate: fieldOf('heygen', given, 'candidate', candidate) }),
  },
  start,
  answer: start,
  task: {
    path: '/v1/streaming.task',
    inTurn: true,
    body: (given) => ({ text: fieldOf('heygen', given, 'text', someText) }),
  },
}) satisfies Readonly<Record<string, Action>>;
