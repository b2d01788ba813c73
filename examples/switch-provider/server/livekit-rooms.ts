import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import type { LivekitRooms } from './livekit-service';

const ROOMS = '/livekit-rooms';

/**
 * In development the page's own server is the backend for LiveKit: `POST` opens a room with an avatar in it, on a
 * livekit-server of this machine, `DELETE` closes it. Without a livekit-server it answers 503.
 */
export function livekitRooms(): Plugin {
  let rooms: Promise<LivekitRooms> | undefined;

  return {
    name: 'livekit-rooms',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use(ROOMS, (request, response) => {
        // What any other page could send without the browser asking us first.
        if (request.method === 'POST' && request.headers['content-type'] !== 'application/json') {
          response.writeHead(415).end();
          return;
        }
        // Loaded by Vite, which reads this repository's packages from their source.
        rooms ??= server
          .ssrLoadModule('/server/livekit-service.ts')
          .then(({ createLivekitRooms }) => createLivekitRooms());
        rooms
          .then((service) => answer(service, request, response))
          .catch((error: Error) => response.writeHead(503).end(error.message));
      });
    },
    async buildEnd() {
      await (await rooms?.catch(() => undefined))?.close();
    },
  };
}

async function answer(
  rooms: LivekitRooms,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, id = ''] = /^\/([\w-]+)$/.exec(request.url ?? '') ?? [];
  if (request.method === 'POST') {
    const details = await rooms.open();
    // Whoever asked has gone, and will never close it.
    if (response.destroyed) return rooms.end(details.sessionId ?? '');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(details));
  } else {
    await rooms.end(id);
    response.writeHead(204).end();
  }
}
