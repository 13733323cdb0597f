import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { logScript } from '../../../src/hosts/log/script.ts';

it('what a plain login is given is what the runner is shipped with', async () => {
  const shipped = new URL('../../../ops/runner/queuekeeper-log', import.meta.url);
  expect(logScript).toBe(await readFile(shipped, 'utf8'));
});
