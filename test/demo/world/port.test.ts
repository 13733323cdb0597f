import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../demo/world/port.ts';

const listenOn = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

describe('freePort', () => {
  it('finds ports one can listen on, none of them twice, although none of them is taken yet', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    expect(new Set(ports).size).toBe(50);
    const server = await listenOn(ports[0] ?? 0);
    onTestFinished(() => void server.close());
    expect(server.listening).toBe(true);
  });

  it('leaves out what the kernel hands out to whoever asks for any port, or connects', async () => {
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
    const port = await freePort();
    expect(port).toBeGreaterThan(1_024);
    expect(port).toBeLessThan(range[0] ?? 0);
  });
});
