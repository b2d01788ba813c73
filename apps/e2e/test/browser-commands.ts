/** The avatar in a LiveKit room, for tests in a browser. */

import type { BotRequest } from './bot-main';
import { type BotProcess, startBotProcess } from './bot-process';

interface Commands {
  /** Resolves when it is in the room, with a name for `botAsk` and `botStop`. */
  botStart(url: string, token: string): Promise<string>;
  botAsk(bot: string, request: BotRequest): Promise<unknown>;
  botStop(bot: string): Promise<void>;
}

declare module 'vitest/browser' {
  interface BrowserCommands extends Commands {}
}

type WithContext<C> = {
  [Name in keyof C]: C[Name] extends (...rest: infer Rest) => infer Result
    ? (context: unknown, ...rest: Rest) => Result
    : never;
};

const bots = new Map<string, BotProcess>();
let started = 0;

const commands: WithContext<Commands> = {
  async botStart(_context, url, token) {
    const name = `bot ${++started}`;
    bots.set(name, await startBotProcess(url, token));
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
};

export default commands;
