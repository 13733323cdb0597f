import { describe, expect, it } from 'vitest';
import { isRunnerLine, runnerLine, runsOnce } from '../../../src/hosts/runner/runner-line.ts';
import type { HostVerb } from '../../../src/operations/host-port.ts';

const uuids = Array.from(
  { length: 500 },
  (_, at) => `0198f6aa-0000-7000-8000-${String(at).padStart(12, '0')}`,
);

describe('a line for the runner', () => {
  it('names run, deadline, verb, limit and arguments', () => {
    const verb: HostVerb = { name: 'retry', args: ['17', '18'] };
    expect(runnerLine('run-00001', 1_790_000_000, verb, 0.4)).toBe(
      'v1 run-00001 1790000000 retry limit=1 17 18',
    );
    expect(runnerLine('run-00001', 1_790_000_000, verb)).toBe('v1 run-00001 1790000000 retry 17 18');
    const restart: HostVerb = { name: 'supervisor', args: ['restart', 'a:a_00'] };
    expect(runnerLine('run-00001', 5, restart, 90)).toBe('v1 run-00001 5 supervisor restart limit=90 a:a_00');
  });

  it('carries a chunk of 500 uuids, and not one that no line can', () => {
    expect(isRunnerLine({ name: 'retry', args: uuids })).toBe(true);
    expect(isRunnerLine({ name: 'retry', args: Array(8).fill(uuids).flat() })).toBe(false);
  });

  it.each([
    '',
    ' ',
    'a b',
    "'",
    '"',
    '$x',
    '`',
    '\n',
    '\t',
    '\\',
    '*',
    ';',
    '|',
    '&',
    '>',
    '~',
    'é',
    '\u0000',
  ])('has no place for %j', (word) => {
    expect(isRunnerLine({ name: 'log', args: [word] })).toBe(false);
    expect(() => runnerLine('run-00001', 5, { name: 'log', args: [word] })).toThrow(/does not take/);
  });

  it('is run once where it changes something', () => {
    const once = (name: HostVerb['name'], ...args: string[]) => runsOnce({ name, args });
    for (const name of ['retry', 'forget', 'flush', 'pause', 'resume', 'work-one', 'drill'] as const)
      expect(once(name)).toBe(true);
    expect([once('supervisor', 'restart', 'x'), once('supervisor', 'update')]).toEqual([true, true]);
    expect([
      once('supervisor', 'status'),
      once('supervisor', 'reread'),
      once('supervisor', 'config'),
    ]).toEqual([...[false, false, false]]);
    expect([once('facts', 'clock'), once('log', 'list'), once('failed')]).toEqual([false, false, false]);
  });
});
