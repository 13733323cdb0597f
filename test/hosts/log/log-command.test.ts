import { describe, expect, it } from 'vitest';
import { commandLine } from '../../../src/hosts/command-line.ts';
import { logCommand } from '../../../src/hosts/log/log-command.ts';

const artisan = { host: 'api-1', directory: '/srv/app', php: 'php', timeoutSeconds: 60 };
const path = 'logs/app.log';

describe('what a host is asked of a log', () => {
  it('is the same for a shell and for the runner, and none of it a write', () => {
    const command = logCommand({ verb: 'read', path, file: '1:2', block: 3, count: 4 }, artisan);
    expect(command.verb).toEqual({ name: 'log', args: ['read', path, '1:2', '3', '4'] });
    expect(command.argv.slice(-5)).toEqual(command.verb?.args);
    expect(command).toMatchObject({ directory: '/srv/app' });
    expect(command.writes).toBeUndefined();
    expect(logCommand({ verb: 'list', paths: [path, 'b'] }, artisan).verb?.args).toEqual(['list', path, 'b']);
    expect(logCommand({ verb: 'probe', path, file: '1:2', blocks: [0, 7] }, artisan).verb?.args).toEqual([
      ...['probe', path, '1:2', '0', '7'],
    ]);
    expect(logCommand({ verb: 'unpack', path, file: '1:2', bytes: 50 }, artisan).verb?.args).toEqual([
      ...['unpack', path, '1:2', '50'],
    ]);
  });

  it('is done as the application’s user where one is configured', () => {
    const command = logCommand({ verb: 'list', paths: [path] }, { ...artisan, user: 'www-data' });
    const line = commandLine(command, 7, undefined);
    expect(line).toMatch(/exec 'sudo' '-n' '-u' 'www-data' '--' 'timeout' '-k' '10' '7' '\/bin\/sh' '-c' /);
  });

  it.each([
    ['a file that no listing has', '1:2; id', 0],
    ['a file that no listing has', '', 0],
    ['a position before the beginning', '1:2', -1],
    ['a position that is none', '1:2', Number.NaN],
    ['a position between two', '1:2', 0.5],
  ])('never has %s (%#)', (_, file, block) => {
    expect(() => logCommand({ verb: 'read', path, file, block, count: 1 }, artisan)).toThrow();
  });
});
