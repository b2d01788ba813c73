import { createServer } from 'node:http';
import type { Accounts } from './accounts';
import { answerRefusal, Refusal } from './answers';
import { handleApi } from './api';
import { listen } from './listen';
import { createLivekitHost, type LivekitHost } from './livekit-host';
import { builtPage, type Page, sourcePage } from './page';
import { pageHeaders } from './page-headers';
import { createRooms, type Rooms, type RoomsOptions } from './rooms';
import { isOurs } from './same-origin';

export interface DemoServerOptions extends Omit<RoomsOptions, 'host'> {
  /** @default the first free one from 4600 */
  readonly port?: number | undefined;
  readonly dev?: boolean;
  readonly host?: LivekitHost;
  /** @default none: Agora and TRTC run as local emulations */
  readonly accounts?: Accounts;
}

export interface DemoServer {
  readonly url: string;
  readonly rooms: Rooms;
  /** Closes every session, the livekit-server and the page. */
  close(): Promise<void>;
}

/** The demo's one server, on loopback. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const {
    port,
    dev = false,
    host = createLivekitHost(),
    accounts = new Map(),
    say = () => {},
    ...others
  } = options;
  const rooms = createRooms({ host, say, ...others });
  let page: Page | undefined;

  const server = createServer((request, response) => {
    if (!isOurs(request)) {
      answerRefusal(response, new Refusal(403, 'invalid-argument', 'This server answers its own page only.'));
      return;
    }
    handleApi({ rooms, accounts }, request, response).then(
      (handled) => {
        if (!handled) page?.handle(request, response);
      },
      (error: Error) => {
        say(`${request.method} ${request.url}: ${error.stack ?? error.message}`);
        if (!response.headersSent)
          answerRefusal(response, new Refusal(500, 'network', 'The demo server failed; see its terminal.'));
      },
    );
  });
  page = dev ? await sourcePage(server) : await builtPage(pageHeaders(accounts.keys()));
  const taken = await listen(server, port).catch(async (error: unknown) => {
    await page?.close();
    throw error;
  });

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    server.close();
    await rooms.closeAll();
    await Promise.all([host.stop(), page?.close()]);
    server.closeAllConnections();
  }
  return { url: `http://127.0.0.1:${taken}`, rooms, close: () => (closing ??= close()) };
}
