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
  /** Who waits, and how to let it through. It is read meanwhile, so that one who gives up is seen to. */
  const waiting = new Map<Socket, () => void>();
  let mode: SignalMode = 'open';

  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    client.on('close', () => waiting.delete(client));
    if (mode === 'refused') client.destroy();
    else if (mode === 'held') hold(client);
    else forward(client);
  });

  function hold(client: Socket): void {
    const said: Buffer[] = [];
    const keep = (chunk: Buffer) => said.push(chunk);
    client.on('data', keep);
    waiting.set(client, () => {
      waiting.delete(client);
      client.off('data', keep);
      forward(client, Buffer.concat(said));
    });
  }

  function forward(client: Socket, said = Buffer.alloc(0)): void {
    const upstream = dial(Number(serverPort), hostname);
    const pairs = [
      [client, upstream],
      [upstream, client],
    ] as const;
    for (const [socket, other] of pairs) {
      connected.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        connected.delete(socket);
        // What was said last still has to arrive.
        other.end();
      });
    }
    upstream.write(said);
    client.pipe(upstream).pipe(client);
  }

  function end(sockets: Iterable<Socket>): void {
    for (const socket of sockets) socket.destroy();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    port: (server.address() as { port: number }).port,
    setMode(next, cut) {
      mode = next;
      if (cut) end(connected);
      if (mode === 'open') for (const letThrough of [...waiting.values()]) letThrough();
      if (mode === 'refused') end(waiting.keys());
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      end(connected);
      end(waiting.keys());
      await closed;
    },
  };
}
