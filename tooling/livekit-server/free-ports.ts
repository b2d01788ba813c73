import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const loopback = '127.0.0.1';

/** A TCP port that nobody listens on just now. */
export function freeTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, loopback, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A UDP port that nobody listens on just now. */
export function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, loopback, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
