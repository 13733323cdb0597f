import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import { failedJobId } from '../../src/core/ids.ts';
import type { ReadContext } from '../../src/core/operation.ts';
import { parseWords } from '../../src/core/words.ts';
import { flushForm, readFlushForm } from '../../src/operations/flush-form.ts';
import { findPlan, findProgress, planToFacts } from '../../src/operations/flush-plan.ts';
import { knowsHours, readFlushSet } from '../../src/operations/flush-set.ts';
import { type Flush, flushTarget, parseFlush } from '../../src/operations/flush-words.ts';
import type { Cut, CutAsk } from '../../src/operations/ports.ts';
import type { World } from '../../src/operations/world.ts';
import { candidate, createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

const now = new Date('2026-11-25T10:00:00Z');
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);

function worldOf(
  hours: readonly number[],
  change: { readonly cut?: Cut; readonly version?: string } = {},
): { readonly world: World; readonly asks: CutAsk[] } {
  const rows = hours.map((age, index) => candidate(index + 1, { failedInstant: hoursAgo(age) }));
  const { app } = createFakeApp(rows);
  const asks: CutAsk[] = [];
  const world = createFakeWorld(
    {
      ...app,
      artisan: { ...app.artisan, version: async () => ({ ok: true, value: change.version ?? '12.72.0' }) },
      cuts: {
        ...app.cuts,
        mark: async () => ({ ok: true, value: { at: now, highest: failedJobId(hours.length) } }),
        async choose(ask) {
          asks.push(ask);
          return {
            ok: true,
            value: change.cut ?? { kind: 'none', why: 'too-new', ids: [], present: ask.frozen.length },
          };
        },
      },
    },
    // Nothing is looked up in the store here.
    {} as World['requests'],
    createFakeClock(),
  );
  return { world, asks };
}

const contextOf = (world: World): ReadContext<World> => ({
  ...{ world, locale: 'en', signal: AbortSignal.timeout(60_000) },
  asker: { teamId: 'T', userId: 'U0ANNA', name: 'Anna', operator: true, approver: false },
});

async function read(input: Flush, world: World) {
  const set = readFlushSet(input, contextOf(world));
  const ids: number[] = [];
  for (;;) {
    const { value, done } = await set.next();
    if (done === true) return { ids, judged: value };
    ids.push(...value.map(({ failedId }) => failedId));
  }
}

const parse = (line: string) => {
  const cut = parseWords(line);
  if (!cut.ok) throw new Error('these words can not be cut');
  return parseFlush(cut.words, worldOf([]).world);
};

describe('the words of flush', () => {
  it.each([
    ['', 'all queues'],
    ['queue=reports', 'queue=database:reports'],
    ['older=2h class=RefundOrderJob', 'class=RefundOrderJob older=7200s'],
    ['ids=3,1,2,1', 'failed_jobs=1,2,3'],
  ])('"%s" are about %s', (line, target) => {
    const parsed = parse(line);
    expect(parsed.ok && flushTarget(parsed.value)).toBe(target);
  });

  it.each([
    ['older=90m', 'too-few-hours'],
    ['older=1h', 'too-few-hours'],
    ['older=soon', 'not-a-duration'],
    ['queue=nosuch', 'unknown-queue'],
    ['ids=all', 'not-a-job-id'],
    ['all', 'too-many-arguments'],
  ])('"%s" are refused as %s', (line, code) =>
    expect(parse(line)).toMatchObject({ ok: false, refusal: { code } }),
  );
});

describe('how a flush will go', () => {
  const takesTwo: Cut = { kind: 'hours', hours: 2, takes: 2, present: 3 };

  it('takes by age what artisan can take so, and the others one by one', async () => {
    const { world, asks } = worldOf([5, 4, 0.5], { cut: takesTwo });
    const { ids, judged } = await read({}, world);
    expect(ids).toEqual([1, 2, 3]);
    expect(judged).toMatchObject({ value: { plan: { hours: 2, inStatement: 2, oneByOne: 1, staying: 0 } } });
    // All that our own records, the host and artisan may take.
    expect(asks[0]).toMatchObject({ leastHours: 2, leadSeconds: 100, frozen: [1, 2, 3] });
  });

  it('freezes by age what is older by the clock of the database, and never tells artisan fewer hours', async () => {
    const { world, asks } = worldOf([9, 5.01, 4.99, 1], { cut: { ...takesTwo, hours: 6 } });
    expect((await read({ olderSeconds: 5 * 3_600 }, world)).ids).toEqual([1, 2]);
    expect(asks[0]?.leastHours).toBe(5);
  });

  it('includes rows that nothing can name, and says which of them stay', async () => {
    const { world } = worldOf([5, 0.5], { cut: { kind: 'hours', hours: 2, takes: 1, present: 2 } });
    const { app } = createFakeApp([
      candidate(1, { uuid: null, failedInstant: hoursAgo(5) }),
      candidate(2, { uuidCount: 2, failedInstant: hoursAgo(0.5) }),
    ]);
    const both = { ...world, app: { ...world.app, failures: app.failures } };
    const { ids, judged } = await read({}, both);
    expect(ids).toEqual([1, 2]);
    expect(judged).toMatchObject({
      value: { plan: { inStatement: 1, oneByOne: 0, staying: 1, stayingIds: [2] } },
    });
  });

  it('goes one by one under Laravel 8, and where a filter says more than age', async () => {
    const old = worldOf([5, 4], { version: '8.83.26', cut: takesTwo });
    expect((await read({}, old.world)).judged).toMatchObject({
      value: { plan: { noStatement: 'old-laravel', inStatement: 0, oneByOne: 2 } },
    });
    const filtered = worldOf([5, 4], { cut: takesTwo });
    expect((await read({ jobClass: 'GenerateReportSnapshotJob' }, filtered.world)).judged).toMatchObject({
      value: { plan: { noStatement: 'filter', inStatement: 0, oneByOne: 2 } },
    });
    expect([...old.asks, ...filtered.asks]).toEqual([]);
    expect(['8.83.26', '9.0.0', '12.72.0', '13.x-dev', 'dev'].map(knowsHours)).toEqual([
      ...[false, true, true, true, false],
    ]);
  });

  it('has nothing to do where nothing matches', async () =>
    expect((await read({}, worldOf([]).world)).judged).toMatchObject({
      ok: false,
      refusal: { code: 'nothing-to-do' },
    }));

  it('is found again in the facts of its request', async () => {
    const { world } = worldOf([5, 4, 0.5], { cut: takesTwo });
    const { judged } = await read({}, world);
    if (!judged.ok) throw new Error('there is a set');
    const { plan } = judged.value;
    expect(findPlan(JSON.parse(JSON.stringify(planToFacts(plan))))).toEqual({ ...plan, oddIds: [] });
    expect(findPlan({})).toBeUndefined();
    expect(findProgress({ phase: 'nonsense', ended: { why: 'nonsense' } })).toMatchObject({
      ...{ phase: 'archiving', done: 0 },
    });
  });
});

describe('the form of a flush', () => {
  const values = (reason: string, review: string) =>
    new Map([
      ['reason', reason],
      ['review', review],
    ]);
  const send = (reason: string, review: string) =>
    readFlushForm(
      {},
      { values: values(reason, review), carried: { words: 'flush', channel: 'C', highest: 7 } },
      'en',
    );

  it('wants a reason and an https link of the review', () => {
    expect(send(' gone ', ' https://wiki.example.com/7 ')).toEqual({
      ok: true,
      value: { asked: { reason: 'gone', review: 'https://wiki.example.com/7', upTo: 7 } },
    });
    for (const link of [
      ...[
        'http://wiki.example.com',
        'https://',
        'https://wiki',
        'wiki.example.com',
        'javascript:alert(1)',
        '',
      ],
      ...[
        'https://a.example/<script>',
        'https://a.example|label',
        'https://u:p@a.example',
        'https://a.example/ b',
      ],
    ])
      expect([link, send('gone', link).ok]).toEqual([link, false]);
    expect(send('', 'https://wiki.example.com/7').ok).toBe(false);
  });

  it('says in both languages how many go which way, how long, and proposes age where it is long', async () => {
    const { world } = worldOf([5]);
    const plan = planToFacts({
      ...{ older: false, leastHours: 2, hours: 2, inStatement: 90_000, oneByOne: 9_000, staying: 1 },
      ...{ stayingIds: [failedJobId(7)], laravel: '12.72.0', seen: { at: now, highest: failedJobId(9) } },
    });
    const survey = { highest: 9, count: 99_001, detail: plan };
    const said = (locale: 'en' | 'zh-CN'): string => {
      const { parts } = flushForm({}, survey, world, locale);
      return renderReply({ heading: '', mood: 'neutral', parts });
    };
    expect(said('en')).toContain('90,000 in one statement');
    expect(said('en')).toContain('9,000 one by one');
    expect(said('en')).toContain('flush older=2h');
    expect(said('en')).toContain('#7');
    expect(said('zh-CN')).toContain('90,000 个由一条语句删除');
    expect(said('zh-CN')).toContain('约需 14 分钟');
  });
});
