import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../..', import.meta.url));

export interface DemoProcess {
  readonly url: string;
  /** How many sessions stand open at the mock, as it counts them. */
  openSessions(): Promise<number>;
  /** As Ctrl+C does; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Gone at once, as in a crash. */
  kill(): Promise<void>;
}

/** The demo as `pnpm demo` starts it, on a port of its own. */
export async function startDemo(environment: Readonly<Record<string, string>> = {}): Promise<DemoProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=@avatarwire/source', '--import', 'tsx', 'server/main.ts', '--port', '0'],
    {
      cwd: folder,
      env: { ...withoutAccounts(process.env), NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  // Whatever becomes of the run that started it.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
    void exited.then(() => reject(new Error(`the demo ended while starting:\n${output}`)));
  });

  return {
    url,
    async openSessions() {
      const { open } = (await (await fetch(`${url}/api/costs`)).json()) as { open: number };
      return open;
    },
    async stop() {
      child.kill('SIGINT');
      return (await exited)[0];
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Tests talk with no vendor, whatever account the developer's own demo has. */
function withoutAccounts(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(?:AVATARWIRE|AKOOL|A2E|HEYGEN|LIVEAVATAR)_/.test(name),
    ),
  );
}
