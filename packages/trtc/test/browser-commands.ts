/** What tests in a browser have done in Node: nothing of the SDK gets out of the machine, and signalling that misbehaves. */

import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** What every request meets that is not to this machine. */
export type TrtcOutside = 'refused' | 'server-error' | 'hangs';
/** `hangs`: the socket never opens. `mute`: it opens and says nothing. `closes`: it opens and closes at once. */
export type TrtcSignalling = 'refused' | 'hangs' | 'mute' | 'closes';

interface Commands {
  /** From now until `trtcRelease`. */
  trtcOutside(outside: TrtcOutside): Promise<void>;
  /** Scheduling answers with the host `signalling.invalid`; the address that is returned is to stand for it. */
  trtcSignalling(mode: TrtcSignalling): Promise<string>;
  /** Lets go of everything. Resolves with the hosts that were asked. */
  trtcRelease(): Promise<string[]>;
}

declare module 'vitest/browser' {
  interface BrowserCommands extends Commands {}
}

/** As much of Playwright as is used here. */
interface Route {
  request(): { url(): string };
  abort(reason: string): Promise<void>;
  fulfill(answer: { status?: number; headers: Record<string, string>; body: string }): Promise<void>;
}
type Match = (url: URL) => boolean;
type Answer = (route: Route) => Promise<void>;
interface Page {
  readonly context: {
    route(match: Match, answer: Answer): Promise<unknown>;
    unroute(match: Match, answer: Answer): Promise<void>;
  };
}

type WithContext<C> = {
  [Name in keyof C]: C[Name] extends (...rest: infer Rest) => infer Result
    ? (page: Page, ...rest: Rest) => Result
    : never;
};

const ANYBODY = { 'access-control-allow-origin': '*' };
const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** "Going away", as a server closes: unmasked. */
const CLOSE_FRAME = Uint8Array.of(0x88, 0x02, 0x03, 0xe9);

const isOutside: Match = ({ protocol, hostname }) =>
  protocol.startsWith('http') && !/^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname);
const isSchedule: Match = (url) => isOutside(url) && /schedule/.test(url.hostname);

let outside: TrtcOutside = 'refused';
let asked = new Set<string>();
let hanging: Route[] = [];
let servers: { readonly server: Server; readonly sockets: ReadonlySet<Duplex> }[] = [];

const answerOutside: Answer = async (route) => {
  asked.add(new URL(route.request().url()).hostname);
  if (outside === 'hangs') hanging.push(route);
  else if (outside === 'refused') await route.abort('connectionrefused');
  else await route.fulfill({ status: 500, headers: ANYBODY, body: 'no' });
};

const answerSchedule: Answer = async (route) => {
  asked.add(new URL(route.request().url()).hostname);
  const found = { code: 0, msg: '', data: { domains: ['signalling.invalid'], config: {} } };
  await route.fulfill({
    headers: { ...ANYBODY, 'content-type': 'application/json' },
    body: JSON.stringify(found),
  });
};

async function listen(mode: TrtcSignalling): Promise<number> {
  const sockets = new Set<Duplex>();
  const server = createServer();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', ({ headers }, socket) => {
    if (mode === 'hangs') return;
    const key = `${headers['sec-websocket-key']}${WEBSOCKET_GUID}`;
    const accept = createHash('sha1').update(key).digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'upgrade: websocket', 'connection: upgrade'];
    socket.write(`${lines.join('\r\n')}\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
    if (mode === 'closes') socket.end(CLOSE_FRAME);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  if (mode === 'refused') await new Promise((resolve) => server.close(resolve));
  else servers.push({ server, sockets });
  return port;
}

const commands: WithContext<Commands> = {
  async trtcOutside({ context }, wanted) {
    outside = wanted;
    await context.unroute(isOutside, answerOutside);
    await context.route(isOutside, answerOutside);
  },
  async trtcSignalling({ context }, mode) {
    // The route that is added last is asked first.
    await context.unroute(isSchedule, answerSchedule);
    await context.route(isSchedule, answerSchedule);
    return `ws://127.0.0.1:${await listen(mode)}`;
  },
  async trtcRelease({ context }) {
    const [hosts, routes, started] = [asked, hanging, servers];
    [asked, hanging, servers] = [new Set(), [], []];
    await context.unroute(isSchedule, answerSchedule);
    await context.unroute(isOutside, answerOutside);
    // A page that is gone took its requests with it.
    await Promise.all(routes.map((route) => route.abort('connectionrefused').catch(() => {})));
    for (const { server, sockets } of started) {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
    return [...hosts].sort();
  },
};

export default commands;
