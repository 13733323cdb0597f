import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { goodConfig, goodEnv } from './terminal.ts';

const project = new URL('../..', import.meta.url).pathname;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function launch(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const { PATH = '' } = process.env;
  const options = { cwd: folder, env: { PATH, ...env } };
  return new Promise((resolve) => {
    execFile(process.execPath, ['src/launch.mjs', ...args], options, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}

/** A copy of the project that was never built: this one's sources, or one line of them. */
function fresh(main?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'queuekeeper-launch-'));
  folders.push(folder);
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.build.json']) {
    cpSync(join(project, file), join(folder, file));
  }
  mkdirSync(join(folder, 'src'));
  if (main === undefined) cpSync(join(project, 'src'), join(folder, 'src'), { recursive: true });
  else {
    cpSync(join(project, 'src/launch.mjs'), join(folder, 'src/launch.mjs'));
    write(folder, main);
  }
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** File systems with coarse times would take two versions of one length for the same. */
let age = 0;
function write(folder: string, main: string): void {
  const path = join(folder, 'src/main.ts');
  writeFileSync(path, main);
  age += 10;
  utimesSync(path, 1_700_000_000 + age, 1_700_000_000 + age);
}

const say = (word: string): string =>
  `const word: string = '${word}';\nconsole.log(word, process.pid, process.argv[2]);\n`;

describe('the launcher', () => {
  it('builds what was never built, and runs the real check', async () => {
    const ran = await launch(fresh(), ['check', '--config', goodConfig], goodEnv);
    expect(ran.out).toContain('is good');
    expect(ran.code).toBe(0);
  }, 20_000);

  it('builds again only after a change, and leaves nothing beside dist', async () => {
    const folder = fresh(say('one'));
    expect((await launch(folder, ['x'])).out).toMatch(/^one \d+ x\n$/);
    const marker = join(folder, 'dist', 'untouched');
    writeFileSync(marker, '');
    expect((await launch(folder, ['x'])).out).toMatch(/^one/);
    expect(existsSync(marker)).toBe(true);
    write(folder, say('two'));
    expect((await launch(folder, ['x'])).out).toMatch(/^two/);
    expect(existsSync(marker)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
  }, 20_000);

  it('lets two start at once, on nothing and on an old build', async () => {
    const folder = fresh(say('one'));
    for (const word of ['one', 'two', 'six']) {
      write(folder, say(word));
      const both = await Promise.all([launch(folder, ['x']), launch(folder, ['x'])]);
      for (const ran of both)
        expect(ran).toMatchObject({ code: 0, err: '', out: expect.stringMatching(word) });
    }
  }, 30_000);

  it('runs a build that came without sources or compiler, as an image has it', async () => {
    const folder = fresh(say('image'));
    await launch(folder, ['x']);
    rmSync(join(folder, 'src/main.ts'));
    rmSync(join(folder, 'node_modules'));
    expect((await launch(folder, ['x'])).out).toMatch(/^image/);
    rmSync(join(folder, 'dist'), { recursive: true });
    const ran = await launch(folder, ['x']);
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('npm ci') });
  }, 20_000);

  it('says what does not compile, with 2', async () => {
    const ran = await launch(fresh('const = 1;'), ['x']);
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('could not be built') });
  }, 20_000);
});
