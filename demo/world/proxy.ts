import { connect, createServer, type Socket } from 'node:net';
import type { Leash } from './leash.ts';

/**
 * `pass`. `hang`: a black hole, accepts and swallows both ways, old connections included. `mute`: the server hears, its
 * answers are swallowed, so what was asked is done and nobody learns of it. `refuse`: cuts, and closes what comes.
 */
export type ProxyMode = 'pass' | 'hang' | 'mute' | 'refuse';

/** A small TCP proxy in front of a server, which can behave as networks do. */
export interface TcpProxy {
  readonly port: number;
  set(mode: ProxyMode): void;
  /** Milliseconds before each chunk is passed on. */
  delay(milliseconds: number): void;
  /** Ends the connections there are, without a word (`reset`: by RST). */
  cut(how?: 'end' | 'reset'): void;
  /**
   * Cuts the first connection on which a client says `text` (of an unencrypted protocol): before the server hears it, or
   * with `after` as soon as the server answers it, so that it was done and the answer is lost. Resolves when it was cut.
   */
  cutWhen(text: string, after?: boolean): Promise<void>;
  readonly connections: () => number;
  /** How it behaves now. */
  readonly state: () => { readonly mode: ProxyMode; readonly delayMs: number };
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** The server's next words are lost. */
  doomed?: () => void;
}

interface Trap {
  readonly text: string;
  readonly after: boolean;
  readonly sprung: () => void;
}

/** Listens on a free loopback port and passes on to `target`, another one, until the leash is let go. */
export function startProxy(target: number, leash: Leash): Promise<TcpProxy> {
  let mode: ProxyMode = 'pass';
  let delayMs = 0;
  const pairs = new Set<Pair>();
  const traps = new Set<Trap>();

  /** One way of a connection. What comes later never overtakes, also where the delay has become shorter meanwhile. */
  const createWay = (to: Socket, isLost: () => boolean): ((chunk: Buffer) => void) => {
    const waiting: { readonly chunk: Buffer; readonly dueAt: number }[] = [];
    const drain = (): void => {
      for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
        const left = first.dueAt - performance.now();
        if (left > 0) return void setTimeout(drain, Math.ceil(left));
        waiting.shift();
        if (!isLost() && !to.destroyed) to.write(first.chunk);
      }
    };
    return (chunk) => {
      waiting.push({ chunk, dueAt: performance.now() + delayMs });
      if (waiting.length === 1) drain();
    };
  };
  const drop = (pair: Pair, how: 'end' | 'reset' = 'end'): void => {
    pairs.delete(pair);
    if (how === 'reset') pair.client.resetAndDestroy();
    else pair.client.destroy();
    pair.upstream.destroy();
  };
  /** True: the chunk goes no further. */
  const isTrapped = (pair: Pair, chunk: Buffer): boolean => {
    const trap = [...traps].find(({ text }) => chunk.includes(text));
    if (trap === undefined) return false;
    traps.delete(trap);
    const spring = (): void => {
      drop(pair);
      trap.sprung();
    };
    if (trap.after) pair.doomed = spring;
    else spring();
    return !trap.after;
  };

  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (mode === 'refuse') {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    upstream.on('error', () => undefined);
    const pair: Pair = { client, upstream };
    pairs.add(pair);
    const ask = createWay(upstream, () => mode === 'hang');
    const answer = createWay(client, () => mode === 'hang' || mode === 'mute');
    client.on('data', (chunk: Buffer) => {
      if (isTrapped(pair, chunk)) return;
      ask(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (pair.doomed !== undefined) pair.doomed();
      else answer(chunk);
    });
    // In a black hole nobody hears that the other side has gone.
    client.on('close', () => mode !== 'hang' && drop(pair));
    upstream.on('close', () => mode !== 'hang' && mode !== 'mute' && drop(pair));
  });
  const cut = (how: 'end' | 'reset' = 'end'): void => {
    for (const pair of [...pairs]) drop(pair, how);
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address !== 'object' || address === null) return reject(new Error('no port'));
      leash.closer(() => {
        server.close();
        cut();
      });
      resolve({
        ...{ port: address.port, cut },
        set(next) {
          mode = next;
          if (next === 'refuse') cut();
          // Whoever left meanwhile is noticed now.
          for (const pair of pairs) if (pair.client.destroyed || pair.upstream.destroyed) drop(pair);
        },
        delay: (milliseconds) => {
          delayMs = milliseconds;
        },
        cutWhen: (text, after = false) => new Promise((sprung) => traps.add({ text, after, sprung })),
        connections: () => pairs.size,
        state: () => ({ mode, delayMs }),
      });
    });
  });
}
