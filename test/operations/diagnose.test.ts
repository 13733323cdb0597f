import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { ParsedRead, Picture } from '../../src/core/operation.ts';
import { exact } from '../../src/core/reading.ts';
import type { Judged } from '../../src/core/refusal.ts';
import type { Button, Reply } from '../../src/core/reply.ts';
import type { RunbookDescription } from '../../src/core/runbook-description.ts';
import { parseWords } from '../../src/core/words.ts';
import { diagnose } from '../../src/operations/diagnose.ts';
import type { App } from '../../src/operations/ports.ts';
import type { World } from '../../src/operations/world.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';
import { away, createStand, failure, group, ok, sizes, waiting, whole } from '../runbook/stage.ts';

const fakes = createFakeApp().app;
const clock = createFakeClock();
const asker = { teamId: 'T', userId: 'U0ANNA', name: 'Anna', operator: true, approver: false };
const alive: Partial<App> = { workers: { ...fakes.workers, inspect: async () => whole([group()]) } };
const dead: Partial<App> = {
  workers: { ...fakes.workers, inspect: async () => whole([group({ alive: 0 })]) },
  queues: {
    ...fakes.queues,
    sizes: async () => whole([sizes({ pending: exact(12), oldestSeconds: 840 })]),
    next: async () => ok([waiting('1', 840)]),
  },
};

function createWorld(change: Partial<App>, runbook?: RunbookDescription, names = ['fap']): World {
  const app: App = { ...fakes, description: createStand().app.description, ...change };
  return {
    ...createFakeWorld(app, createFakeRequests(), clock),
    ...{ runbooks: new Map(runbook === undefined ? [] : [['reports', runbook]]), appNames: names },
  };
}

function parse(typed: string, world: World): Judged<ParsedRead<World>> {
  const words = parseWords(typed);
  if (!words.ok) throw new Error('these words are well formed');
  return diagnose.parse(words.words, world);
}

async function ask(typed: string, world: World): Promise<{ picture: Picture; states: readonly Picture[] }> {
  const parsed = parse(typed, world);
  if (!parsed.ok || parsed.value.watch === undefined) throw new Error(`not understood: ${typed}`);
  const states: Picture[] = [];
  const context = { world, locale: 'en', signal: AbortSignal.timeout(60_000), asker } as const;
  const judged = await parsed.value.watch(context, (picture) => void states.push(picture));
  if (!judged.ok) throw new Error('it was refused');
  return { picture: judged.value, states };
}

const buttonsOf = ({ parts }: Reply): readonly Button[] =>
  parts.flatMap((part) => (part.kind === 'buttons' ? part.buttons : []));
const wordsOf = (reply: Reply): readonly string[] =>
  buttonsOf(reply).map(({ press }) => (press.kind === 'words' ? `${press.verb}: ${press.words}` : ''));

describe('diagnose', () => {
  it('shows what it will look at, each step when it is there, and then the verdict on top', async () => {
    const { picture, states } = await ask('reports', createWorld(dead));
    expect(renderReply((states[0] as Picture)('en'))).toMatch(/looking at 3 things[\s\S]*⏳ 1\. Workers/);
    expect(states).toHaveLength(5);
    const reply = picture('en');
    expect(reply.heading).toBe('reports: no worker is alive while work is due');
    expect(reply.mood).toBe('bad');
    expect(renderReply(reply)).toContain('12 jobs wait, the oldest for 14 min');
    expect(wordsOf(reply)).toEqual([
      'restart: restart reports',
      'workers: workers reports',
      'diagnose: diagnose reports',
    ]);
  });

  it('says from when on it looks, so that a message whose bot died says how old it is', async () => {
    const { states } = await ask('reports', createWorld(alive));
    for (const state of states) expect(renderReply(state('en'))).toMatch(/Began 2026-11-25 03:00/);
  });

  it('speaks the language of who reads it', async () => {
    const { picture } = await ask('reports', createWorld(dead));
    expect(picture('zh-CN').heading).toBe('reports：没有存活的 worker，而任务在等待');
    expect(buttonsOf(picture('zh-CN'))[0]?.label).toBe('重启');
  });

  it('names what it could not look at, and gives no green light', async () => {
    const world = createWorld({
      workers: { ...fakes.workers, inspect: async () => whole([], [away('host', 'api-1')]) },
    });
    const reply = (await ask('reports', world)).picture('en');
    expect(reply.mood).toBe('warning');
    expect(renderReply(reply)).toMatch(
      /Not looked at, so not excluded: Workers of fap-queue-reports \(host api-1/,
    );
  });

  it('offers to retry the class that fails, and to see the newest', async () => {
    const failures: App['failures'] = {
      ...fakes.failures,
      groups: async () =>
        ok({
          groups: [failure('RuntimeException', 31, [60, 900], clock.now())],
          ...{ of: exact(31), asOf: clock.now() },
        }),
    };
    const reply = (await ask('reports', createWorld({ ...alive, failures }))).picture('en');
    expect(reply.heading).toBe('reports: MakeReport fails with one exception: RuntimeException: it broke');
    expect(wordsOf(reply)).toEqual([
      'failed: failed reports',
      'show: show 31',
      'retry-all: retry all queue=reports class=MakeReport',
      'diagnose: diagnose reports',
    ]);
  });

  it('says who paused the queue, and that nobody here did', async () => {
    const world = createWorld({
      ...alive,
      queues: { ...fakes.queues, sizes: async () => whole([sizes({ pending: exact(2) })]) },
      condition: {
        read: async () =>
          whole({ maintenance: false, paused: [{ connection: 'database', name: 'reports' }] }),
        pausedNow: async () => undefined,
      },
    });
    const reply = (await ask('reports', world)).picture('en');
    expect(reply.heading).toBe('reports: the queue is paused');
    expect(renderReply(reply)).toContain('database:reports is paused, not by Queuekeeper.');
    expect(wordsOf(reply)[0]).toBe('resume: resume reports');
  });

  it('names the application in its words where it is not the default one', async () => {
    const reply = (await ask('reports', createWorld(dead, undefined, ['shop', 'fap']))).picture('en');
    expect(wordsOf(reply)[0]).toBe('restart: restart reports app=fap');
  });

  const runbook: RunbookDescription = {
    queue: 'reports',
    title: { en: 'Reports are stuck', 'zh-CN': '报告卡住' },
    steps: [
      { kind: 'backlog', queue: 'reports', title: { en: 'What waits' } },
      { kind: 'rows', rows: { table: 'snapshots', groupBy: ['status'], show: ['id', 'note'] } },
    ],
    verdicts: [
      {
        when: [{ step: 2, above: 5 }],
        say: { en: '{count} snapshots are odd', 'zh-CN': '{count} 个快照异常' },
        do: 'restart reports',
      },
    ],
  };
  const nine: Partial<App> = {
    queues: { ...fakes.queues, sizes: async () => whole([sizes()]) },
    rows: {
      look: async () =>
        ok({
          total: exact(9),
          groups: [
            {
              ...{ values: ['odd'], count: exact(9), oldestSeconds: 700 },
              ...{ newestSeconds: 5, updatedSeconds: undefined },
            },
          ],
          rows: [['7', 'a note']],
        }),
    },
  };

  it("says the runbook's own rule in its words, with its button", async () => {
    const { picture } = await ask('reports', createWorld(nine, runbook));
    expect(picture('en').heading).toBe('reports: 9 snapshots are odd');
    expect(picture('zh-CN').heading).toBe('reports：9 个快照异常');
    expect(buttonsOf(picture('en'))[0]).toMatchObject({
      label: 'restart reports',
      press: { verb: 'restart', words: 'restart reports' },
    });
    expect(renderReply(picture('en'))).toMatch(/Reports are stuck[\s\S]*1\. What waits/);
  });

  it('runs one step alone, with more of what it found and no verdict', async () => {
    const { picture, states } = await ask('reports step=2', createWorld(nine, runbook));
    expect(states.length).toBeGreaterThan(0);
    const said = renderReply(picture('en'));
    expect(said).toMatch(/Rows of snapshots: suspicious/);
    expect(said).toMatch(/odd +9 +11 min/);
    expect(said).toMatch(/id: 7\s+note: a note/);
    expect(said).not.toContain('snapshots are odd');
    expect(wordsOf(picture('en'))).toEqual([
      'diagnose: diagnose reports step=2',
      'diagnose: diagnose reports',
    ]);
  });

  it.each([
    ['', 'missing-argument'],
    ['report', 'unknown-queue'],
    ['reports now', 'too-many-arguments'],
    ['reports step=0', 'not-a-number'],
    ['reports step=3', 'not-a-number'],
    ['reports step=two', 'not-a-number'],
  ])('refuses "%s"', (typed, code) => {
    const parsed = parse(typed, createWorld(nine, runbook));
    expect(parsed.ok ? 'accepted' : parsed.refusal.code).toBe(code);
  });

  it('is audited as what it looked at', () => {
    const parsed = parse('reports step=2', createWorld(nine, runbook));
    expect(parsed.ok && parsed.value.target).toBe('queue=database:reports step=2');
  });
});
