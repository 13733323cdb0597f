import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSshHost } from '../../src/hosts/ssh-host.ts';
import type { HostResult } from '../../src/operations/host-port.ts';
import { exits, type FaultServer, startFaultServer } from './fault-server.ts';

type Side = 'client' | 'server';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer({ act: exits(0, 'said') });
});
afterAll(() => server.stop());

/** A relay that cuts the connection after so many bytes of one side. */
async function cutAfter(side: Side, most: number): Promise<{ relay: Server; passed: () => number }> {
  let passed = 0;
  const relay = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: server.host.port, host: '127.0.0.1', noDelay: true });
    for (const [from, to, name] of [
      [client, upstream, 'client'],
      [upstream, client, 'server'],
    ] as const) {
      from.on('error', () => undefined).on('close', () => to.destroy());
      from.on('data', (chunk) => {
        const left = name === side ? most - passed : chunk.length;
        if (name === side) passed += chunk.length;
        if (left > 0) to.write(chunk.subarray(0, left));
        if (left > chunk.length || name !== side) return;
        client.destroySoon();
        upstream.destroySoon();
      });
    }
  });
  await new Promise<void>((resolve) => void relay.listen(0, '127.0.0.1', resolve));
  return { relay, passed: () => passed };
}

async function writeThrough(side: Side, most: number) {
  const { relay, passed } = await cutAfter(side, most);
  const { port } = relay.address() as AddressInfo; // it listens on TCP
  const host = createSshHost({ ...server.host, port }, { goodbyeMs: 20 });
  const before = server.seen.lines.length;
  const result = await host.run(
    { argv: ['php', 'artisan', 'queue:retry'], writes: true },
    { timeoutSeconds: 5, startWithinSeconds: 5, signal: AbortSignal.timeout(5_000) },
  );
  await expect.poll(() => server.open(), { timeout: 2_000 }).toBe(0);
  relay.close();
  return { result, passed: passed(), arrived: server.seen.lines.length > before };
}

describe('a write whose connection is cut', () => {
  it.each(['client', 'server'] as const)(
    'at whatever byte of the %s is never called not started when its line arrived',
    async (side) => {
      const whole = await writeThrough(side, Number.MAX_SAFE_INTEGER);
      expect(whole.result.kind).toBe('ended');
      const kinds = new Set<HostResult['kind']>([whole.result.kind]);
      for (let most = 0; most < whole.passed; most += 37) {
        const { result, arrived } = await writeThrough(side, most);
        kinds.add(result.kind);
        if (result.kind === 'not-started') expect({ most, arrived }).toEqual({ most, arrived: false });
        if (result.kind === 'ended')
          expect({ most, arrived, rc: result.rc }).toEqual({ most, arrived: true, rc: 0 });
        if (result.kind === 'unknown') expect(result.why).toBe('connection lost');
      }
      expect([...kinds].sort()).toEqual(['ended', 'not-started', 'unknown']);
    },
    60_000,
  );
});
