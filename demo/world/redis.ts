import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import type { Leash } from './leash.ts';
import { onFreePort } from './port.ts';
import { type Server, startServer } from './server.ts';

export interface RedisServer {
  readonly port: number;
  readonly server: Server;
  /** Database 0, all rights and no prefix, for looking and for making things happen. */
  readonly client: Redis;
  /** Stops and starts it again, empty unless it has a folder for its data. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  /** The bot's account, with the rights that docs/install.md asks for and no more. */
  url(port?: number): string;
}

/**
 * Its own Redis. The application needs no password; the bot has an account that may only read. With `data`, a folder, it
 * finds its data again after a stop; without, it starts empty.
 */
export async function startRedis(folder: string, leash: Leash, data?: string): Promise<RedisServer> {
  const password = randomBytes(12).toString('hex');
  const file = `${folder}/redis.conf`;
  if (data !== undefined) await mkdir(data, { recursive: true });
  const rights = '~fap:* resetchannels +@read +@connection +@transaction +info +time';
  const { port, server, client } = await onFreePort(async (at) => {
    const settings = [`port ${at}`, 'bind 127.0.0.1', 'save ""', ...keeping(folder, data)];
    await writeFile(file, [...settings, `user queuekeeper on >${password} ${rights}`, ''].join('\n'));
    const connected = new Redis(at, '127.0.0.1', {
      ...{ maxRetriesPerRequest: null, retryStrategy: () => 25, enableOfflineQueue: true },
    });
    connected.on('error', () => undefined);
    leash.closer(() => connected.disconnect());
    const started = await startServer({
      name: 'Redis',
      command: 'redis-server',
      args: [file],
      logFile: `${folder}/redis.log`,
      leash,
      probe: (pid) => ping(at, pid),
    }).catch((error: unknown) => {
      connected.disconnect();
      throw error;
    });
    return { port: at, server: started, client: connected };
  });
  return {
    ...{ port, server, client },
    restart: (signal) => server.restart(signal),
    url: (at = port) => `redis://queuekeeper:${password}@127.0.0.1:${at}/0`,
  };
}

const keeping = (folder: string, data: string | undefined): readonly string[] =>
  data === undefined ? ['appendonly no', `dir "${folder}"`] : ['appendonly yes', `dir "${data}"`];

/** Rejects until this process of Redis answers there. */
async function ping(port: number, pid: number): Promise<void> {
  const once = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
  once.on('error', () => undefined);
  try {
    await once.connect();
    const said = await once.info('server');
    if (!said.includes(`process_id:${pid}\r\n`)) throw new Error('another Redis answers on this port');
  } finally {
    once.disconnect();
  }
}
