/** What each route takes and answers, for the document. */

import type { OperationName } from '../src/http/routes';
import { answers, json, type OpenApiAnswer, refused } from './answers';

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly object[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, OpenApiAnswer | { readonly $ref: string }>>;
}

const LOGIN = [{ bearer: [] }, { cookie: [] }];
const NO_LOGIN: OpenApiOperation['security'] = [];

const SESSION_ID = { $ref: '#/components/parameters/SessionId' };

/** Whatever reads a body may answer so. */
const BODY = [400, 408, 413, 415, 499] as const;

export const OPERATIONS = {
  open: {
    operationId: 'openSession',
    summary: 'Open a session',
    description:
      'What is opened is decided on the server. The credentials are given once: they are not stored, and a repeated ' +
      'request with the same key does not get them.',
    security: LOGIN,
    parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }],
    requestBody: {
      required: true,
      content: json('SessionRequest', {
        example: { value: { provider: 'agora', closeSecret: 'n1Vg7Jt0Qk2uXw5cZb8eRA', preset: 'guide' } },
      }),
    },
    responses: {
      201: answers(
        'Open, and paid for until it is closed.',
        json('OpenedSession', {
          agora: {
            value: {
              provider: 'agora',
              credentials: { appId: 'a1b2c3', channel: 'room-7', token: '007eJx…', uid: 42 },
              service: 'akool',
              sessionId: 'Zk3Jm0h8vYw2x4z6B8d0Fg',
              expiresInMs: 300_000,
              beatEveryMs: 30_000,
            },
          },
        }),
      ),
      ...refused(...BODY, 401, 403, 409, 429, 500, 502, 503, 504),
    },
  },
  close: {
    operationId: 'closeSession',
    summary: 'Close a session',
    description:
      'Needs the close secret and no login, and is plain text, so that a page that goes away can send it as a beacon.',
    security: NO_LOGIN,
    requestBody: {
      required: true,
      content: {
        'text/plain': {
          schema: {
            type: 'string',
            contentMediaType: 'application/json',
            contentSchema: { $ref: '#/components/schemas/CloseRequest' },
          },
          examples: {
            example: { value: '{"id":"Zk3Jm0h8vYw2x4z6B8d0Fg","secret":"n1Vg7Jt0Qk2uXw5cZb8eRA"}' },
          },
        },
      },
    },
    responses: {
      202: answers('The service has not confirmed it yet. The broker goes on by itself.'),
      204: answers('Closed, now or before.'),
      ...refused(...BODY, 403, 404, 429, 500),
    },
  },
  beat: {
    operationId: 'beat',
    summary: 'Give a sign that the page is there',
    description:
      'A session without one for long is closed. How often: `beatEveryMs` of the answer to the create.',
    security: LOGIN,
    parameters: [SESSION_ID],
    responses: {
      204: answers('Heard.'),
      ...refused(401, 403, 404, 429, 500),
    },
  },
  call: {
    operationId: 'callService',
    summary: 'Say or signal something to the avatar that its service takes over REST',
    description:
      'What there is, and what its body holds, depends on the service. `interrupt` and `keep-alive` are counted apart ' +
      'from all others.',
    security: LOGIN,
    parameters: [SESSION_ID, { $ref: '#/components/parameters/Action' }],
    requestBody: {
      required: false,
      content: {
        'application/json': { schema: {}, examples: { ask: { value: { text: 'What can you do?' } } } },
      },
    },
    responses: {
      200: answers('Done.', json('CallAnswer')),
      ...refused(...BODY, 401, 403, 404, 429, 500, 502, 503, 504),
    },
  },
  chat: {
    operationId: 'createChatCompletion',
    summary: 'Ask the language model of the server',
    description:
      'As far as it goes, the chat completions of an OpenAI-compatible API. Model, system prompt, tools and bounds are ' +
      "the server's. 404 when no model is configured.",
    security: LOGIN,
    parameters: [SESSION_ID],
    requestBody: {
      required: true,
      content: json('ChatRequest', {
        example: { value: { messages: [{ role: 'user', content: 'What can you do?' }], stream: true } },
      }),
    },
    responses: {
      200: answers('The answer, as a whole or as server-sent events.', {
        ...json('ChatAnswer'),
        'text/event-stream': { schema: { type: 'string' } },
      }),
      ...refused(...BODY, 401, 403, 404, 429, 500, 502, 503, 504),
    },
  },
  document: {
    operationId: 'getDocument',
    summary: 'This document',
    security: NO_LOGIN,
    responses: {
      200: answers('OpenAPI 3.1.', { 'application/json': { schema: { type: 'object' } } }),
      ...refused(403, 500),
    },
  },
} satisfies Readonly<Record<OperationName, OpenApiOperation>>;
