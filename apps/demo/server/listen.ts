import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export const FIRST_PORT = 4_600;
const TRIES = 20;

/**
 * Listens on loopback and nowhere else.
 *
 * @param wanted that port or an error; without it the first free one of {@link FIRST_PORT} and those after it
 * @returns the port
 */
export async function listen(server: Server, wanted: number | undefined): Promise<number> {
  if (wanted !== undefined) return listenOn(server, wanted);
  for (let port = FIRST_PORT; ; port += 1) {
    try {
      return await listenOn(server, port);
    } catch (error) {
      if (!isTaken(error) || port === FIRST_PORT + TRIES) throw error;
    }
  }
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      reject(
        isTaken(error)
          ? Object.assign(new Error(`Port ${port} is in use. Choose another with --port, or leave it out.`), {
              code: error.code,
            })
          : error,
      );
    };
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
}
