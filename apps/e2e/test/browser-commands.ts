/** What tests in a browser have beside it in Node: the avatar in a LiveKit room; services, and the broker before them. */

import type { BotRequest } from './bot-main';
import { type AskedProcess, startProcess } from './child-process';
import type { ServicesProof } from './services/proof';
import { keepProof } from './services/proof-file';
import type { LivekitAccess, ServicesAddresses, ServicesRequest } from './services-main';

interface Commands {
  /** Resolves when it is in the room, with a name for `botAsk` and `botStop`. */
  botStart(url: string, token: string): Promise<string>;
  botAsk(bot: string, request: BotRequest): Promise<unknown>;
  botStop(bot: string): Promise<void>;
  /** The mock services and a broker, for pages of `origin`; once at a time. Without `livekit` there is none of its rooms. */
  servicesStart(origin: string, livekit: LivekitAccess | null): Promise<ServicesAddresses>;
  servicesAsk(request: ServicesRequest): Promise<unknown>;
  servicesStop(): Promise<void>;
  /** Writes it down; in CI rejects when it is not what is written. */
  servicesProof(proof: ServicesProof): Promise<void>;
}

declare module 'vitest/browser' {
  interface BrowserCommands extends Commands {}
}

type WithContext<C> = {
  [Name in keyof C]: C[Name] extends (...rest: infer Rest) => infer Result
    ? (context: unknown, ...rest: Rest) => Result
    : never;
};

const bots = new Map<string, AskedProcess<BotRequest>>();
let started = 0;
let services: AskedProcess<ServicesRequest> | undefined;

const askServices = (request: ServicesRequest) => {
  if (services === undefined) throw new Error('the services are not started');
  return services.ask(request);
};

const commands: WithContext<Commands> = {
  async botStart(_context, url, token) {
    const name = `bot ${++started}`;
    bots.set(name, await startProcess('./bot-main.ts', [url, token]));
    return name;
  },
  async botAsk(_context, name, request) {
    const bot = bots.get(name);
    if (bot === undefined) throw new Error(`there is no ${name}`);
    return bot.ask(request);
  },
  async botStop(_context, name) {
    await bots.get(name)?.close();
    bots.delete(name);
  },
  async servicesStart(_context, origin, livekit) {
    services = await startProcess('./services-main.ts', [origin, JSON.stringify(livekit)]);
    return (await askServices({ do: 'addresses' })) as ServicesAddresses;
  },
  servicesAsk: async (_context, request) => askServices(request),
  async servicesStop() {
    const stopping = services;
    services = undefined;
    await stopping?.close();
  },
  servicesProof: (_context, proof) => keepProof(proof),
};

export default commands;
