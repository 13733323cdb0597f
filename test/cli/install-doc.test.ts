import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { grantsFor } from '../../src/store/grants.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the installation guide', () => {
  it('grants the working account exactly what the store says it needs', () => {
    const granted = read('docs/install.md')
      .split('\n')
      .filter((line) => line.startsWith('GRANT ') && line.includes("TO 'queuekeeper'@'%'"));
    const needed = grantsFor("'queuekeeper'@'%'", 'queuekeeper').map((grant) => `${grant};`);
    expect(granted).toEqual(needed);
  });

  it('starts the service in the way that lets signals through, with time to stop', () => {
    const unit = read('ops/systemd/queuekeeper.service');
    expect(unit).toMatch(/^ExecStart=\/usr\/bin\/node src\/launch\.mjs start$/m);
    // Where the example puts what it writes.
    for (const line of ['StateDirectory=queuekeeper', 'LogsDirectory=queuekeeper'])
      expect(unit).toContain(line);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(30);
  });
});
