import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { freeTcpPort } from '../livekit-server/free-ports.ts';
import { type KeptProcess, keepProcess } from '../livekit-server/kept-process.ts';
import { findRedisServer } from '../setup/find-redis-server.ts';

export interface RedisServerOptions {
  /** The program. Default: what `findRedisServer()` finds. */
  readonly bin?: string;
  /** What clients have to know. Every user of the machine can read it. @default none */
  readonly password?: string;
  /** Further arguments, such as `['--cluster-enabled', 'yes']`. @default none */
  readonly args?: readonly string[];
  /** How long it may take to answer, in milliseconds. @default 15000 */
  readonly readyMs?: number;
}

/** A real server on a port of its own, reachable on loopback only. It keeps nothing on disk. */
export interface RedisServer {
  /** What clients connect to, the password included: `redis://127.0.0.1:…` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** It hangs: connections stand, and nothing is answered until `resume()`. */
  pause(): void;
  resume(): void;
  /** Gone at once, as in a crash, with all that it held. `restart()` brings it back, empty. */
  kill(): Promise<void>;
  /** A new process under the same address; resolves when it answers. */
  restart(): Promise<void>;
  /** Ends it and waits until it has gone. Any number of times. */
  stop(): Promise<void>;
}

/** Starts a server and resolves when it answers. It ends with this process, whatever ends that. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const bin = options.bin ?? findRedisServer();
  if (bin === undefined) {
    throw new Error('no redis-server here: run `pnpm test` once, or set REDIS_SERVER_BIN');
  }
  const { password, readyMs = 15_000 } = options;
  const args = [...(options.args ?? []), ...(password === undefined ? [] : ['--requirepass', password])];
  const run = (port: number) => startOnce(bin, port, args, readyMs);

  let { port, process: running } = await firstStart(run);

  async function kill(): Promise<void> {
    running.signal('SIGKILL');
    await running.ended;
  }

  return {
    url: `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    port,
    get pid() {
      return running.pid;
    },
    pause: () => running.signal('SIGSTOP'),
    resume: () => running.signal('SIGCONT'),
    kill,
    async restart() {
      await kill();
      running = await run(port);
    },
    // It holds nothing that an orderly end would save.
    stop: kill,
  };
}

/** Another program may take a port between our choice and the server's start: then choose again. */
async function firstStart(run: (port: number) => Promise<KeptProcess>) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freeTcpPort();
    try {
      return { port, process: await run(port) };
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function startOnce(bin: string, port: number, args: readonly string[], readyMs: number) {
  const kept = await keepProcess(bin, process.env, [
    ...['--bind', '127.0.0.1', '--port', `${port}`, '--dir', tmpdir(), '--loglevel', 'warning'],
    ...['--save', '', '--appendonly', 'no'],
    ...args,
  ]);
  const ended = kept.ended.then(() => 'ended' as const);
  const deadline = Date.now() + readyMs;
  while (!(await answers(port))) {
    if ((await Promise.race([ended, delay(20)])) === 'ended') {
      throw new Error(`redis-server ended while starting: ${kept.output()}`);
    }
    if (Date.now() > deadline) {
      kept.signal('SIGKILL');
      throw new Error(`redis-server did not answer within ${readyMs} ms: ${kept.output()}`);
    }
  }
  return kept;
}

/** Whether Redis speaks there, be it only to ask for the password. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(1000, () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return /^(?:\+PONG|-NOAUTH)/.test(answer.toString());
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
