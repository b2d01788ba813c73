import { createServer, connect as dial, type Socket } from 'node:net';

export type SignalMode =
  /** Everything passes. */
  | 'open'
  /** New connections are taken and kept waiting, as by a network that swallows everything. */
  | 'held'
  /** New connections are ended at once. */
  | 'refused';

export interface SignalProxy {
  readonly port: number;
  /** With `cut`, what is connected is ended. */
  setMode(mode: SignalMode, cut: boolean): void;
  close(): Promise<void>;
}

/** Stands between a client and the server's signalling; media goes another way. */
export async function startSignalProxy(serverUrl: string): Promise<SignalProxy> {
  const { hostname, port: serverPort } = new URL(serverUrl);
  const connected = new Set<Socket>();
  const waiting = new Set<Socket>();
  let mode: SignalMode = 'open';

  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    client.on('close', () => waiting.delete(client));
    if (mode === 'refused') client.destroy();
    else if (mode === 'held') waiting.add(client.pause());
    else forward(client);
  });

  function forward(client: Socket): void {
    waiting.delete(client);
    const upstream = dial(Number(serverPort), hostname);
    for (const socket of [client, upstream]) {
      connected.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        connected.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  }

  function end(sockets: ReadonlySet<Socket>): void {
    for (const socket of sockets) socket.destroy();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    port: (server.address() as { port: number }).port,
    setMode(next, cut) {
      mode = next;
      if (cut) end(connected);
      if (mode === 'open') for (const client of waiting) forward(client);
      if (mode === 'refused') end(waiting);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      end(connected);
      end(waiting);
      await closed;
    },
  };
}
