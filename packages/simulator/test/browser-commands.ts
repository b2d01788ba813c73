/** What tests in a browser have done in Node: a vendor's SDK must not get out of the machine, and is told how it fails. */

import type { BrowserContext, Route } from 'playwright';
import { type MockCommand, startMockCommand } from './services/mock-command';
import { type SignalMode, type SignalServer, startSignalServer } from './trtc/signal-server';

/** What every request that is not to this machine meets. */
export type Outside = 'aborted' | 'server-error' | 'hangs';

interface Commands {
  /** From now until `releaseOutside`. Both belong around each test of a vendor's SDK. */
  blockOutside(outside: Outside): Promise<void>;
  /** Lets go of what hangs. Resolves with the addresses that were asked for, without their queries. */
  releaseOutside(): Promise<string[]>;
  /** TRTC's scheduling answers well, or each request fails after `failsAfterMs`. Until `releaseTrtc`. */
  scheduleTrtc(failsAfterMs?: number): Promise<void>;
  /** An address on this machine for TRTC's signalling. */
  startTrtcSignalling(mode: SignalMode): Promise<string>;
  releaseTrtc(): Promise<void>;
  /** The command with mock services, in a process of its own, whose rooms live in pages. */
  startMockCommand(): Promise<MockCommand>;
  /** A service over HTTP, as a backend calls it. */
  callMockService(url: string, headers: Record<string, string>, json: unknown): Promise<unknown>;
  /** Sessions that stand open at a service. */
  openAtMock(mock: MockCommand, service: string): Promise<number>;
  stopMockCommand(mock: MockCommand): Promise<void>;
}

declare module 'vitest/browser' {
  interface BrowserCommands extends Commands {}
}

type WithContext<C> = {
  [Name in keyof C]: C[Name] extends (...rest: infer Rest) => infer Result
    ? (context: { readonly context: BrowserContext }, ...rest: Rest) => Result
    : never;
};

const mocks = new Map<string, () => Promise<void>>();

let asked: string[] = [];
let hanging: Route[] = [];
let outside: Outside = 'aborted';

const isOutside = ({ hostname, protocol }: URL) =>
  /^https?:$/.test(protocol) && !['127.0.0.1', '[::1]', 'localhost'].includes(hostname);

async function answer(route: Route): Promise<void> {
  const { origin, pathname } = new URL(route.request().url());
  asked.push(`${origin}${pathname}`);
  if (outside === 'hangs') hanging.push(route);
  else if (outside === 'aborted') await route.abort('namenotresolved');
  else await route.fulfill({ status: 500, headers: { 'access-control-allow-origin': '*' }, body: 'no' });
}

const isTrtcSchedule = ({ hostname }: URL) => hostname.startsWith('schedule');
let scheduleFailsAfterMs: number | undefined;
let signalServers: SignalServer[] = [];

async function schedule(route: Route): Promise<void> {
  if (scheduleFailsAfterMs !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, scheduleFailsAfterMs));
    // The page may have given up on it.
    await route.abort('failed').catch(() => {});
    return;
  }
  await route.fulfill({
    headers: { 'access-control-allow-origin': '*' },
    json: { code: 0, msg: '', data: { domains: ['signalling.invalid'], config: {} } },
  });
}

const commands: WithContext<Commands> = {
  async blockOutside({ context }, wanted) {
    outside = wanted;
    await context.unroute(isOutside, answer);
    await context.route(isOutside, answer);
  },
  async releaseOutside({ context }) {
    const were = asked;
    const routes = hanging;
    asked = [];
    hanging = [];
    await context.unroute(isOutside, answer);
    // A page that is gone took its requests with it.
    await Promise.all(routes.map((route) => route.abort().catch(() => {})));
    return were;
  },
  async scheduleTrtc({ context }, failsAfterMs) {
    scheduleFailsAfterMs = failsAfterMs;
    await context.unroute(isTrtcSchedule, schedule);
    await context.route(isTrtcSchedule, schedule);
  },
  async startTrtcSignalling(_context, mode) {
    const server = await startSignalServer(mode);
    signalServers.push(server);
    return server.url;
  },
  async releaseTrtc({ context }) {
    const servers = signalServers;
    signalServers = [];
    await context.unroute(isTrtcSchedule, schedule);
    await Promise.all(servers.map((server) => server.close()));
  },
  async startMockCommand() {
    const { stop, ...mock } = await startMockCommand();
    mocks.set(mock.pages, stop);
    return mock;
  },
  async callMockService(_context, url, headers, json) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(json),
    });
    return response.json();
  },
  async openAtMock(_context, { control }, service) {
    const state = await (await fetch(`${control}/state`)).json();
    return state[service].open;
  },
  async stopMockCommand(_context, { pages }) {
    await mocks.get(pages)?.();
    mocks.delete(pages);
  },
};

export default commands;
