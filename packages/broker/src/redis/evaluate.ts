import { createHash } from 'node:crypto';
import { systemClock } from '@avatarwire/core';
import { deferred } from '@avatarwire/core/adapter';
import { SCRIPTS, type ScriptName } from './scripts';

/**
 * What the store asks of a client. Those of `@redis/client` and `redis` have it, be they for one server, a pool, a
 * cluster or sentinels.
 */
export interface RedisScripting {
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

const digests = Object.fromEntries(
  Object.entries(SCRIPTS).map(([name, script]) => [name, createHash('sha1').update(script).digest('hex')]),
) as Readonly<Record<ScriptName, string>>;

/** Runs a script with `key` as its only key. Rejects when there is no answer after `timeoutMs`, and calls `onLate`. */
export async function evaluate(
  client: RedisScripting,
  name: ScriptName,
  key: string,
  values: readonly (string | number)[],
  timeoutMs: number,
  onLate?: () => void,
): Promise<unknown> {
  const options = { keys: [key], arguments: values.map(String) };
  const late = deferred<never>();
  const cancel = systemClock.schedule(() => {
    late.reject(new Error(`no answer within ${timeoutMs} ms`));
    onLate?.();
  }, timeoutMs);
  try {
    return await Promise.race([late.promise, evaluateKnown(client, name, options)]);
  } finally {
    cancel();
  }
}

/** By its digest; the script itself goes only to a server that has not seen it, or was restarted. */
async function evaluateKnown(
  client: RedisScripting,
  name: ScriptName,
  options: { readonly keys: string[]; readonly arguments: string[] },
): Promise<unknown> {
  try {
    return await client.evalSha(digests[name], options);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return client.eval(SCRIPTS[name], options);
  }
}
