import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunId } from '../../../src/core/ids.ts';
import { createRunnerHost } from '../../../src/hosts/runner/runner-host.ts';
import type { HostResult } from '../../../src/operations/host-port.ts';
import { type RunnerStage, setRunnerStage } from '../../ops/runner-stage.ts';
import { cutAfter, type Side } from '../cut-relay.ts';
import { type FaultServer, startFaultServer } from '../fault-server.ts';
import { bound } from './script-act.ts';

let stage: RunnerStage;
let server: FaultServer;
let ids = 0;
beforeAll(async () => {
  stage = await setRunnerStage();
  server = await startFaultServer({ act: bound(stage.conf) });
});
afterAll(async () => {
  await server.stop();
  await stage.stop();
});

async function retryThrough(side: Side, most: number) {
  ids += 1;
  const id = String(ids);
  const { port, passed, close } = await cutAfter(server.host.port, side, most, true);
  const asks = { againMs: 20, leastMs: 3_000, answerMs: 600_000, livesBeyondMs: 1_000 };
  const host = createRunnerHost({ ...server.host, port, runner: true }, ulid, { goodbyeMs: 20 }, asks);
  const runId = `${ulid()}-1` as RunId; // what a run id is
  const result = await host.run(
    { argv: [], writes: true, verb: { name: 'retry', args: [id] } },
    { runId, timeoutSeconds: 60, startWithinSeconds: 600, signal: new AbortController().signal },
  );
  host.close();
  close();
  const late = await stage.call(`v1 ${runId} ${stage.deadline()} retry ${id}`);
  const ran = (await stage.ran()).filter((line) => line.includes(`queue:retry ${id} `)).length;
  const arrived = server.seen.lines.some((line) => line.startsWith(`v1 ${runId} `));
  return { result, passed: passed(), arrived, ran, late: /^state=(\w+)$/m.exec(late.stdout)?.[1] };
}

it.each(['client', 'server'] as const)(
  'a run whose connection is cut at whatever byte of the %s has a known outcome, and the right one',
  async (side) => {
    const whole = await retryThrough(side, Number.MAX_SAFE_INTEGER);
    expect(whole).toMatchObject({ result: { kind: 'ended', rc: 0 }, ran: 1, late: 'done' });
    const kinds = new Set<HostResult['kind']>();
    // Most of it is the login.
    for (let most = 0; most < whole.passed; most += most < whole.passed / 2 ? 397 : 61) {
      const { result, arrived, ran, late } = await retryThrough(side, most);
      kinds.add(result.kind);
      if (result.kind === 'not-started' && arrived)
        expect({ most, late }).toEqual({ most, late: 'cancelled' });
      // Before the line was sent nobody knows of the run: then the line that comes now is its first.
      const wasSent = result.kind === 'ended' || late === 'cancelled';
      expect({ most, kind: result.kind, ran }).toEqual(
        wasSent
          ? { most, kind: result.kind, ran: result.kind === 'ended' ? 1 : 0 }
          : { most, kind: 'not-started', ran: 1 },
      );
    }
    expect([...kinds].sort()).toEqual(['ended', 'not-started']);
  },
  240_000,
);
