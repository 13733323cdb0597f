import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groups, type SupervisorServer } from '../../../demo/world/supervisord.ts';
import { startWorld, type World } from '../../../demo/world/world.ts';

const run = promisify(execFile);

let world: World;
let supervisor: SupervisorServer;
beforeAll(async () => {
  world = await startWorld({ workers: ['fap-queue-ops', 'fap-queue-reports'] });
  if (world.supervisor === undefined) throw new Error('no Supervisor');
  supervisor = world.supervisor;
});
afterAll(() => world.stop());

/** Dispatches a job of ops and waits until a worker has done it: one that is RUNNING may only just be booting. */
async function haveOneWork(): Promise<void> {
  const [key] = await world.app.dispatch('ExecuteApprovalJob');
  const status = async (): Promise<unknown> => {
    const [[row]] = await world.sql.query<RowDataPacket[]>(
      'SELECT status FROM fap.admin_approvals WHERE id = ?',
      [key],
    );
    return row?.['status'];
  };
  await expect.poll(status).toBe('EXECUTED');
}

const states = async (): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await supervisor.workers()).map(({ name, state }) => [name, state]));

describe('the world’s Supervisor', () => {
  it('lists the runbook’s groups as Supervisor does, and runs those that were asked for', async () => {
    await expect.poll(async () => (await states())['fap-queue-ops']).toBe('RUNNING');
    await expect.poll(async () => (await states())['fap-queue-reports:fap-queue-reports_01']).toBe('RUNNING');
    const all = await states();
    expect(Object.keys(all).sort()).toEqual([
      'fap-queue-commerce',
      'fap-queue-content',
      'fap-queue-default-high:fap-queue-default-high_00',
      'fap-queue-default-high:fap-queue-default-high_01',
      'fap-queue-insights',
      'fap-queue-ops',
      'fap-queue-reports:fap-queue-reports_00',
      'fap-queue-reports:fap-queue-reports_01',
    ]);
    expect(all['fap-queue-commerce']).toBe('STOPPED');
    const [program = '', ...words] = supervisor.supervisorctl.split(' ');
    const { stdout } = await run(program, [...words, 'status', 'fap-queue-ops']);
    expect(stdout).toMatch(/^fap-queue-ops\s+RUNNING\s+pid \d+, uptime \d:\d\d:\d\d$/m);
  });

  it('has workers that work', () => haveOneWork());

  it('starts workers again that were killed, and those that artisan told to restart', async () => {
    const pid = async (): Promise<number | undefined> => (await supervisor.workers('fap-queue-ops'))[0]?.pid;
    const first = await pid();
    expect(await supervisor.kill('fap-queue-ops')).toEqual([first]);
    const isNew = (old: number | undefined) => async (): Promise<boolean> => {
      const now = await pid();
      return now !== undefined && now !== old;
    };
    await expect.poll(isNew(first)).toBe(true);
    const second = await pid();
    // A worker compares with what was said when it began, which is now before.
    await haveOneWork();
    await world.app.artisan('queue:restart');
    await expect.poll(isNew(second)).toBe(true);
  });

  it('cuts off workers for good, at once, also those that were just killed and are being started again', async () => {
    await supervisor.kill('fap-queue-ops');
    // The test would not wait for the six minutes that a stop has by the runbook.
    await supervisor.cutOff('fap-queue-ops');
    const own = (await supervisor.states()).filter(({ group }) => group === 'fap-queue-ops');
    expect(own.map(({ state, pid }) => [state, pid])).toEqual([['STOPPED', undefined]]);
  });

  it('notices a changed file', async () => {
    const programs = groups.map((group) => ({ ...group, started: false }));
    await supervisor.rewrite(
      [...programs.slice(0, -1), { ...programs[0], name: 'fap-queue-extra' }].map(asProgram),
    );
    const said = await supervisor.ctl('reread');
    expect(said).toContain('fap-queue-extra: available');
    expect(said).toContain('fap-queue-insights: disappeared');
    expect(said).toContain('fap-queue-ops: changed');
  });
});

type Programs = Parameters<SupervisorServer['rewrite']>[0];

function asProgram(one: Partial<Programs[number]>): Programs[number] {
  const [group] = groups;
  return { ...group, started: false, ...one };
}
