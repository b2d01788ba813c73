import { findRedisServer, type RedisServer, startRedisServer } from '@avatarwire/tooling/redis-server';
import { onTestFinished } from 'vitest';
import { redisStore } from '../../../src/redis';
import type { SessionRecord } from '../../../src/store';
import { type CrashStage, liveIn } from './stage';

export const hasRedis = findRedisServer() !== undefined;

export async function redisFor(
  { environment }: CrashStage,
  args: readonly string[] = [],
): Promise<{
  readonly redis: RedisServer;
  /** Of a broker that keeps its records there. */
  readonly environment: Readonly<Record<string, string>>;
  live(): Promise<readonly SessionRecord[]>;
}> {
  const redis = await startRedisServer({ args });
  onTestFinished(() => redis.stop());
  const { AVATARWIRE_STORE: _, ...others } = environment;
  return {
    redis,
    environment: { ...others, AVATARWIRE_REDIS_URL: redis.url },
    live: () => liveIn(redisStore({ url: redis.url })),
  };
}
