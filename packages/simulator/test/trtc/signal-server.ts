/** TRTC's signalling as far as a test can have it: a WebSocket on this machine that answers nothing, or not even that. */

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * `refused`: nobody listens. `hangs`: the socket never opens. `mute`: it opens and says nothing. `closes`: it opens and
 * closes at once.
 */
export type SignalMode = 'refused' | 'hangs' | 'mute' | 'closes';

export interface SignalServer {
  readonly url: string;
  close(): Promise<void>;
}

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** "Going away", unmasked, as a server closes. */
const CLOSE_FRAME = Uint8Array.from([0x88, 0x02, 0x03, 0xe9]);

export async function startSignalServer(mode: SignalMode): Promise<SignalServer> {
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', ({ headers }, socket) => {
    if (mode === 'hangs') return;
    const accept = createHash('sha1')
      .update(`${headers['sec-websocket-key']}${WEBSOCKET_GUID}`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    );
    if (mode === 'closes') socket.end(CLOSE_FRAME);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  if (mode === 'refused') await close();
  return { url: `ws://127.0.0.1:${port}`, close: mode === 'refused' ? async () => {} : close };
}
