/** The mock services with a witness before them, who sees every close from its request to its answer. */

import { once } from 'node:events';
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { onTestFinished } from 'vitest';

export type PaidService = 'akool' | 'a2e';

export interface SeenClose {
  readonly serviceSessionId: string;
  /** Milliseconds since 1970, when the broker asked. */
  readonly at: number;
}

export interface WatchedServices {
  readonly mock: MockServices;
  /** What a broker takes for the service's own address. */
  urlOf(service: PaidService): string;
  readonly closes: readonly SeenClose[];
  /** The most closes of one session that any two brokers had under way at one time. */
  readonly mostAtOnce: number;
}

export async function watchedServices(): Promise<WatchedServices> {
  const mock = await startMockServices({
    akool: { avatars: ['guide'] },
    a2e: { avatars: ['guide'], hosts: 1_000 },
  });
  onTestFinished(() => mock.close());
  const closes: SeenClose[] = [];
  const underWay = new Map<string, number>();
  let mostAtOnce = 0;

  function closing(serviceSessionId: string): () => void {
    closes.push({ serviceSessionId, at: Date.now() });
    const count = (more: number) => {
      const now = (underWay.get(serviceSessionId) ?? 0) + more;
      underWay.set(serviceSessionId, now);
      mostAtOnce = Math.max(mostAtOnce, now);
    };
    count(1);
    return () => count(-1);
  }

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const id = closedBy(incoming, body);
    if (id !== undefined) outgoing.once('close', closing(id));
    const { method = 'GET', headers, url = '' } = incoming;
    const onward = ask(`http://127.0.0.1:${mock.port}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    // Whatever becomes of who asked: it has arrived.
    onward.end(body);
  }

  const server = createServer((incoming, outgoing) => {
    // A broker that is killed while it asks.
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    mock,
    urlOf: (service) => `http://127.0.0.1:${port}/${service}`,
    closes,
    get mostAtOnce() {
      return mostAtOnce;
    },
  };
}

function closedBy({ url = '' }: IncomingMessage, body: Buffer): string | undefined {
  if (!/\/(?:session\/close|leave)$/.test(url)) return undefined;
  const { id, channel } = JSON.parse(body.toString()) as { id?: string; channel?: string };
  return id ?? channel;
}
