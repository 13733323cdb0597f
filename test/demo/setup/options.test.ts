import { describe, expect, it } from 'vitest';
import { openerFor } from '../../../demo/open-browser.ts';
import { readOptions, WrongUsage } from '../../../demo/options.ts';

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
