import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandLine, quoteWord } from '../../src/hosts/command-line.ts';

describe('a word on a command line', () => {
  it.each(["it's", '$(id)', '`id`', 'a;b', 'a\nb', '"', '\\', '*', '', '-n', '😀'])(
    'arrives as it is: %j',
    (word) => {
      const line = `printf %s ${quoteWord(word)}`;
      expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })).toBe(word);
    },
  );

  it('can not have a NUL byte', () => {
    expect(() => quoteWord('a\0b')).toThrow('NUL');
  });
});

describe('a command line', () => {
  const run = (line: string): { status: number; stdout: string } => {
    try {
      const stdout = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8', stdio: 'pipe' });
      return { status: 0, stdout };
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string }; // what execFileSync throws
      return { status, stdout };
    }
  };

  it('starts nothing after its deadline', () => {
    const late = Math.floor(Date.now() / 1000) - 1;
    expect(run(commandLine({ argv: ['echo', 'ran'] }, 5, late))).toEqual({ status: 75, stdout: '' });
  });

  it('starts nothing where the directory is missing', () => {
    expect(run(commandLine({ argv: ['echo', 'ran'], directory: '/no/such' }, 5, undefined))).toMatchObject({
      ...{ status: 74, stdout: '' },
    });
  });

  it('is ended by the host after its time', () => {
    expect(run(commandLine({ argv: ['sleep', '30'] }, 1, undefined)).status).toBe(124);
  });

  it('gives artisan a width and no input', () => {
    const argv = ['/bin/sh', '-c', 'echo $COLUMNS; cat'];
    expect(run(commandLine({ argv }, 5, undefined)).stdout).toBe('150\n');
    expect(run(commandLine({ argv, columns: 50 }, 5, undefined)).stdout).toBe('50\n');
  });
});
