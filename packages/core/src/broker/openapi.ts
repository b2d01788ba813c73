/**
 * Written by `tsx tooling/openapi/main.ts` out of packages/broker/openapi.json: change that, and run it again.
 */

export interface paths {
  '/sessions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Open a session
     * @description What is opened is decided on the server. The credentials are given once: they are not stored, and a repeated request with the same key does not get them.
     */
    post: operations['openSession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/close': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Close a session
     * @description Needs the close secret and no login, and is plain text, so that a page that goes away can send it as a beacon.
     */
    post: operations['closeSession'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sessions/{id}/beat': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Give a sign that the page is there
     * @description A session without one for long is closed. How often: `beatEveryMs` of the answer to the create.
     */
    post: operations['beat'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sessions/{id}/calls/{action}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Say or signal something to the avatar that its service takes over REST
     * @description What there is, and what its body holds, depends on the service. `interrupt` and `keep-alive` are counted apart from all others.
     */
    post: operations['callService'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/sessions/{id}/chat/completions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Ask the language model of the server
     * @description As far as it goes, the chat completions of an OpenAI-compatible API. Model, system prompt, tools and bounds are the server's. 404 when no model is configured.
     */
    post: operations['createChatCompletion'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** This document */
    get: operations['getDocument'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export interface components {
  schemas: {
    /** @description What a page may ask for. What is really opened is decided on the server; any other field is refused. */
    SessionRequest: {
      /**
       * @description The network that the page can join.
       * @enum {string}
       */
      provider: 'agora' | 'livekit' | 'trtc' | 'webrtc';
      /**
       * @description Made by the page, of at least 128 random bits. Whoever has it can close the session, and nothing else.
       * @example n1Vg7Jt0Qk2uXw5cZb8eRA
       */
      closeSecret: string;
      /**
       * @description The server's own name for what may be opened.
       * @example guide
       */
      preset?: string;
      /** @example en */
      language?: string;
      /**
       * @description `retelling`: the avatar says what it is given. `dialogue`: it answers.
       * @enum {string}
       */
      mode?: 'retelling' | 'dialogue';
    };
    CloseRequest: {
      /** @description `sessionId` of the answer to the create. */
      id: string;
      /**
       * @description Made by the page, of at least 128 random bits. Whoever has it can close the session, and nothing else.
       * @example n1Vg7Jt0Qk2uXw5cZb8eRA
       */
      secret: string;
    };
    OpenedSession:
      | components['schemas']['OpenedAgoraSession']
      | components['schemas']['OpenedLivekitSession']
      | components['schemas']['OpenedTrtcSession']
      | components['schemas']['OpenedWebrtcSession'];
    OpenedAgoraSession: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      provider: 'agora';
      credentials: {
        appId: string;
        channel: string;
        token: string;
        uid: string | number;
        /** @enum {string} */
        role?: 'host' | 'audience';
      };
      /**
       * @description The service that renders the avatar.
       * @example akool
       */
      service: string;
      /** @description The broker's own id: the service's is not told. */
      sessionId: string;
      /** @description The avatar's participant id in the room. */
      avatarId?: string;
      /** @description When it ends by itself or is closed at the latest, counted in milliseconds from this answer. */
      expiresInMs: number;
      /** @description How often to beat, in milliseconds. */
      beatEveryMs: number;
    };
    OpenedLivekitSession: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      provider: 'livekit';
      credentials: {
        url: string;
        token: string;
        sendTopic?: string;
        receiveTopic?: string;
      };
      /**
       * @description The service that renders the avatar.
       * @example akool
       */
      service: string;
      /** @description The broker's own id: the service's is not told. */
      sessionId: string;
      /** @description The avatar's participant id in the room. */
      avatarId?: string;
      /** @description When it ends by itself or is closed at the latest, counted in milliseconds from this answer. */
      expiresInMs: number;
      /** @description How often to beat, in milliseconds. */
      beatEveryMs: number;
    };
    OpenedTrtcSession: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      provider: 'trtc';
      credentials: {
        sdkAppId: number;
        room: string | number;
        userId: string;
        userSig: string;
        cmdId?: number;
      };
      /**
       * @description The service that renders the avatar.
       * @example akool
       */
      service: string;
      /** @description The broker's own id: the service's is not told. */
      sessionId: string;
      /** @description The avatar's participant id in the room. */
      avatarId?: string;
      /** @description When it ends by itself or is closed at the latest, counted in milliseconds from this answer. */
      expiresInMs: number;
      /** @description How often to beat, in milliseconds. */
      beatEveryMs: number;
    };
    OpenedWebrtcSession: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      provider: 'webrtc';
      credentials: {
        iceServers?: {
          urls: string | string[];
          username?: string;
          credential?: string;
        }[];
        offer?: {
          /** @enum {string} */
          type: 'offer' | 'answer' | 'pranswer' | 'rollback';
          sdp?: string;
        };
        /** @description Wanted length of the jitter buffer, in milliseconds. */
        jitterBufferTargetMs?: number;
      };
      /**
       * @description The service that renders the avatar.
       * @example akool
       */
      service: string;
      /** @description The broker's own id: the service's is not told. */
      sessionId: string;
      /** @description The avatar's participant id in the room. */
      avatarId?: string;
      /** @description When it ends by itself or is closed at the latest, counted in milliseconds from this answer. */
      expiresInMs: number;
      /** @description How often to beat, in milliseconds. */
      beatEveryMs: number;
    };
    ErrorAnswer: {
      error: {
        /** @enum {string} */
        code:
          | 'invalid-argument'
          | 'unsupported'
          | 'session-gone'
          | 'connect-timeout'
          | 'network'
          | 'service-busy'
          | 'service-refused';
        /** @description For a developer. */
        message: string;
        /** @description The field, header or part of the path to change. */
        field?: string;
        retryAfterMs?: number;
        service?: string;
        /** @description The service's own code. */
        serviceCode?: string | number;
      };
      /** @description As in the header `x-request-id` and in the log of the broker. */
      requestId: string;
    };
    CallAnswer: {
      /** @description What the service answered, or null. */
      result: unknown;
    };
    ChatRequest: {
      messages: {
        /** @enum {string} */
        role: 'user' | 'assistant';
        content: string;
      }[];
      /** @default false */
      stream: boolean;
      /** @description For clients that have to send one: the server's own. Any other is refused. */
      model?: string;
    };
    /** @description As an OpenAI-compatible API answers. */
    ChatAnswer: {
      id: string;
      /** @constant */
      object: 'chat.completion';
      /** @description Seconds since 1970. */
      created: number;
      model: string;
      choices: {
        index: number;
        message: {
          /** @constant */
          role: 'assistant';
          content: string | null;
          tool_calls?: Record<string, never>[];
        };
        finish_reason: string;
      }[];
      usage?: Record<string, never>;
    };
  };
  responses: {
    /** @description Something in the request is wrong; `error.field` names it. */
    Refused400: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description Nobody is logged in. */
    Refused401: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        'www-authenticate': components['headers']['WwwAuthenticate'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description Not allowed, or from a page on a host that may not use this. */
    Refused403: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description No such session, or not this caller's; or nothing of this name. */
    Refused404: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description The path is right, the method is not. */
    Refused405: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        allow: components['headers']['Allow'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description The body did not come in time. */
    Refused408: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description The idempotency key was used before: take a new one. `service-busy`: its session is being opened, and is closed then. `session-gone`: its credentials were given, or nothing came of it. */
    Refused409: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        /** @description Whole seconds, rounded up; `error.retryAfterMs` is exact. */
        'retry-after'?: number;
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description The body is too large. */
    Refused413: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description The body is of another type, or compressed. */
    Refused415: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description Too often, or too much. */
    Refused429: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        'retry-after': components['headers']['RetryAfter'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description The client went before the answer. Nobody reads this one: it stands in metrics. */
    Refused499: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description Something failed in the broker. The log has it, under the request id. */
    Refused500: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description The service failed, or refused. */
    Refused502: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description The broker or the service has too much to do, or the broker is ending. */
    Refused503: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        'retry-after': components['headers']['RetryAfter'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
    /** @description The service did not answer in time. */
    Refused504: {
      headers: {
        'x-request-id': components['headers']['RequestId'];
        [name: string]: unknown;
      };
      content: {
        'application/json': components['schemas']['ErrorAnswer'];
      };
    };
  };
  parameters: {
    /**
     * @description `sessionId` of the answer to the create.
     * @example Zk3Jm0h8vYw2x4z6B8d0Fg
     */
    SessionId: string;
    /**
     * @description One of the service's.
     * @example ask
     */
    Action: string;
    /**
     * @description Made by the page: one for each session that it wants, the same when it repeats a request.
     * @example o3Vg7Jt0Qk2uXw5cZb8eRA
     */
    IdempotencyKey: string;
  };
  requestBodies: never;
  headers: {
    /** @description Random, made for each answer, and in the log of the broker. */
    RequestId: string;
    /** @description Whole seconds, rounded up; `error.retryAfterMs` is exact. */
    RetryAfter: number;
    /** @description The methods of this path. */
    Allow: string;
    WwwAuthenticate: string;
  };
  pathItems: never;
}
export interface operations {
  openSession: {
    parameters: {
      query?: never;
      header: {
        /**
         * @description Made by the page: one for each session that it wants, the same when it repeats a request.
         * @example o3Vg7Jt0Qk2uXw5cZb8eRA
         */
        'Idempotency-Key': components['parameters']['IdempotencyKey'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SessionRequest'];
      };
    };
    responses: {
      /** @description Open, and paid for until it is closed. */
      201: {
        headers: {
          'x-request-id': components['headers']['RequestId'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OpenedSession'];
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      408: components['responses']['Refused408'];
      409: components['responses']['Refused409'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      499: components['responses']['Refused499'];
      500: components['responses']['Refused500'];
      502: components['responses']['Refused502'];
      503: components['responses']['Refused503'];
      504: components['responses']['Refused504'];
    };
  };
  closeSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'text/plain': string;
      };
    };
    responses: {
      /** @description The service has not confirmed it yet. The broker goes on by itself. */
      202: {
        headers: {
          'x-request-id': components['headers']['RequestId'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Closed, now or before. */
      204: {
        headers: {
          'x-request-id': components['headers']['RequestId'];
          [name: string]: unknown;
        };
        content?: never;
      };
      400: components['responses']['Refused400'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      408: components['responses']['Refused408'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      499: components['responses']['Refused499'];
      500: components['responses']['Refused500'];
    };
  };
  beat: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description `sessionId` of the answer to the create.
         * @example Zk3Jm0h8vYw2x4z6B8d0Fg
         */
        id: components['parameters']['SessionId'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Heard. */
      204: {
        headers: {
          'x-request-id': components['headers']['RequestId'];
          [name: string]: unknown;
        };
        content?: never;
      };
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      429: components['responses']['Refused429'];
      500: components['responses']['Refused500'];
    };
  };
  callService: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description `sessionId` of the answer to the create.
         * @example Zk3Jm0h8vYw2x4z6B8d0Fg
         */
        id: components['parameters']['SessionId'];
        /**
         * @description One of the service's.
         * @example ask
         */
        action: components['parameters']['Action'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        'application/json': unknown;
      };
    };
    responses: {
      /** @description Done. */
      200: {
        headers: {
          'x-request-id': components['headers']['RequestId'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CallAnswer'];
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      408: components['responses']['Refused408'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      499: components['responses']['Refused499'];
      500: components['responses']['Refused500'];
      502: components['responses']['Refused502'];
      503: components['responses']['Refused503'];
      504: components['responses']['Refused504'];
    };
  };
  createChatCompletion: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /**
         * @description `sessionId` of the answer to the create.
         * @example Zk3Jm0h8vYw2x4z6B8d0Fg
         */
        id: components['parameters']['SessionId'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ChatRequest'];
      };
    };
    responses: {
      /** @description The answer, as a whole or as server-sent events. */
      200: {
        headers: {
          'x-request-id': components['headers']['RequestId'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ChatAnswer'];
          'text/event-stream': string;
        };
      };
      400: components['responses']['Refused400'];
      401: components['responses']['Refused401'];
      403: components['responses']['Refused403'];
      404: components['responses']['Refused404'];
      408: components['responses']['Refused408'];
      413: components['responses']['Refused413'];
      415: components['responses']['Refused415'];
      429: components['responses']['Refused429'];
      499: components['responses']['Refused499'];
      500: components['responses']['Refused500'];
      502: components['responses']['Refused502'];
      503: components['responses']['Refused503'];
      504: components['responses']['Refused504'];
    };
  };
  getDocument: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description OpenAPI 3.1. */
      200: {
        headers: {
          'x-request-id': components['headers']['RequestId'];
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      403: components['responses']['Refused403'];
      500: components['responses']['Refused500'];
    };
  };
}
