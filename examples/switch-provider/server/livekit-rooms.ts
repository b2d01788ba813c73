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
      await (await rooms)?.close();
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
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await rooms.open()));
  } else {
    await rooms.end(id);
    response.writeHead(204).end();
  }
}
