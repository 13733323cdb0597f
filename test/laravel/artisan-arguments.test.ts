import { describe, expect, it } from 'vitest';
import type { AppDescription } from '../../src/core/app-description.ts';
import { artisanArgv, artisanVerb } from '../../src/laravel/artisan-arguments.ts';
import { description, uuidOf } from '../fakes/world.ts';

const numbered: AppDescription = { ...description, failed: { driver: 'database', table: 'failed_jobs' } };

describe('artisanArgv', () => {
  it('names the ids and nothing else', () => {
    expect(artisanArgv({ verb: 'retry', ids: [uuidOf(1), uuidOf(2)] }, description)).toEqual([
      ...['php', 'artisan', 'queue:retry', uuidOf(1), uuidOf(2), '--no-ansi', '--no-interaction'],
    ]);
    expect(artisanArgv({ verb: 'forget', id: '17' }, numbered)).toEqual([
      ...['php', 'artisan', 'queue:forget', '17', '--no-ansi', '--no-interaction'],
    ]);
  });

  it.each([
    ...['all', 'ALL', '--range=1-5', '--queue=reports', '-q', '--', '', ' ', '0', '1', '0x1', '1e3', '-1'],
    ...['5-5', '*', '$(id)', '`id`', ';id', '| id', '&& id', '../x', "' or 1=1", 'null', '\u0000', '１'],
    ...[`${uuidOf(1)}\n`, `${uuidOf(1)} all`, ` ${uuidOf(1)}`, `${uuidOf(1)};id`, uuidOf(1).slice(1)],
    ...[uuidOf(1).replaceAll('-', ''), uuidOf(1).replace('0198f6aa', '0198F6AA'), `{${uuidOf(1)}}`],
  ])('throws for %j where uuids are wanted', (word) => {
    expect(() => artisanArgv({ verb: 'forget', id: word }, description)).toThrow(/does not fit/);
    expect(() => artisanArgv({ verb: 'retry', ids: [uuidOf(1), word] }, description)).toThrow(/does not fit/);
  });

  it.each([
    ...['all', '0', '00', '01', '-1', '1.5', '1e3', '0x10', '5-5', ' 1', '1 ', '1\n', '', '١', '--range=1-5'],
    ...[uuidOf(1), '99999999999999999', '1;id'],
  ])('throws for %j where numbers are wanted', (word) =>
    expect(() => artisanArgv({ verb: 'retry', ids: [word] }, numbered)).toThrow(/does not fit/),
  );

  it('throws for no id at all, which older versions take for something else', () =>
    expect(() => artisanArgv({ verb: 'retry', ids: [] }, description)).toThrow(/nothing/));

  it('carries 500 uuids, and throws before an argument list grows beyond what Linux takes', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => uuidOf(index + 1));
    expect(artisanArgv({ verb: 'retry', ids: many(500) }, description)).toHaveLength(505);
    expect(() => artisanArgv({ verb: 'retry', ids: many(5_000) }, description)).toThrow(/more ids/);
  });

  it('pauses and resumes configured queues alone, since artisan takes any name without a word', () => {
    const argv = (verb: 'pause' | 'resume', connection: string, name: string) =>
      artisanArgv({ verb, queue: { connection, name } }, description);
    expect(argv('pause', 'database', 'reports')).toEqual([
      ...['php', 'artisan', 'queue:pause', 'database:reports', '--no-ansi', '--no-interaction'],
    ]);
    expect(argv('resume', 'redis', 'insights')[3]).toBe('redis:insights');
    for (const [connection, name] of [
      ['database', 'nowhere'],
      ['redis', 'reports'],
      ['', 'reports'],
      ['database', '--all'],
      ['database:reports', ''],
    ] as const)
      expect(() => argv('pause', connection, name)).toThrow(/nobody configured/);
  });

  it('says the same in the words of the runner, which knows the rest', () => {
    const said = (template: Parameters<typeof artisanVerb>[0]) => artisanVerb(template, description);
    expect(said({ verb: 'retry', ids: [uuidOf(1), uuidOf(2)] })).toEqual({
      ...{ name: 'retry', args: [uuidOf(1), uuidOf(2)] },
    });
    expect(said({ verb: 'flush', hours: 3 })).toEqual({ name: 'flush', args: ['3'] });
    expect(said({ verb: 'pause', queue: { connection: 'redis', name: 'insights' } }).args).toEqual([
      'redis:insights',
    ]);
    expect(() => said({ verb: 'flush', hours: 1 })).toThrow(/just failed/);
    expect(() => said({ verb: 'forget', id: 'all' })).toThrow(/does not fit/);
  });

  it('makes a failure with the words of the configuration, and with none that a drill must not run', () => {
    const argv = (...words: readonly string[]) =>
      artisanArgv({ verb: 'drill', name: 'reports', words }, description);
    expect(argv('fap:drill', 'reports')).toEqual([
      ...['php', 'artisan', 'fap:drill', 'reports', '--no-ansi', '--no-interaction'],
    ]);
    for (const word of ['queue:flush', 'DB:wipe', 'migrate', 'tinker', 'q:fl'])
      expect(() => argv(word)).toThrow(/must not/);
    for (const word of ['a b', '$(id)', "'", ';', '', 'x\n'])
      expect(() => argv('fap:drill', word)).toThrow(/none/);
    expect(() => argv()).toThrow(/none/);
    const nowhere = { verb: 'drill', name: 'nowhere', words: ['fap:drill'] } as const;
    expect(() => artisanArgv(nowhere, description)).toThrow(/nobody configured/);
  });

  it('tells the runner of a drill by its queue alone: the command stands in its own configuration', () =>
    expect(artisanVerb({ verb: 'drill', name: 'reports', words: ['fap:drill'] }, description)).toEqual({
      ...{ name: 'drill', args: ['reports'] },
    }));

  it('runs one job by the daemon path, on the queue’s own connection and within a worker’s limits', () => {
    const queue = { connection: 'database', name: 'reports' };
    const one = { verb: 'work-one', queue, tries: 3, timeoutSeconds: 180 } as const;
    expect(artisanArgv(one, description).join(' ')).toBe(
      'php artisan queue:work database --queue=reports --max-jobs=1 --stop-when-empty --max-time=1 --sleep=1 --tries=3 --timeout=180 -v --no-ansi --no-interaction',
    );
    expect(artisanVerb(one, description)).toEqual({
      name: 'work-one',
      args: ['database:reports', '3', '180'],
    });
    expect(() => artisanArgv({ ...one, tries: 0 }, description)).toThrow(/no worker/);
    expect(() => artisanArgv({ ...one, timeoutSeconds: 0.5 }, description)).toThrow(/no worker/);
    expect(() => artisanArgv({ ...one, queue: { ...queue, name: 'x' } }, description)).toThrow(/nobody/);
  });

  it('never writes an id that it refuses into the error', () =>
    expect(() => artisanArgv({ verb: 'forget', id: 'hunter2secret' }, description)).toThrow(
      expect.not.stringContaining('hunter2secret'),
    ));
});
