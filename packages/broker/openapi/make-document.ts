/** The OpenAPI document, out of the routes, the schemas and what stands about both. Runs when it is written to a file. */

import { toJsonSchemaDefs } from '@valibot/to-json-schema';
import { DEFAULT_BASE_PATH } from '../src/defaults';
import { type OperationName, ROUTES } from '../src/http/routes';
import {
  ACTION,
  closeRequest,
  errorAnswer,
  ID,
  IDEMPOTENCY_KEY,
  openedSession,
  openedSessions,
  sessionRequest,
} from '../src/http/schemas';
import { HEADERS, REFUSALS, refusalName } from './answers';
import { OPERATIONS } from './operations';

const DESCRIPTION = `Opens and closes the paid sessions of avatar services for pages that must not see their keys.

Every answer has \`x-request-id\` and \`cache-control: no-store\`. Other paths are answered with 404, other methods with
405 and \`allow\`. A page on another host needs its origin in \`allowedOrigins\`, else it is answered with 403.`;

export function makeDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'avatarwire broker',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: '{basePath}',
        description: 'Where the broker is mounted.',
        variables: { basePath: { default: DEFAULT_BASE_PATH } },
      },
    ],
    paths: paths(),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'Whatever `authenticate` looks at; often a web token.',
        },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'session',
          description: "Or the application's own login.",
        },
      },
      parameters: parameters(),
      headers: HEADERS,
      responses: Object.fromEntries(
        Object.entries(REFUSALS).map(([status, answer]) => [refusalName(Number(status)), answer]),
      ),
      schemas: schemas(),
    },
  };
}

function paths(): object {
  return Object.fromEntries(
    Object.entries(ROUTES).map(([name, { method, path }]) => [
      path.replace(/:(\w+)/g, '{$1}'),
      { [method]: OPERATIONS[name as OperationName] },
    ]),
  );
}

function parameters(): object {
  return {
    SessionId: {
      name: 'id',
      in: 'path',
      required: true,
      description: '`sessionId` of the answer to the create.',
      schema: { type: 'string', pattern: ID.source },
      example: 'Zk3Jm0h8vYw2x4z6B8d0Fg',
    },
    Action: {
      name: 'action',
      in: 'path',
      required: true,
      description: "One of the service's.",
      schema: { type: 'string', pattern: ACTION.source },
      example: 'ask',
    },
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      required: true,
      description:
        'Made by the page: one for each session that it wants, the same when it repeats a request.',
      schema: { type: 'string', pattern: IDEMPOTENCY_KEY.source },
      example: 'o3Vg7Jt0Qk2uXw5cZb8eRA',
    },
  };
}

function schemas(): object {
  const made = toJsonSchemaDefs(
    {
      SessionRequest: sessionRequest,
      CloseRequest: closeRequest,
      OpenedSession: openedSession,
      OpenedAgoraSession: openedSessions.agora,
      OpenedLivekitSession: openedSessions.livekit,
      OpenedTrtcSession: openedSessions.trtc,
      OpenedWebrtcSession: openedSessions.webrtc,
      ErrorAnswer: errorAnswer,
    },
    {
      target: 'draft-2020-12',
      overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    },
  );
  const mapping = Object.fromEntries(
    Object.keys(openedSessions).map((provider) => [
      provider,
      `#/components/schemas/Opened${provider.charAt(0).toUpperCase()}${provider.slice(1)}Session`,
    ]),
  );
  return {
    ...made,
    OpenedSession: { ...made.OpenedSession, discriminator: { propertyName: 'provider', mapping } },
    CallAnswer: {
      type: 'object',
      properties: { result: { description: 'What the service answered, or null.' } },
      required: ['result'],
    },
    ChatRequest: {
      type: 'object',
      properties: {
        messages: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            properties: {
              role: { type: 'string', enum: ['user', 'assistant'] },
              content: { type: 'string' },
            },
            required: ['role', 'content'],
            additionalProperties: false,
          },
        },
        stream: { type: 'boolean', default: false },
        model: {
          type: 'string',
          description: "For clients that have to send one: the server's own. Any other is refused.",
        },
      },
      required: ['messages'],
      additionalProperties: false,
    },
    ChatAnswer: {
      type: 'object',
      description: 'As an OpenAI-compatible API answers.',
      properties: {
        id: { type: 'string' },
        object: { const: 'chat.completion' },
        created: { type: 'integer', description: 'Seconds since 1970.' },
        model: { type: 'string' },
        choices: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              index: { type: 'integer' },
              message: {
                type: 'object',
                properties: {
                  role: { const: 'assistant' },
                  content: { type: ['string', 'null'] },
                  tool_calls: { type: 'array', items: { type: 'object' } },
                },
                required: ['role', 'content'],
              },
              finish_reason: { type: 'string' },
            },
            required: ['index', 'message', 'finish_reason'],
          },
        },
        usage: { type: 'object' },
      },
      required: ['id', 'object', 'created', 'model', 'choices'],
    },
  };
}
