import { createServer } from 'node:http';
import type { BrokerStore } from '@avatarwire/broker';
import { memoryStore } from '@avatarwire/broker/memory';
import { type Clock, systemClock } from '@avatarwire/core';
import type { MockRooms } from '@avatarwire/simulator/services';
import type { Accounts } from './accounts';
import { type Backend, handleApi } from './api';
import { createDemoBroker, type DemoBrokerOptions, type Offered } from './demo-broker';
import { refuse } from './json';
import { listen } from './listen';
import { createLivekitHost, type LivekitHost } from './livekit-host';
import { roomsOnLivekit } from './mock-rooms';
import { LONGEST_SECONDS, startMocks } from './mock-services';
import { ownRoomService } from './own-room';
import { builtPage, type Page, sourcePage } from './page';
import { pageHeaders, type Vendor } from './page-headers';
import { isOurs } from './same-origin';
import type { ServiceAccount } from './service-accounts';

export interface DemoServerOptions extends Partial<Pick<DemoBrokerOptions, 'limits' | 'timings'>> {
  /** @default the first free one from 4600 */
  readonly port?: number | undefined;
  readonly dev?: boolean;
  readonly host?: LivekitHost;
  /** Where the avatars of the mocks' LiveKit sessions are. @default on the host's livekit-server */
  readonly onLivekit?: MockRooms;
  /** Where those of all others are. @default in the page that opened the session */
  readonly inPage?: MockRooms;
  /** Rooms opened elsewhere. @default none */
  readonly accounts?: Accounts;
  /** Services on accounts of the user's, beside their mocks. @default none */
  readonly services?: readonly ServiceAccount[];
  /** Closed with the demo. @default one that forgets, as the mocks do */
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

/** The demo's one server, on loopback; the mock services have a port of their own beside it. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const { port, dev = false, host = createLivekitHost(), accounts = new Map(), services = [] } = options;
  const { clock = systemClock, store = memoryStore(), say = () => {} } = options;
  const mocks = await startMocks({
    onLivekit: options.onLivekit ?? roomsOnLivekit(host),
    inPage: options.inPage,
    livekit: host,
    clock,
    say,
  });
  const offered: readonly Offered[] = [
    ...services.map(({ server, avatarId }) => ({
      service: server(clock),
      avatarId,
      durationSeconds: LONGEST_SECONDS,
    })),
    // Whoever is in that room, for as long as its token lasts.
    ...(accounts.size > 0
      ? [{ service: ownRoomService(accounts, clock), avatarId: 'own', durationSeconds: 3_600 }]
      : []),
    ...mocks.offered,
  ];
  const broker = createDemoBroker({
    offered,
    store,
    clock,
    limits: options.limits,
    timings: options.timings,
    say,
  });
  const backend: Backend = {
    broker,
    offered,
    costs: { accounts: mocks.accounts, store, clock },
    pagesUrl: mocks.pagesUrl,
  };
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
    for (const end of [broker.close, mocks.close, host.stop, async () => page?.close()]) {
      await end().catch((error: unknown) => say(`while ending: ${String(error)}`));
    }
    server.closeAllConnections();
  }
  const closeOnce = () => (closing ??= close());
  try {
    const headers = headersFor(accounts, services);
    page = dev ? await sourcePage(server) : await builtPage(headers);
    return { url: `http://127.0.0.1:${await listen(server, port)}`, close: closeOnce };
  } catch (error) {
    await closeOnce();
    throw error;
  }
}

function headersFor(
  accounts: Accounts,
  services: readonly ServiceAccount[],
): Readonly<Record<string, string>> {
  const real = services.map(({ company }) => company);
  const vendors = new Set<Vendor>([
    ...accounts.keys(),
    ...(real.includes('a2e') ? (['agora'] as const) : []),
  ]);
  return pageHeaders(vendors, real.includes('akool') || real.includes('liveavatar'));
}
