import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openerFor } from '../../../demo/open-browser.ts';
import { readOptions, WrongUsage } from '../../../demo/options.mjs';

const read = (words: string, env: NodeJS.ProcessEnv = {}) =>
  readOptions(words === '' ? [] : words.split(' '), env, '/home/anna');

describe('the command line of the demo', () => {
  it('keeps nothing, speaks English over HTTP and opens a browser unless told otherwise', () => {
    expect(read('')).toEqual({ socket: false, port: 4390, locale: 'en', open: true, keep: undefined });
  });

  it.each([
    ['--keep', /\.cache\/demo-data$/],
    ['--keep mine', /^\/home\/anna\/mine$/],
    ['--keep=/srv/demo', /^\/srv\/demo$/],
    ['--keep --socket', /\.cache\/demo-data$/],
    ['--socket --keep mine --lang zh-CN', /^\/home\/anna\/mine$/],
  ])('%s names a folder for the data', (words, folder) => {
    expect(read(words).keep).toMatch(folder);
    expect(read(words).socket).toBe(words.includes('--socket'));
  });

  it.each([
    ['--lang fr', {}],
    ['--port 4400', {}],
    ['loud', {}],
    ['', { DEMO_PORT: 'http' }],
    ['', { DEMO_PORT: '0' }],
    ['', { DEMO_PORT: '70000' }],
  ])('refuses "%s" with %o', (words, env) => {
    expect(() => read(words, env)).toThrow(WrongUsage);
  });
});

describe('npm run demo', () => {
  it('refuses a wrong command line before it installs anything', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'queuekeeper-demo-'));
    const demo = fileURLToPath(new URL('../../../demo', import.meta.url));
    for (const one of ['run.mjs', 'options.mjs', 'setup'])
      await cp(join(demo, one), join(folder, 'demo', one), { recursive: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, ['demo/run.mjs', '--wrong-option'], {
      ...{ cwd: folder, encoding: 'utf8' },
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/--wrong-option[\s\S]+Usage: npm run demo/);
    await rm(folder, { recursive: true, force: true });
  });
});

describe('a browser', () => {
  it.each([
    ['linux', {}, undefined],
    ['linux', { DISPLAY: ':0' }, 'xdg-open'],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
    ['darwin', {}, 'open'],
  ] as const)('on %s with %o is opened by %s', (platform, env, command) => {
    expect(openerFor(env, platform)).toBe(command);
  });
});
