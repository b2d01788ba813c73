/** What tests in a browser have done in Node: nothing of the real SDK gets out of the machine, and it is told how it fails. */

/** What every request meets that is not to this machine. */
export type AgoraOutside = 'refused' | 'server-error' | 'hangs';

interface Commands {
  /** From now until `agoraRelease`. */
  agoraOutside(outside: AgoraOutside): Promise<void>;
  /** Lets go of what hangs. Resolves with the hosts that were asked. */
  agoraRelease(): Promise<string[]>;
}

declare module 'vitest/browser' {
  interface BrowserCommands extends Commands {}
}

/** As much of Playwright as is used here. */
interface Route {
  request(): { url(): string };
  abort(reason?: string): Promise<void>;
  fulfill(answer: { status: number; headers: Record<string, string>; body: string }): Promise<void>;
}
interface Page {
  readonly context: {
    route(match: (url: URL) => boolean, answer: (route: Route) => Promise<void>): Promise<unknown>;
    unroute(match: (url: URL) => boolean, answer: (route: Route) => Promise<void>): Promise<void>;
  };
}

type WithPage<C> = {
  [Name in keyof C]: C[Name] extends (...rest: infer Rest) => infer Result
    ? (page: Page, ...rest: Rest) => Result
    : never;
};

let mode: AgoraOutside = 'refused';
let asked = new Set<string>();
let hanging: Route[] = [];

const isOutside = ({ protocol, hostname }: URL) =>
  /^https?:$/.test(protocol) && !['127.0.0.1', '[::1]', 'localhost'].includes(hostname);

async function answer(route: Route): Promise<void> {
  asked.add(new URL(route.request().url()).hostname);
  if (mode === 'hangs') hanging.push(route);
  else if (mode === 'refused') await route.abort('namenotresolved');
  else
    await route.fulfill({
      status: 500,
      headers: { 'access-control-allow-origin': '*' },
      body: 'no',
    });
}

const commands: WithPage<Commands> = {
  async agoraOutside({ context }, outside) {
    mode = outside;
    await context.unroute(isOutside, answer);
    await context.route(isOutside, answer);
  },
  async agoraRelease({ context }) {
    const hosts = [...asked];
    const routes = hanging;
    asked = new Set();
    hanging = [];
    await context.unroute(isOutside, answer);
    // A page that is gone took its requests with it.
    await Promise.all(routes.map((route) => route.abort().catch(() => {})));
    return hosts;
  },
};

export default commands;
