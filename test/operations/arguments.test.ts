import { describe, expect, it } from 'vitest';
import { parseJob, parseQueue } from '../../src/operations/arguments.ts';
import { createFakeRequests } from '../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../fakes/world.ts';

const world = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());
const parsed = (typed: string): string => {
  const queue = parseQueue(typed, world);
  return queue.ok ? `${queue.value.connection}:${queue.value.name}` : queue.refusal.code;
};

describe('a queue as it is typed', () => {
  it.each([
    ['reports', 'database:reports'],
    ['REPORTS', 'database:reports'],
    ['database:reports', 'database:reports'],
    ['database\ua789reports', 'database:reports'],
    ['database_reports:reports', 'database:reports'],
    ['ｄａｔａｂａｓｅ：ｒｅｐｏｒｔｓ', 'database:reports'],
    ['redis:other', 'redis:other'],
    ['other', 'unknown-queue'],
    ['sqs:reports', 'unknown-queue'],
    ['database:re ports', 'unknown-queue'],
  ])('%j means %s', (typed, expected) => {
    expect(parsed(typed)).toBe(expected);
  });
});

describe('a failed job as it is typed', () => {
  it.each(['123', '#123', '１２３', '＃１２３'])('%j is its number', (typed) => {
    expect(parseJob(typed)).toEqual({ ok: true, value: { kind: 'id', id: 123 } });
  });
});
