import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { Locale } from '../../src/core/people.ts';
import type { MissingPart } from '../../src/core/reading.ts';
import type { Reply } from '../../src/core/reply.ts';
import { parseWords } from '../../src/core/words.ts';
import type {
  InspectedGroup,
  InspectedProcess,
  WorkerCommand,
  WorkerTrap,
} from '../../src/operations/ports.ts';
import { workers } from '../../src/operations/workers.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { fakeSettings } from '../fakes/supervisor.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

const command: WorkerCommand = {
  ...{ connection: 'database', queues: ['reports'], timeoutSeconds: 180, tries: 3, sleepSeconds: 1 },
  ...{ maxTimeSeconds: 3600, maxJobs: undefined, memoryMegabytes: undefined, force: false },
};
const process: InspectedProcess = {
  ...{
    host: 'api-1',
    name: 'reports:reports_00',
    state: 'RUNNING',
    pid: 9,
    uptimeSeconds: 65,
    description: '',
  },
  ...{ command, settings: fakeSettings, restarts: { count: 2, sinceSeconds: 600 } },
};
const where = ['reports:reports_00 @ api-1'];
const group = (change: Partial<InspectedGroup> = {}): InspectedGroup => ({
  ...{ group: 'reports', queues: [{ connection: 'database', name: 'reports' }], alive: 2, expected: 2 },
  ...{
    processes: [process, { ...process, name: 'reports:reports_01', pid: 10 }],
    unknownHosts: [],
    traps: [],
  },
  ...change,
});

async function ask(
  groups: readonly InspectedGroup[],
  { typed = '', locale = 'en', missing = [] as readonly MissingPart[] } = {},
): Promise<Reply> {
  const { app } = createFakeApp();
  const own = { ...app, workers: { ...app.workers, inspect: async () => ({ value: groups, missing }) } };
  const world = createFakeWorld(own, createFakeRequests(), createFakeClock());
  const cut = parseWords(typed);
  if (!cut.ok) throw new Error(cut.problem.code);
  const parsed = workers.parse(cut.words, world);
  if (!parsed.ok) throw new Error(parsed.refusal.code);
  const judged = await parsed.value.answer({
    ...{ world, locale: locale as Locale, signal: AbortSignal.timeout(60_000) }, // one of the two that there are
    asker: { teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna', operator: false, approver: false },
  });
  if (!judged.ok) throw new Error(judged.refusal.code);
  return judged.value;
}

describe('workers', () => {
  it('shows each process, what it was told, and the restarts that were seen', async () => {
    const reply = await ask([group()]);
    const text = renderReply(reply);
    expect(reply.mood).toBe('good');
    expect(text).toContain('2 of 2 workers alive');
    expect(text).toContain(
      'reports:reports_00 @ api-1: RUNNING, pid 9, up for 1 min 5 s, 2 restarts seen in 10 min',
    );
    expect(text).toContain('queue:work database --queue=reports --timeout=180 --tries=3 --max-time=3600');
    expect(renderReply(await ask([group()], { locale: 'zh-CN' }))).toContain(
      'reports:reports_00 @ api-1：RUNNING，pid 9，已运行 1 分钟 5 秒，10 分钟内见到 2 次重启',
    );
  });

  it.each<[WorkerTrap, string, string]>([
    [
      {
        ...{ kind: 'timeout-over-retry-after', connection: 'database', timeoutSeconds: 180, where },
        retryAfterSeconds: 90,
      },
      'Jobs may run twice: --timeout=180 is not below retry_after of database (1 min 30 s)',
      '任务可能执行两次',
    ],
    [
      { kind: 'queue-missing', queue: { connection: 'database', name: 'reports' }, takes: ['report'], where },
      'Nobody here takes jobs of reports: the workers are told --queue=report',
      '这里没有进程处理 reports 的任务',
    ],
    [
      { kind: 'other-connection', expected: 'database', connection: 'redis', sameTable: false, where },
      'They listen on redis, the configuration says database',
      'worker 监听 redis，而配置是 database',
    ],
    [
      { kind: 'stop-kills-jobs', stopWaitSeconds: 10, timeoutSeconds: 120, where },
      'A restart kills jobs: Supervisor waits 10 s (stopwaitsecs), and a job may take 2 min',
      '重启会强制结束任务',
    ],
    [
      { kind: 'stays-exited', autorestart: 'unexpected', where },
      'stays EXITED: autorestart=unexpected should be true',
      '停在 EXITED',
    ],
    [
      { kind: 'old-code', startedSecondsAgo: 7200, changedSecondsAgo: 60, file: 'artisan', where },
      'They run the code of before the release: started 2 h ago, while artisan changed 1 min ago',
      '仍在运行发布前的代码',
    ],
  ])('warns of a trap in both languages: %o', async (trap, en, zh) => {
    const reply = await ask([group({ traps: [trap] })]);
    expect(reply.mood).toBe('warning');
    expect(renderReply(reply)).toContain('2 of 2 workers alive, 1 warning');
    expect(renderReply(reply).replaceAll('`', '')).toContain(en);
    expect(renderReply(reply)).toContain('(reports_00 @ api-1)');
    expect(
      renderReply(await ask([group({ traps: [trap] })], { locale: 'zh-CN' })).replaceAll('`', ''),
    ).toContain(zh);
  });

  it('names crash loops and what stays EXITED', async () => {
    const processes: readonly InspectedProcess[] = [
      {
        ...process,
        state: 'BACKOFF',
        pid: undefined,
        uptimeSeconds: undefined,
        description: 'Exited too quickly',
      },
      {
        ...process,
        state: 'EXITED',
        pid: undefined,
        uptimeSeconds: undefined,
        description: 'Nov 25 03:00 AM',
      },
    ];
    const traps: readonly WorkerTrap[] = [
      { kind: 'backoff', where },
      { kind: 'exited', where },
    ];
    const reply = await ask([group({ alive: 0, processes, traps })]);
    expect(reply.mood).toBe('bad');
    expect(renderReply(reply)).toContain('starts and dies again: read its log');
    expect(renderReply(reply)).toContain('ended and was not started again');
    expect(renderReply(reply)).toContain('Exited too quickly');
  });

  it('says what could not be read, so that silence is no all-clear', async () => {
    const processes = [{ ...process, command: undefined, settings: undefined }];
    const text = renderReply(await ask([group({ processes })]));
    expect(text).toContain('Not known how they were started');
    expect(text).toContain("Supervisor's configuration could not be read");
  });

  it('knows no number where a host is away', async () => {
    const missing: readonly MissingPart[] = [{ part: 'host', name: 'api-2', why: 'unreachable' }];
    const reply = await ask([group({ alive: undefined, expected: undefined, unknownHosts: ['api-2'] })], {
      missing,
    });
    expect(reply.mood).toBe('warning');
    expect(renderReply(reply)).toContain('unknown, since api-2 could not be asked');
  });

  it('of one queue offers to restart them, and asks first', async () => {
    const buttons = (reply: Reply) =>
      reply.parts.flatMap((part) => (part.kind === 'buttons' ? part.buttons : []));
    expect(buttons(await ask([group()]))).toEqual([]);
    expect(buttons(await ask([group()], { typed: 'reports' }))).toMatchObject([
      { label: 'Restart', press: { words: 'restart database:reports' }, confirm: { yes: 'Restart' } },
    ]);
  });
});
