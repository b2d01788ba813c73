/** The routes, mounted. */

import { Hono } from 'hono';
import { Refusal } from '../refusal';
import { HANDLERS } from './handlers';
import { type Origin, optionsAnswer } from './origins';
import type { HttpParts } from './parts';
import { type OperationName, ROUTES } from './routes';

/** Of one request. */
export interface Asked {
  readonly id: string;
  origin: Origin;
  /** As it stands in `ROUTES`, for metrics: a path holds ids. */
  route: string;
}

export function createApp(parts: HttpParts): Hono<{ Bindings: Asked }> {
  const app = new Hono<{ Bindings: Asked }>();
  const below = app.basePath(parts.options.basePath);
  for (const [name, { method, path }] of Object.entries(ROUTES)) {
    const handle = HANDLERS[name as OperationName];
    below.on(method.toUpperCase(), path, (c) => {
      c.env.route = path;
      return handle(parts, c.req.raw, c.req.param());
    });
    const methods = method === 'get' ? 'GET, HEAD, OPTIONS' : 'POST, OPTIONS';
    below.all(path, (c) => {
      c.env.route = path;
      if (c.req.method === 'OPTIONS') return optionsAnswer(c.req.raw, c.env.origin, methods);
      throw new Refusal(405, 'unsupported', `This takes ${methods}.`, { allow: methods });
    });
  }
  app.notFound(() => {
    throw new Refusal(404, 'unsupported', 'There is no such route.');
  });
  // One place makes answers of errors: see `createHandler`.
  app.onError((error) => {
    throw error;
  });
  return app;
}
