import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = new URL('../../../demo/setup/node.mjs', import.meta.url).href;
const lock = (packages: object): string => JSON.stringify({ packages });
const wanted = {
  '': { name: 'demo' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/for-macs': { version: '2.0.0', integrity: 'sha512-m', optional: true },
};

let root: string;
beforeEach(async () => {
  root = `${await realpath(await mkdtemp(join(tmpdir(), 'queuekeeper-setup-')))}/`;
  await writeFile(`${root}package-lock.json`, lock(wanted));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** In a process of its own: plain JavaScript without types. */
function run(code: string): { readonly stdout: string; readonly stderr: string } {
  const node = `import(${JSON.stringify(script)}).then((m) => ${code}).catch((e) => console.error(e.message))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', node], { encoding: 'utf8' });
  return { stdout: stdout.trim(), stderr };
}

const isInstalled = (): boolean =>
  run(`console.log(m.isInstalled(${JSON.stringify(root)}))`).stdout === 'true';

async function install(packages: object): Promise<void> {
  await mkdir(`${root}node_modules`, { recursive: true });
  await writeFile(`${root}node_modules/.package-lock.json`, lock(packages));
}

describe('the dependencies', () => {
  it('are there when npm noted down what the lockfile wants, less what is for other machines', async () => {
    await install({ 'node_modules/a': wanted['node_modules/a'] });
    expect(isInstalled()).toBe(true);
  });

  it.each([
    ['nothing was installed', undefined],
    ['a package is missing', {}],
    ['a package is of another version', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['a package has another content', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } }],
  ])('are not there when %s', async (_, packages) => {
    if (packages !== undefined) await install(packages);
    expect(isInstalled()).toBe(false);
  });

  it('are not installed through a link, whose target would be emptied', async () => {
    await mkdir(`${root}elsewhere/a`, { recursive: true });
    await symlink(`${root}elsewhere`, `${root}node_modules`);
    const { stderr } = run(`m.ensureNode(${JSON.stringify(root)})`);
    expect(stderr).toContain('node_modules is a link');
    expect(stderr).toContain('rm node_modules');
    expect(await readdir(`${root}elsewhere`)).toEqual(['a']);
  });
});
