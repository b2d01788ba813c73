import { randomBytes } from 'node:crypto';
import { AccessToken, RoomServiceClient, type VideoGrant } from 'livekit-server-sdk';
import { findLivekitServer } from '../setup/find-livekit-server.ts';
import { type KeptProcess, keepProcess } from './kept-process.ts';
import { choosePorts, loopbackConfig, type Ports } from './loopback-config.ts';

export interface LivekitServerOptions {
  /** The program. Default: what `findLivekitServer()` finds. */
  readonly bin?: string;
  /** How long it may take to answer, in milliseconds. @default 15000 */
  readonly readyMs?: number;
  /** Where media are offered, for clients behind a network of a trial's own; signalling stays on loopback. @default '127.0.0.1' */
  readonly mediaAddress?: string;
}

export interface TokenOptions {
  /** @default 6 hours, as the SDK has it */
  readonly ttlSeconds?: number;
  readonly name?: string;
  readonly metadata?: string;
}

/** A real server, reachable on loopback only, with keys and ports of its own. */
export interface LivekitServer {
  /** What clients connect to: `ws://127.0.0.1:…` */
  readonly url: string;
  /** Where the server's own API answers: `http://127.0.0.1:…` */
  readonly httpUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** To remove participants, end rooms, send data: what a service does from its side. */
  readonly rooms: RoomServiceClient;
  readonly pid: number;
  token(identity: string, grants: VideoGrant, options?: TokenOptions): Promise<string>;
  /** Gone at once, as in a crash. `restart()` brings it back. */
  kill(): Promise<void>;
  /** A new process under the same address and keys; resolves when it answers. */
  restart(): Promise<void>;
  /** Ends it and waits until it has gone. Any number of times. */
  stop(): Promise<void>;
}

/** Starts a server and resolves when it answers. It ends with this process, whatever ends that. */
export async function startLivekitServer(options: LivekitServerOptions = {}): Promise<LivekitServer> {
  const bin = options.bin ?? findLivekitServer();
  if (bin === undefined) {
    throw new Error('no livekit-server here: run `pnpm test` once, or set LIVEKIT_SERVER_BIN');
  }
  const readyMs = options.readyMs ?? 15_000;
  const apiKey = `key${randomBytes(8).toString('hex')}`;
  const apiSecret = randomBytes(32).toString('hex');
  const { mediaAddress = '127.0.0.1' } = options;
  const run = (ports: Ports) =>
    startOnce(bin, ports, loopbackConfig(ports, apiKey, apiSecret, mediaAddress), readyMs);

  let { ports, process: running } = await firstStart(run);
  const httpUrl = `http://127.0.0.1:${ports.signalling}`;

  async function kill(): Promise<void> {
    running.signal('SIGKILL');
    await running.ended;
  }

  return {
    url: `ws://127.0.0.1:${ports.signalling}`,
    httpUrl,
    apiKey,
    apiSecret,
    rooms: new RoomServiceClient(httpUrl, apiKey, apiSecret),
    get pid() {
      return running.pid;
    },
    async token(identity, grants, { ttlSeconds, name, metadata } = {}) {
      const token = new AccessToken(apiKey, apiSecret, {
        identity,
        ...(ttlSeconds !== undefined && { ttl: ttlSeconds }),
        ...(name !== undefined && { name }),
        ...(metadata !== undefined && { metadata }),
      });
      token.addGrant(grants);
      return token.toJwt();
    },
    kill,
    async restart() {
      await kill();
      running = await run(ports);
    },
    async stop() {
      // Once it would wait for its participants to leave; the second time it does not.
      for (const name of ['SIGTERM', 'SIGTERM', 'SIGKILL'] as const) {
        running.signal(name);
        if (await endsWithin(running, name === 'SIGTERM' ? 200 : 5000)) return;
      }
    },
  };
}

/** Another program may take a port between our choice and the server's start: then choose again. */
async function firstStart(run: (ports: Ports) => Promise<KeptProcess>) {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts();
    try {
      return { ports, process: await run(ports) };
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function startOnce(bin: string, ports: Ports, config: object, readyMs: number) {
  // By environment: arguments can be read by every user of the machine.
  const kept = await keepProcess(bin, { ...process.env, LIVEKIT_CONFIG: JSON.stringify(config) });
  const deadline = Date.now() + readyMs;
  while (!(await answers(`http://127.0.0.1:${ports.signalling}/`))) {
    if (await endsWithin(kept, 20)) throw new Error(`livekit-server ended while starting: ${kept.output()}`);
    if (Date.now() > deadline) {
      kept.signal('SIGKILL');
      throw new Error(`livekit-server did not answer within ${readyMs} ms: ${kept.output()}`);
    }
  }
  return kept;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

async function endsWithin(process: KeptProcess, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = process.ended.then(() => true);
  return Promise.race([ended, waited]).finally(() => clearTimeout(timer));
}
