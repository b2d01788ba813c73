/** The paths below `basePath`; one method each. */

export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
}

export const ROUTES = {
  open: { method: 'post', path: '/sessions' },
  close: { method: 'post', path: '/close' },
  beat: { method: 'post', path: '/sessions/:id/beat' },
  call: { method: 'post', path: '/sessions/:id/calls/:action' },
  chat: { method: 'post', path: '/sessions/:id/chat/completions' },
  document: { method: 'get', path: '/openapi.json' },
} satisfies Readonly<Record<string, Route>>;

/** As `openapi/` describes it, and as `handlers.ts` does it. */
export type OperationName = keyof typeof ROUTES;
