import { describe, expect, it } from 'vitest';
import { parseWords } from '../../../src/core/words.ts';
import { readRetryForm, retryForm } from '../../../src/operations/bulk/retry-form.ts';
import { parseRetryAll, targetOf } from '../../../src/operations/bulk/retry-words.ts';
import { createFakeRequests } from '../../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../../fakes/world.ts';

const world = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());
const parse = (text: string) => {
  const cut = parseWords(text);
  if (!cut.ok) throw new Error('these words can be cut');
  return parseRetryAll(cut.words, world);
};
const value = (text: string) => {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`refused: ${parsed.refusal.code}`);
  return parsed.value;
};

describe('what `retry all` is asked for', () => {
  it('is the same set in the same words, in whatever order it was typed', () => {
    const one = value('queue=reports error="pack unreadable" since=2h');
    const other = value('SINCE=120m error=“pack unreadable” queue=database:reports');
    expect(targetOf(one)).toBe('queue=database:reports error=pack unreadable since=7200s');
    expect(targetOf(other)).toBe(targetOf(one));
    expect(targetOf(value(''))).toBe('all queues');
    expect(targetOf(value('ids=7,3,7'))).toBe('failed_jobs=3,7');
  });

  it.each([
    ['first=0', 'not-a-number'],
    ['first=1.5', 'not-a-number'],
    ['pace=٣', 'not-a-number'],
    ['pace=-1', 'not-a-number'],
    ['ids=1;id', 'not-a-job-id'],
    ['ids=all', 'not-a-job-id'],
    ['ids=', 'not-a-job-id'],
    [`ids=${Array.from({ length: 101 }, (_, index) => index + 1).join(',')}`, 'too-long'],
    [`error=${'x'.repeat(201)}`, 'too-long'],
    ['queue=nowhere', 'unknown-queue'],
    ['since=soon', 'not-a-duration'],
    ['5', 'too-many-arguments'],
  ])('is refused where it says %s', (text, code) => {
    const parsed = parse(text);
    expect(parsed.ok ? 'taken' : parsed.refusal.code).toBe(code);
  });
});

describe('the form of `retry all`', () => {
  const carried = { words: 'retry all', channel: 'C0OPS', highest: 50 };
  const good: readonly (readonly [string, string | true])[] = [
    ['reason', ' the pack is published again '],
    ['cause', true],
    ['twice', true],
  ];
  const send = (change: readonly (readonly [string, string | true])[], highest: number | undefined = 50) => {
    const { highest: _, ...rest } = carried;
    return readRetryForm(
      value('first=3 pace=9'),
      { values: new Map([...good, ...change]), carried: highest === undefined ? rest : { ...rest, highest } },
      'en',
    );
  };

  it('is taken with a reason and both ticks, and bounds the set by what it showed', () => {
    expect(send([['pace', '40']])).toEqual({
      ok: true,
      value: { pace: 40, asked: { reason: 'the pack is published again', upTo: 50, risks: [] } },
    });
  });

  it.each([
    ['reason', [['reason', '  ']]],
    ['first', [['first', '0']]],
    ['pace', [['pace', '1e3']]],
  ] as const)('tells what is wrong beside %s', (field, change) => {
    const read = send(change);
    expect(read.ok ? [] : [...read.errors.keys()]).toEqual([field]);
  });

  it('takes a risk only where the job was named and ticked', () => {
    const read = (text: string) =>
      readRetryForm(
        value(text),
        { values: new Map([...good, ['risk-7', true], ['risk-8', true]]), carried },
        'en',
      );
    expect(read('ids=7,9')).toMatchObject({ ok: true, value: { asked: { risks: [7] } } });
    expect(read('')).toMatchObject({ ok: true, value: { asked: { risks: [] } } });
  });

  it('is not taken without a tick, or before it was filled', () => {
    const unticked = readRetryForm(value(''), { values: new Map([['reason', 'x']]), carried }, 'zh-CN');
    expect(unticked.ok ? [] : [...unticked.errors]).toEqual([
      ['cause', '必须勾选。'],
      ['twice', '必须勾选。'],
    ]);
    const { highest: _, ...early } = carried;
    const unfilled = readRetryForm(value(''), { values: new Map(good), carried: early }, 'en');
    expect(unfilled.ok).toBe(false);
  });

  it('shows what it would touch, what it leaves out and why, and offers a canary on costly queues', () => {
    const survey = {
      ...{ highest: 50, count: 40 },
      detail: {
        queues: [
          { queue: 'database:commerce', count: 40, retryAfterSeconds: 90, timeoutSeconds: 180, costly: true },
        ],
        classes: [{ name: 'RefundOrderJob', count: 40 }],
        exceptions: [{ name: 'RuntimeException: broke', count: 40 }],
        leftOut: { 'uuid-missing': 2, 'double-risk': 1 },
        ...{ oldest: '2026-11-25T01:00:00.000Z', newest: '2026-11-25T02:00:00.000Z', encrypted: 3 },
        ...{ costly: true, complete: true, looked: 43, unserved: ['database:commerce'] },
      },
    };
    const form = retryForm(value(''), survey, world, 'en');
    const shown = JSON.stringify(form.parts);
    for (const text of [
      'may run twice',
      '2 without a uuid',
      'double risk',
      'encrypted',
      '40 × RefundOrderJob',
      'Nobody works on database:commerce',
    ])
      expect(shown).toContain(text);
    expect(form.fields.find(({ name }) => name === 'first')).toMatchObject({ initial: 5 });
    expect(form.fields.map(({ name }) => name)).toEqual(['reason', 'first', 'pace', 'cause', 'twice']);
    expect(retryForm(value(''), undefined, world, 'zh-CN').fields).toEqual([]);
  });
});
