import { type AddressInfo, connect, createServer } from 'node:net';

export type Side = 'client' | 'server';

export interface CutRelay {
  readonly port: number;
  /** Bytes of that side so far, those that were cut off included. */
  readonly passed: () => number;
  readonly close: () => void;
}

/** A relay that cuts the connection after so many bytes of one side; `once`: later ones are let through. */
export async function cutAfter(target: number, side: Side, most: number, once = false): Promise<CutRelay> {
  let passed = 0;
  let isFirst = true;
  const relay = createServer({ noDelay: true }, (client) => {
    const isCut = isFirst || !once;
    isFirst = false;
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    for (const [from, to, name] of [
      [client, upstream, 'client'],
      [upstream, client, 'server'],
    ] as const) {
      from.on('error', () => undefined).on('close', () => to.destroy());
      from.on('data', (chunk) => {
        const isCounted = name === side && isCut;
        const left = isCounted ? most - passed : chunk.length;
        if (isCounted) passed += chunk.length;
        if (left > 0) to.write(chunk.subarray(0, left));
        if (left > chunk.length || !isCounted) return;
        client.destroySoon();
        upstream.destroySoon();
      });
    }
  });
  await new Promise<void>((resolve) => void relay.listen(0, '127.0.0.1', resolve));
  const { port } = relay.address() as AddressInfo; // it listens on TCP
  return { port, passed: () => passed, close: () => void relay.close() };
}
