import { Redis } from 'ioredis';
import type { Leash } from './leash.ts';
import { freePort, type Server, startServer, until } from './server.ts';

export interface RedisServer {
  readonly port: number;
  readonly server: Server;
  /** Database 0, for looking and for making things happen. */
  readonly client: Redis;
  restart(): Promise<void>;
}

/** Its own Redis, without persistence. */
export async function startRedis(folder: string, leash: Leash): Promise<RedisServer> {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const begin = (): Server =>
    startServer({ command: 'redis-server', args, logFile: `${folder}/redis.log`, leash });
  let server = begin();
  const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 100 });
  client.on('error', () => undefined);
  await until('Redis', () => client.ping());
  return {
    ...{ port, client },
    get server() {
      return server;
    },
    async restart() {
      await server.stop();
      server = begin();
      await until('Redis', () => client.ping());
    },
  };
}
