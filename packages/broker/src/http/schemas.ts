/** What goes over the wire, as schemas: requests are checked with them, and the OpenAPI document is made of them. */

import * as v from 'valibot';

const text = (pattern: RegExp, words: string) => v.pipe(v.string(words), v.regex(pattern, words));

export const ID = /^[A-Za-z0-9_-]{22}$/;
export const IDEMPOTENCY_KEY = /^[A-Za-z0-9_-]{16,128}$/;
export const PRESET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const LANGUAGE = /^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,3}$/;
export const ACTION = /^[a-z][a-z0-9-]{0,63}$/;

/** The networks that a page can be sent to. */
export const PROVIDERS = ['agora', 'livekit', 'trtc', 'webrtc'] as const;

const closeSecret = v.pipe(
  text(/^[A-Za-z0-9_-]{22,128}$/, '22 to 128 characters of A-Z, a-z, 0-9, _ and -'),
  v.description(
    'Made by the page, of at least 128 random bits. Whoever has it can close the session, and nothing else.',
  ),
  v.examples(['n1Vg7Jt0Qk2uXw5cZb8eRA']),
);

export const sessionRequest = v.pipe(
  v.strictObject({
    provider: v.pipe(
      v.picklist(PROVIDERS, `one of ${PROVIDERS.join(', ')}`),
      v.description('The network that the page can join.'),
    ),
    closeSecret,
    preset: v.exactOptional(
      v.pipe(
        text(PRESET_NAME, '1 to 64 characters of A-Z, a-z, 0-9, ., _ and -'),
        v.description("The server's own name for what may be opened."),
        v.examples(['guide']),
      ),
    ),
    language: v.exactOptional(v.pipe(text(LANGUAGE, 'a code of a language, such as en'), v.examples(['en']))),
    mode: v.exactOptional(
      v.pipe(
        v.picklist(['retelling', 'dialogue'], 'retelling or dialogue'),
        v.description('`retelling`: the avatar says what it is given. `dialogue`: it answers.'),
      ),
    ),
  }),
  v.description(
    'What a page may ask for. What is really opened is decided on the server; any other field is refused.',
  ),
);

export const closeRequest = v.strictObject({
  id: v.pipe(
    text(ID, '22 characters of A-Z, a-z, 0-9, _ and -'),
    v.description('`sessionId` of the answer to the create.'),
  ),
  secret: closeSecret,
});

const words = v.string();
const wordsOrNumber = v.union([v.string(), v.number()]);

/** Credentials by network, field by field: what a service sends beside these does not reach a page. */
export const credentials = {
  agora: v.object({
    appId: words,
    channel: words,
    token: words,
    uid: wordsOrNumber,
    role: v.optional(v.picklist(['host', 'audience'])),
  }),
  livekit: v.object({
    url: words,
    token: words,
    sendTopic: v.optional(words),
    receiveTopic: v.optional(words),
  }),
  trtc: v.object({
    sdkAppId: v.number(),
    room: wordsOrNumber,
    userId: words,
    userSig: words,
    cmdId: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10))),
  }),
  webrtc: v.object({
    iceServers: v.optional(
      v.array(
        v.object({
          urls: v.union([words, v.array(words)]),
          username: v.optional(words),
          credential: v.optional(words),
        }),
      ),
    ),
    offer: v.optional(
      v.object({
        type: v.picklist(['offer', 'answer', 'pranswer', 'rollback']),
        sdp: v.optional(words),
      }),
    ),
    jitterBufferTargetMs: v.optional(
      v.pipe(
        v.number(),
        v.minValue(0),
        v.maxValue(4_000),
        v.description('Wanted length of the jitter buffer, in milliseconds.'),
      ),
    ),
  }),
};

const common = {
  service: v.pipe(words, v.description('The service that renders the avatar.'), v.examples(['akool'])),
  sessionId: v.pipe(
    v.string(),
    v.regex(ID),
    v.description("The broker's own id: the service's is not told."),
  ),
  avatarId: v.optional(v.pipe(words, v.description("The avatar's participant id in the room."))),
  expiresInMs: v.pipe(
    v.number(),
    v.minValue(0),
    v.description(
      'When it ends by itself or is closed at the latest, counted in milliseconds from this answer.',
    ),
  ),
  beatEveryMs: v.pipe(v.number(), v.minValue(1), v.description('How often to beat, in milliseconds.')),
};

export const openedSessions = {
  agora: v.object({ provider: v.literal('agora'), credentials: credentials.agora, ...common }),
  livekit: v.object({ provider: v.literal('livekit'), credentials: credentials.livekit, ...common }),
  trtc: v.object({ provider: v.literal('trtc'), credentials: credentials.trtc, ...common }),
  webrtc: v.object({ provider: v.literal('webrtc'), credentials: credentials.webrtc, ...common }),
};

export const openedSession = v.variant('provider', [
  openedSessions.agora,
  openedSessions.livekit,
  openedSessions.trtc,
  openedSessions.webrtc,
]);

export type OpenedSessionAnswer = v.InferOutput<typeof openedSession>;

/** Those of core's codes that an answer may carry. */
export const ERROR_CODES = [
  'invalid-argument',
  'unsupported',
  'session-gone',
  'connect-timeout',
  'network',
  'service-busy',
  'service-refused',
] as const;

export const errorAnswer = v.object({
  error: v.object({
    code: v.picklist(ERROR_CODES),
    message: v.pipe(words, v.description('For a developer.')),
    field: v.optional(v.pipe(words, v.description('The field, header or part of the path to change.'))),
    retryAfterMs: v.optional(v.pipe(v.number(), v.minValue(0))),
    service: v.optional(words),
    serviceCode: v.optional(v.pipe(wordsOrNumber, v.description("The service's own code."))),
  }),
  requestId: v.pipe(words, v.description('As in the header `x-request-id` and in the log of the broker.')),
});
