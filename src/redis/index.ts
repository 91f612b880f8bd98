export { connectRedis, type RedisConnection, type RedisOptions } from './connect-redis.ts'
export * from './errors.ts'
