/** What tests in a browser have done in Node: tokens, a server's operator, hosts that misbehave. */

import { createServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { type LivekitServer, startLivekitServer } from '@avatarwire/tooling/livekit-server';
import {
  AccessToken,
  DataPacket_Kind,
  RoomServiceClient,
  TwirpError,
  type VideoGrant,
} from 'livekit-server-sdk';
import type { ServerAccess } from './real/server-access';
import { type SignalMode, type SignalProxy, startSignalProxy } from './real/signal-proxy';

interface Commands {
  livekitToken(
    server: ServerAccess,
    identity: string,
    grant: VideoGrant,
    ttlSeconds?: number,
  ): Promise<string>;
  livekitIdentities(server: ServerAccess, room: string): Promise<string[]>;
  livekitRemove(server: ServerAccess, room: string, identity: string): Promise<void>;
  livekitEndRoom(server: ServerAccess, room: string): Promise<void>;
  /** As a service does it: over the server's API, without being in the room. */
  livekitSendData(server: ServerAccess, room: string, data: number[], topic: string): Promise<void>;
  livekitForbidData(server: ServerAccess, room: string, identity: string): Promise<void>;
  /** A server of the test's own. `livekitStop` ends it. */
  livekitStart(): Promise<ServerAccess>;
  livekitKill(url: string): Promise<void>;
  livekitRestart(url: string): Promise<void>;
  livekitStop(url: string): Promise<void>;
  /** An address in between; `livekitSignal` says what passes, `livekitStop` ends it. */
  livekitProxy(serverUrl: string): Promise<string>;
  livekitSignal(proxyUrl: string, mode: SignalMode, cut: boolean): Promise<void>;
  /** A host that takes connections and never answers, or answers 404 to everything. `livekitStop` ends it. */
  livekitHost(kind: 'silent' | 'not-found'): Promise<string>;
}

declare module 'vitest/browser' {
  interface BrowserCommands extends Commands {}
}

type WithContext<C> = {
  [Name in keyof C]: C[Name] extends (...rest: infer Rest) => infer Result
    ? (context: unknown, ...rest: Rest) => Result
    : never;
};

const servers = new Map<string, LivekitServer>();
const proxies = new Map<string, SignalProxy>();
const hosts = new Map<string, () => Promise<void>>();

const commands: WithContext<Commands> = {
  async livekitToken(_context, { apiKey, apiSecret }, identity, grant, ttlSeconds) {
    const token = new AccessToken(apiKey, apiSecret, {
      identity,
      ...(ttlSeconds !== undefined && { ttl: ttlSeconds }),
    });
    token.addGrant(grant);
    return token.toJwt();
  },
  livekitIdentities: (_context, server, room) => identitiesIn(server, room),
  livekitRemove: (_context, server, room, identity) =>
    unlessGone(
      operator(server).removeParticipant(room, identity),
      async () => !(await identitiesIn(server, room)).includes(identity),
    ),
  livekitEndRoom: (_context, server, room) =>
    unlessGone(
      operator(server).deleteRoom(room),
      async () => (await identitiesIn(server, room)).length === 0,
    ),
  livekitSendData: (_context, server, room, data, topic) =>
    operator(server).sendData(room, Uint8Array.from(data), DataPacket_Kind.RELIABLE, { topic }),
  async livekitForbidData(_context, server, room, identity) {
    await operator(server).updateParticipant(room, identity, {
      permission: { canPublishData: false, canSubscribe: true },
    });
  },
  async livekitStart() {
    const server = await startLivekitServer();
    servers.set(server.url, server);
    const { url, httpUrl, apiKey, apiSecret } = server;
    return { url, httpUrl, apiKey, apiSecret };
  },
  livekitKill: (_context, url) => known(servers, url).kill(),
  livekitRestart: (_context, url) => known(servers, url).restart(),
  async livekitStop(_context, url) {
    await Promise.all([servers.get(url)?.stop(), proxies.get(url)?.close(), hosts.get(url)?.()]);
    for (const started of [servers, proxies, hosts]) started.delete(url);
  },
  async livekitProxy(_context, serverUrl) {
    const proxy = await startSignalProxy(serverUrl);
    const url = `ws://127.0.0.1:${proxy.port}`;
    proxies.set(url, proxy);
    return url;
  },
  async livekitSignal(_context, proxyUrl, mode, cut) {
    known(proxies, proxyUrl).setMode(mode, cut);
  },
  async livekitHost(_context, kind) {
    const sockets = new Set<Socket>();
    const host =
      kind === 'silent'
        ? createTcpServer()
        : createServer((_request, response) => {
            response.writeHead(404, { 'access-control-allow-origin': '*' }).end('not here');
          });
    host.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    host.unref();
    const url = `ws://127.0.0.1:${(host.address() as { port: number }).port}`;
    hosts.set(url, async () => {
      const closed = new Promise((resolve) => host.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    });
    return url;
  },
};

export default commands;

function operator({ httpUrl, apiKey, apiSecret }: ServerAccess): RoomServiceClient {
  return new RoomServiceClient(httpUrl, apiKey, apiSecret);
}

async function identitiesIn(server: ServerAccess, room: string): Promise<string[]> {
  const participants = await operator(server).listParticipants(room);
  return participants.map(({ identity }) => identity);
}

/** Whom we want to be gone may have gone by itself. */
async function unlessGone(asked: Promise<void>, isGone: () => Promise<boolean>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    // For one who is leaving at that moment the server has several answers, "not found" and "no response" among them.
    if (!(error instanceof TwirpError && (error.code === 'not_found' || (await isGone())))) throw error;
  }
}

function known<T>(started: ReadonlyMap<string, T>, url: string): T {
  const found = started.get(url);
  if (found === undefined) throw new Error(`nothing was started at ${url}`);
  return found;
}
