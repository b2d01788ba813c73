/** The mock services on loopback, and the server halves over them, with a log that is kept. */

import { type AvatarError, isAvatarError, type Logger } from '@avatarwire/core';
import { createVirtualClock, type VirtualClock } from '@avatarwire/simulator';
import { type MockServices, startMockServices } from '@avatarwire/simulator/services';
import { onTestFinished } from 'vitest';
import { a2eServer } from '../../src/a2e/server';
import { akoolServer } from '../../src/akool/server';
import type { AvatarServiceServer, OpenRequest } from '../../src/contract';
import { heygenServer } from '../../src/heygen/server';
import type { ServerOptions } from '../../src/http/options';
import { liveavatarServer } from '../../src/liveavatar/server';

/** Long, so that a search for them finds nothing else; none is a substring of another. */
export const KEYS = {
  akool: {
    apiKey: 'akool-key-7f3c9a51',
    clientId: 'akool-client-5d20',
    clientSecret: 'akool-secret-e8b4/+=a1',
  },
  a2e: 'a2e-key-0b86d2f4',
  heygen: 'heygen-key-c91e77a3',
  liveavatar: 'liveavatar-key-44af1d90',
};

export type Name = 'akool' | 'a2e' | 'heygen' | 'liveavatar';
export const NAMES: readonly Name[] = ['akool', 'a2e', 'heygen', 'liveavatar'];

/** The least that each service takes, for an avatar that its mock has. */
export const REQUESTS: Readonly<Record<Name, OpenRequest>> = {
  akool: { provider: 'agora', avatarId: 'mock-avatar' },
  a2e: { provider: 'agora', avatarId: 'mock-avatar' },
  heygen: { provider: 'webrtc', avatarId: 'mock-avatar' },
  liveavatar: { provider: 'livekit', avatarId: 'mock-avatar' },
};

export interface Stage {
  readonly mock: MockServices;
  readonly clock: VirtualClock;
  /** Every line that was logged, as text. */
  readonly log: string[];
  server(name: Name, options?: ServerOptions): AvatarServiceServer;
  readonly options: (name: Name) => ServerOptions;
}

/** Time of the server halves is virtual; the network between is real. */
export async function stage(): Promise<Stage> {
  const mock = await startMockServices({
    keys: KEYS,
    akool: { avatars: ['mock-avatar'] },
    a2e: { avatars: ['mock-avatar'] },
    heygen: { avatars: ['mock-avatar'] },
  });
  onTestFinished(() => mock.close());
  const clock = createVirtualClock();
  const log: string[] = [];
  const options = (name: Name): ServerOptions => ({
    baseUrl: mock.urls[name],
    clock,
    logger: keptLog(log),
    // No waiting between tries.
    random: () => 0,
  });
  return {
    mock,
    clock,
    log,
    options,
    server: (name, more) => makeServer(name, { ...options(name), ...more }),
  };
}

export function makeServer(name: Name, options: ServerOptions): AvatarServiceServer {
  switch (name) {
    case 'akool':
      return akoolServer({ ...options, apiKey: KEYS.akool.apiKey });
    case 'a2e':
      return a2eServer({ ...options, apiKey: KEYS.a2e });
    case 'heygen':
      return heygenServer({ ...options, apiKey: KEYS.heygen });
    case 'liveavatar':
      return liveavatarServer({ ...options, apiKey: KEYS.liveavatar });
  }
}

export function keptLog(lines: string[]): Logger {
  const keep = (level: string) => (message: string, details?: object) => {
    lines.push(`${level} ${message} ${JSON.stringify(details)}`);
  };
  return { error: keep('error'), warn: keep('warn'), info: keep('info'), debug: keep('debug') };
}

export const signal = () => new AbortController().signal;

/** What it was refused with. */
export async function refused(promise: Promise<unknown>): Promise<AvatarError> {
  try {
    await promise;
  } catch (error) {
    if (isAvatarError(error)) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}

/** Everything that can be read off an error: message, stack, fields, and all of that of what caused it. */
export function everythingIn(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 6) return String(error);
  return Reflect.ownKeys(error)
    .map((name) => `${String(name)}: ${everythingIn(Reflect.get(error, name), depth + 1)}`)
    .join('\n');
}
