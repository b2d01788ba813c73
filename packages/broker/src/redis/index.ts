/** A store that several brokers share. */

export type { RedisScripting } from './evaluate';
export { type RedisStoreOptions, redisStore } from './redis-store';
