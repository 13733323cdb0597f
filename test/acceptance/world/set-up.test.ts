import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const script = new URL('../../../demo/setup/machine.mjs', import.meta.url).href;
const ensure = (need: readonly string[]): string =>
  `import(${JSON.stringify(script)}).then((m) => m.ensureMachine({ need: ${JSON.stringify(need)} }))`;

describe('the set-up', () => {
  it('is quick when everything is there', () => {
    const begun = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ['-e', ensure(['node', 'packages', 'laravel'])], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(performance.now() - begun).toBeLessThan(3_000);
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
