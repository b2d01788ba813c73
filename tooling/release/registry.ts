import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Manifest } from '../checks/workspace.ts';
import { freeTcpPort } from '../livekit-server/free-ports.ts';
import { keepProcess } from '../livekit-server/kept-process.ts';

const readyMs = 30_000;
const endMs = 10_000;

/** What a registry knows of a package. */
export interface Packument {
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<
    Record<string, Manifest & { readonly version: string; readonly dist: { readonly tarball: string } }>
  >;
}

export interface Registry {
  /** `http://127.0.0.1:…/` */
  readonly url: string;
  /** Undefined where the registry does not know the name. */
  packument(name: string): Promise<Packument | undefined>;
  stop(): Promise<void>;
}

/**
 * A registry on loopback that ends with this process. Packages of ours it has from us alone; all others it fetches from
 * `upstream`.
 */
export async function startRegistry(folder: string, upstream: string): Promise<Registry> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'config.yaml');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(configuration(folder, upstream)));
  const url = `http://127.0.0.1:${await freeTcpPort()}/`;
  const kept = await keepProcess(process.execPath, process.env, [
    program(),
    '--config',
    config,
    '--listen',
    url,
  ]);
  const deadline = Date.now() + readyMs;
  while (!(await answers(`${url}-/ping`))) {
    if (Date.now() > deadline) {
      kept.signal('SIGKILL');
      throw new Error(`verdaccio did not answer within ${readyMs} ms: ${kept.output()}`);
    }
  }
  return {
    url,
    async packument(name) {
      const answer = await fetch(url + name.replace('/', '%2f'), { headers: { accept: 'application/json' } });
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Error(`the registry answers ${answer.status} for ${name}`);
      return (await answer.json()) as Packument;
    },
    async stop() {
      kept.signal('SIGTERM');
      // What is kept does not hold this process: the timer does, until it has ended.
      const unwilling = setTimeout(() => kept.signal('SIGKILL'), endMs);
      await kept.ended;
      clearTimeout(unwilling);
    },
  };
}

function configuration(folder: string, upstream: string): object {
  return {
    storage: join(folder, 'storage'),
    uplinks: { upstream: { url: upstream } },
    packages: {
      '@avatarwire/*': { access: '$all', publish: '$anonymous' },
      '**': { access: '$all', proxy: 'upstream' },
    },
    auth: { htpasswd: { file: join(folder, 'htpasswd'), max_users: -1 } },
    web: { enable: false },
    // streaming-avatar carries the vendors' SDKs.
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'json', level: 'error' },
  };
}

function program(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('verdaccio/package.json')), 'bin/verdaccio');
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}
