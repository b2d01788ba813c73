import { AvatarError, systemClock } from '@avatarwire/core';
import { redact, redactError, type Secret, settledWithin } from '@avatarwire/core/adapter';
import { createClient } from '@redis/client';
import { closedStore } from '../store-rules';
import { evaluate, type RedisScripting } from './evaluate';
import type { ScriptName } from './scripts';

/** Commands that wait for a connection, or for an answer: beyond that, calls are refused at once. */
const MAX_WAITING = 10_000;

export interface Connection {
  /** Runs a script. Settles within the time that a call may take. */
  run(script: ScriptName, ...values: readonly (string | number)[]): Promise<unknown>;
  close(): Promise<void>;
}

/** A client of the application's: it connects and closes it, and listens to its errors. */
export function lentConnection(client: RedisScripting, key: string, timeoutMs: number): Connection {
  let closed = false;
  return {
    async run(script, ...values) {
      if (closed) throw closedStore();
      try {
        return await evaluate(client, script, key, values, timeoutMs);
      } catch (error) {
        throw failure(error, undefined, []);
      }
    },
    async close() {
      closed = true;
    },
  };
}

/**
 * A client of our own. It connects by itself, again and again, and calls wait for that as long as a call may take. When
 * an answer is late, the connection may be dead without anybody having said so: it is made anew.
 */
export function ownConnection(url: string, key: string, timeoutMs: number): Connection {
  const client = clientFor(url, timeoutMs);
  const secrets = secretsIn(url);
  let closed = false;
  let trouble: unknown;
  client.on('error', (error: unknown) => {
    trouble = error;
  });
  client.on('ready', () => {
    trouble = undefined;
  });
  // What goes wrong is an 'error' event, too.
  const connect = () => void client.connect().catch(() => {});
  connect();

  function connectAnew(): void {
    // While it is not ready, it is at it already.
    if (closed || !client.isReady) return;
    client.destroy();
    connect();
  }

  return {
    async run(script, ...values) {
      if (closed) throw closedStore();
      try {
        return await evaluate(client, script, key, values, timeoutMs, connectAnew);
      } catch (error) {
        throw closed ? closedStore() : failure(error, trouble, secrets);
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      if (client.isReady) await settledWithin(systemClock, timeoutMs, client.close());
      // While it connects there is nothing to destroy yet, and what comes of that would stand for ever.
      client.on('connect', () => client.destroy());
      client.destroy();
    },
  };
}

function clientFor(url: string, timeoutMs: number) {
  try {
    return createClient({
      url,
      commandsQueueMaxLength: MAX_WAITING,
      // Of commands that were not sent by then: they never are.
      commandOptions: { timeout: timeoutMs },
      // Finds out that nobody is there any more, also while nothing is asked.
      pingInterval: timeoutMs,
      socket: {
        connectTimeout: timeoutMs,
        socketTimeout: 3 * timeoutMs,
        reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2000),
      },
    });
  } catch {
    // Its message may show the password.
    throw new AvatarError(
      'invalid-argument',
      'url: is no address of a Redis, such as redis://localhost:6379',
    );
  }
}

function secretsIn(url: string): Secret[] {
  const password = /^[a-z]+:\/\/[^:@/]*:([^@/]*)@/.exec(url)?.[1] ?? '';
  return [url, password, decodeURIComponent(password)];
}

/** As the contract of the store says. `trouble`: what the connection met last, which says more than a missing answer. */
function failure(error: unknown, trouble: unknown, secrets: readonly Secret[]): unknown {
  const reasons = [error, trouble].map((each) => (each instanceof Error ? each.message : '')).filter(Boolean);
  const message = `Redis could not be used: ${redact([...new Set(reasons)].join('; '), secrets)}`;
  return new AvatarError('network', message, { cause: redactError(trouble ?? error, secrets) });
}
