import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Leash } from '../../../demo/world/leash.ts';
import { startProxy, type TcpProxy } from '../../../demo/world/proxy.ts';

let echo: Server;
let proxy: TcpProxy;
let client: Socket;
let heard: string;
let closers: (() => unknown)[];
beforeEach(async () => {
  echo = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  closers = [];
  proxy = await startProxy(address.port, leash());
  client = connect(proxy.port, '127.0.0.1');
  heard = '';
  client.on('data', (chunk) => {
    heard += chunk.toString();
  });
  await once(client, 'connect');
});
afterEach(() => {
  client.destroy();
  for (const close of closers) close();
  echo.close();
});

const leash = (): Leash => ({
  ...{ mark: {}, pid: () => undefined, folder: () => undefined, gone: () => undefined },
  ...{ check: () => undefined, release: async () => undefined },
  closer: (close) => void closers.push(close),
});

it('keeps the order of what it passes on, also where the delay ends meanwhile', async () => {
  proxy.delay(200);
  client.write('first ');
  await expect.poll(() => proxy.connections()).toBe(1);
  // Under way, on one of the two ways.
  await new Promise((resolve) => setTimeout(resolve, 50));
  proxy.delay(0);
  client.write('second ');
  await expect.poll(() => heard).toBe('first second ');
});
