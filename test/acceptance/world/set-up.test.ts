import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const script = new URL('../../../demo/setup/machine.mjs', import.meta.url).href;
const ensure = (need: readonly string[]): string =>
  `import(${JSON.stringify(script)}).then((m) => m.ensureMachine({ need: ${JSON.stringify(need)} }))`;

describe('the set-up', () => {
  it('installs nothing when everything is there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'queuekeeper-set-up-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    // Those that would take their time stand in front of the real ones, and are called by nobody.
    for (const name of ['npm', 'composer', 'apt-get'])
      await writeFile(join(folder, name), `#!/bin/sh\necho ${name} "$@" >&2\nexit 1\n`, { mode: 0o755 });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['-e', ensure(['node', 'packages', 'laravel'])],
      { encoding: 'utf8', env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` } },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  // Only root can become somebody who may not install.
  it.runIf(process.getuid?.() === 0)(
    'names what is missing and how to get it where it may not install',
    () => {
      const { status, stderr } = spawnSync(process.execPath, ['-e', ensure(['packages'])], {
        ...{ encoding: 'utf8', uid: 65_534, gid: 65_534, env: { PATH: '/nonexistent' } },
      });
      expect(status).toBe(2);
      expect(stderr).toContain('These packages are missing: ');
      expect(stderr).toContain('php-redis');
      expect(stderr).toContain('sudo apt-get install');
    },
  );
});
