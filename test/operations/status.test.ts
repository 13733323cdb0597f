import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import type { Locale } from '../../src/core/people.ts';
import { exact, type Gathered, type MissingPart, unknownCount } from '../../src/core/reading.ts';
import type { Reply } from '../../src/core/reply.ts';
import { parseWords } from '../../src/core/words.ts';
import type { QueueSizes } from '../../src/operations/ports.ts';
import { status } from '../../src/operations/status.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';
import { findOddPunctuation } from '../text/odd-punctuation.ts';

const empty: QueueSizes = {
  ...{ connection: 'redis', name: 'nope', driver: 'redis', configured: false, oldestSeconds: undefined },
  ...{ pending: exact(0), delayed: exact(0), reserved: exact(0), stuck: exact(0), failed: exact(0) },
};

async function ask(
  typed: string,
  sizes: Gathered<readonly QueueSizes[]>,
  locale: Locale = 'en',
): Promise<Reply> {
  const { app } = createFakeApp();
  const own = { ...app, queues: { ...app.queues, sizes: async () => sizes } };
  const world = createFakeWorld(own, createFakeRequests(), createFakeClock());
  const cut = parseWords(typed);
  if (!cut.ok) throw new Error(cut.problem.code);
  const parsed = status.parse(cut.words, world);
  if (!parsed.ok) throw new Error(parsed.refusal.code);
  const judged = await parsed.value.answer({
    ...{ world, locale, signal: AbortSignal.timeout(60_000) },
    asker: { teamId: 'T0HOME', userId: 'U0ANNA', name: 'Anna', operator: false, approver: false },
  });
  if (!judged.ok) throw new Error(judged.refusal.code);
  return judged.value;
}

describe('status of a queue that nobody configured', () => {
  it('says what there is of it, and that nothing else is known', async () => {
    const reply = await ask('redis:nope', { value: [empty], missing: [] });
    expect(reply.heading).toBe('nope: not in the configuration');
    expect(reply.notes).toContain(
      'Nobody configured redis:nope, so nothing is known of its workers, runbook or service level.',
    );
    expect(renderReply(reply)).not.toContain('could not be looked at');
  });

  it('names the part where it could not be counted', async () => {
    const reply = await ask('redis:nope', {
      value: [],
      missing: [{ part: 'redis', name: 'fap', why: 'unreachable' }],
    });
    expect(reply.heading).toBe('nope: could not be looked at, not in the configuration');
    expect(reply.notes).toContain('Not looked at: Redis of fap can not be reached.');
  });

  it.each([
    ['redis:reports', 'reports'],
    ['redis:reprots', 'reprots'],
  ])('names the queue that was probably meant by %s', async (typed, name) => {
    const reply = await ask(typed, { value: [{ ...empty, name }], missing: [] });
    expect(reply.notes?.join(' ')).toContain('The configuration has database:reports.');
    const zh = await ask(typed, { value: [{ ...empty, name }], missing: [] }, 'zh-CN');
    expect(zh.notes?.join(' ')).toContain('配置中有 database:reports。');
    const buttons = zh.parts.flatMap((part) => (part.kind === 'buttons' ? part.buttons : []));
    expect(buttons.map(({ label }) => label)).toContain(`诊断：${name}`);
    expect(findOddPunctuation(renderReply(zh))).toEqual([]);
  });
});

describe('status of all queues', () => {
  const dark: QueueSizes = {
    ...{ connection: 'database', name: 'reports', driver: 'database', configured: true },
    ...{ pending: unknownCount, delayed: unknownCount, reserved: unknownCount, stuck: unknownCount },
    ...{ oldestSeconds: undefined, failed: unknownCount },
  };
  const half: QueueSizes = { ...empty, name: 'insights', configured: true, failed: unknownCount };
  const missing: readonly MissingPart[] = [{ part: 'database', name: 'fap', why: 'unreachable' }];

  it('begins with what can not be reached, where the worst is that nobody can look', async () => {
    const reply = await ask('', { value: [half, dark], missing });
    expect(reply.heading).toBe(
      '2 of 2 queues could not be seen whole: the database of fap can not be reached',
    );
    expect(reply.mood).toBe('warning');
    const zh = await ask('', { value: [half, dark], missing }, 'zh-CN');
    expect(zh.heading).toBe('2 个队列中有 2 个没能看全：fap 的数据库无法连接');
    expect(findOddPunctuation(renderReply(zh))).toEqual([]);
  });

  it('begins with the worst queue, where one is known to be bad', async () => {
    const stuck = { ...empty, name: 'high', configured: true, stuck: exact(3) };
    const reply = await ask('', { value: [dark, stuck], missing });
    expect(reply.heading).toContain('high: 3 stuck');
    expect(reply.heading).toContain('1 more to look at');
  });
});
