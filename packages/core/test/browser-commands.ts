/** What tests in a browser have done in Node: a broker to talk to, and a page whose visitor says no. */

import { startWireServer, type WireRequest, type WireServer } from './broker/wire-server';
import { type PermissionPageCommands, permissionPage } from './media/permission-page';

interface Commands extends PermissionPageCommands {
  /** Gives the address of its broker. `brokerStop` ends it. */
  brokerStart(): Promise<string>;
  brokerRequests(url: string): Promise<WireRequest[]>;
  /** Sessions that stand open. */
  brokerOpen(url: string): Promise<string[]>;
  brokerStop(url: string): Promise<void>;
}

declare module 'vitest/browser' {
  interface BrowserCommands extends Commands {}
}

type WithContext<C> = {
  [Name in keyof C]: C[Name] extends (...rest: infer Rest) => infer Result
    ? (context: never, ...rest: Rest) => Result
    : never;
};

const servers = new Map<string, WireServer>();

function serverAt(url: string): WireServer {
  const server = servers.get(url);
  if (!server) throw new Error(`there is no broker at ${url}`);
  return server;
}

const commands: WithContext<Commands> = {
  ...permissionPage,
  async brokerStart() {
    const server = await startWireServer();
    servers.set(server.url, server);
    return server.url;
  },
  brokerRequests: async (_context, url) => [...serverAt(url).requests],
  brokerOpen: async (_context, url) => [...serverAt(url).open],
  async brokerStop(_context, url) {
    await serverAt(url).stop();
    servers.delete(url);
  },
};

export default commands;
