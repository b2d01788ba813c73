import { findRedisServer } from './find-redis-server.ts';
import { installDebianPackage } from './install-debian-package.ts';
import type { SetupResult } from './result.ts';

/**
 * Finds a redis-server, or installs Debian's package where we may. Where systemd runs, that package starts a server of
 * its own on port 6379 of loopback: nothing here talks with it, and every server of a test takes a free port.
 */
export async function prepareRedisServer(say: (line: string) => void): Promise<SetupResult> {
  const found = findRedisServer();
  if (found !== undefined) return { path: found };
  if (process.env['REDIS_SERVER_BIN'])
    return { missing: 'REDIS_SERVER_BIN names no program that can be run' };

  const installing = installDebianPackage('redis-server');
  if (installing === undefined) {
    return { missing: 'no redis-server found, and only root can install one with apt-get' };
  }
  say("no redis-server here: installing Debian's package");
  const path = (await installing) ? findRedisServer() : undefined;
  return path === undefined
    ? { missing: "no redis-server found, and Debian's package did not bring one" }
    : { path };
}
