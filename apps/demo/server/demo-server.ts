import { createServer } from 'node:http';
import type { BrokerStore } from '@avatarwire/broker';
import { memoryStore } from '@avatarwire/broker/memory';
import { type Clock, systemClock } from '@avatarwire/core';
import { akoolServer } from '@avatarwire/services/akool/server';
import type { MockRooms } from '@avatarwire/simulator/services';
import type { Accounts } from './accounts';
import { type AkoolAccount, DEFAULT_AVATAR } from './akool-account';
import { type Backend, handleApi } from './api';
import { createDemoBroker, type DemoBrokerOptions, type Offered } from './demo-broker';
import { refuse } from './json';
import { listen } from './listen';
import { createLivekitHost, type LivekitHost } from './livekit-host';
import { startMockAkool } from './mock-akool';
import { mockRooms } from './mock-rooms';
import { ownRoomService } from './own-room';
import { builtPage, type Page, sourcePage } from './page';
import { pageHeaders } from './page-headers';
import { isOurs } from './same-origin';

export interface DemoServerOptions extends Partial<Pick<DemoBrokerOptions, 'limits' | 'timings'>> {
  /** @default the first free one from 4600 */
  readonly port?: number | undefined;
  readonly dev?: boolean;
  readonly host?: LivekitHost;
  /** Where the mock's avatars are. @default rooms on the host's livekit-server, as far as they are LiveKit's */
  readonly rooms?: MockRooms;
  /** Rooms opened elsewhere. @default none */
  readonly accounts?: Accounts;
  /** @default none: AKOOL is a mock */
  readonly akool?: AkoolAccount | undefined;
  /** Closed with the demo. @default one that forgets, as the mock does */
  readonly store?: BrokerStore;
  readonly clock?: Clock;
  /** For what goes wrong behind the page's back. */
  readonly say?: (line: string) => void;
}

export interface DemoServer {
  readonly url: string;
  /** Closes every session at its service, the livekit-server and the page. */
  close(): Promise<void>;
}

const LONGEST_SECONDS = 900;

/** The demo's one server, on loopback; the mock services have a port of their own beside it. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const { port, dev = false, host = createLivekitHost(), accounts = new Map(), akool } = options;
  const { clock = systemClock, store = memoryStore(), say = () => {} } = options;
  const mock = await startMockAkool({
    rooms: options.rooms ?? mockRooms(host),
    clock,
    say,
  });
  const offered: readonly Offered[] = [
    ...(akool
      ? [
          {
            service: akoolServer({ ...akool.server, clock }),
            avatarId: akool.avatarId,
            durationSeconds: LONGEST_SECONDS,
          },
        ]
      : []),
    // Whoever is in that room, for as long as its token lasts.
    ...(accounts.size > 0
      ? [{ service: ownRoomService(accounts, clock), avatarId: 'own', durationSeconds: 3_600 }]
      : []),
    {
      service: mock.service,
      avatarId: DEFAULT_AVATAR,
      durationSeconds: LONGEST_SECONDS,
      check: async (provider) => provider === 'livekit' && host.server(),
    },
  ];
  const broker = createDemoBroker({
    offered,
    store,
    clock,
    limits: options.limits,
    timings: options.timings,
    say,
  });
  const backend: Backend = { broker, offered, costs: { account: mock.account, store, clock } };
  let page: Page | undefined;

  const server = createServer((request, response) => {
    if (!isOurs(request)) {
      refuse(response, 403, 'invalid-argument', 'This server answers its own page only.');
      return;
    }
    handleApi(backend, request, response).then(
      (handled) => {
        if (!handled) page?.handle(request, response);
      },
      (error: Error) => {
        say(`${request.method} ${request.url}: ${error.stack ?? error.message}`);
        if (!response.headersSent)
          refuse(response, 500, 'network', 'The demo server failed; see its terminal.');
      },
    );
  });

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    server.close();
    // In this order, each even if another fails: what is paid for first.
    for (const end of [broker.close, mock.close, host.stop, async () => page?.close()]) {
      await end().catch((error: unknown) => say(`while ending: ${String(error)}`));
    }
    server.closeAllConnections();
  }
  const closeOnce = () => (closing ??= close());
  try {
    const headers = pageHeaders(accounts.keys(), akool !== undefined);
    page = dev ? await sourcePage(server) : await builtPage(headers);
    return { url: `http://127.0.0.1:${await listen(server, port)}`, close: closeOnce };
  } catch (error) {
    await closeOnce();
    throw error;
  }
}
