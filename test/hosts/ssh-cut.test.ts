import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSshHost } from '../../src/hosts/ssh-host.ts';
import type { HostResult } from '../../src/operations/host-port.ts';
import { cutAfter, type Side } from './cut-relay.ts';
import { exits, type FaultServer, startFaultServer } from './fault-server.ts';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer({ act: exits(0, 'said') });
});
afterAll(() => server.stop());

async function writeThrough(side: Side, most: number) {
  const { port, passed, close } = await cutAfter(server.host.port, side, most);
  const host = createSshHost({ ...server.host, port }, { goodbyeMs: 20 });
  const before = server.seen.lines.length;
  const result = await host.run(
    { argv: ['php', 'artisan', 'queue:retry'], writes: true },
    { timeoutSeconds: 600, startWithinSeconds: 600, signal: new AbortController().signal },
  );
  host.close();
  await expect.poll(() => server.open()).toBe(0);
  close();
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
    240_000,
  );
});
