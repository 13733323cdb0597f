import { connect, createServer, type Socket } from 'node:net';

/** A small TCP proxy in front of a server, which can behave as networks do. */
export interface TcpProxy {
  readonly port: number;
  /** `hang`: accepts and swallows, old connections included. `refuse`: cuts and closes at once. */
  set(mode: 'pass' | 'hang' | 'refuse'): void;
  /** Milliseconds before each chunk is passed on. */
  delay(milliseconds: number): void;
  /** Ends the connections there are, without a word (`reset`: by RST). */
  cut(how?: 'end' | 'reset'): void;
  readonly connections: () => number;
  close(): Promise<void>;
}

export function startProxy(target: number): Promise<TcpProxy> {
  let mode: 'pass' | 'hang' | 'refuse' = 'pass';
  let delayMs = 0;
  const pairs = new Set<readonly [Socket, Socket]>();

  const pipe = (from: Socket, to: Socket): void => {
    from.on('data', (chunk: Buffer) => {
      if (mode === 'hang') return;
      if (delayMs === 0) to.write(chunk);
      else setTimeout(() => mode !== 'hang' && !to.destroyed && to.write(chunk), delayMs);
    });
  };
  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (mode === 'refuse') {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    upstream.on('error', () => undefined);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    pipe(client, upstream);
    pipe(upstream, client);
    const drop = (): void => {
      pairs.delete(pair);
      // In a black hole nobody hears that the other side has gone.
      if (mode === 'hang') return;
      client.destroy();
      upstream.destroy();
    };
    client.on('close', drop);
    upstream.on('close', drop);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address !== 'object' || address === null) return reject(new Error('no port'));
      const cut = (how: 'end' | 'reset' = 'end'): void => {
        for (const [client, upstream] of [...pairs]) {
          if (how === 'reset') client.resetAndDestroy();
          else client.destroy();
          upstream.destroy();
        }
        pairs.clear();
      };
      resolve({
        ...{ port: address.port, cut },
        set(next) {
          mode = next;
          if (next === 'refuse') cut();
        },
        delay: (milliseconds) => {
          delayMs = milliseconds;
        },
        connections: () => pairs.size,
        close: () =>
          new Promise((done) => {
            cut();
            server.close(() => done());
          }),
      });
    });
  });
}
