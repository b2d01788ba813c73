// A real redis-server on loopback, for tests.

export { findRedisServer } from '../setup/find-redis-server.ts';
export { type RedisServer, type RedisServerOptions, startRedisServer } from './start.ts';
