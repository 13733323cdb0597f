import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, setStage } from './stage.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let stage: Stage;
let config: string;

beforeAll(async () => {
  stage = await setStage();
  config = await stage.world.config();
  for (let index = 0; index < 5; index += 1) await stage.read('whoami');
  await stage.untilRow("SELECT 1 FROM queuekeeper.audit_log WHERE verb = 'whoami' HAVING COUNT(*) = 5");
});
afterAll(() => stage?.stop());

/** The command line as a person runs it. */
function queuekeeper(...words: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['src/launch.mjs', ...words, '--config', config],
      { cwd: root, env: { PATH: process.env['PATH'], ...stage.world.env } },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: `${stdout}${stderr}` }),
    );
  });
}

describe('queuekeeper audit', () => {
  it('exits 0 when the chain holds', async () => {
    expect(await queuekeeper('audit')).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'edited',
      "UPDATE queuekeeper.audit_log SET verb = CONCAT(verb, '-x') WHERE seq = 3",
      "UPDATE queuekeeper.audit_log SET verb = REPLACE(verb, '-x', '') WHERE seq = 3",
      3,
    ],
    [
      'deleted',
      'UPDATE queuekeeper.audit_log SET seq = 900 WHERE seq = 2',
      'UPDATE queuekeeper.audit_log SET seq = 2 WHERE seq = 900',
      2,
    ],
    [
      'cut off',
      'CREATE TABLE queuekeeper.kept AS SELECT * FROM queuekeeper.audit_log WHERE seq >= 5; DELETE FROM queuekeeper.audit_log WHERE seq >= 5',
      'INSERT INTO queuekeeper.audit_log SELECT * FROM queuekeeper.kept; DROP TABLE queuekeeper.kept',
      5,
    ],
  ])('exits 1 and names the row when one was %s', async (_, harm, mend, seq) => {
    await stage.rows(harm);
    const { code, out } = await queuekeeper('audit');
    await stage.rows(mend);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`\\b${seq}\\b`));
    expect(await queuekeeper('audit')).toMatchObject({ code: 0 });
  });
});

describe('queuekeeper', () => {
  it('answers reading verbs in a shell, and nothing that changes something', async () => {
    expect((await queuekeeper('run', 'status')).out).toContain('reports');
    const refused = await queuekeeper('run', 'retry', '1');
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('a shell has no person');
  });

  it('gives the running account no right to change the audit log', async () => {
    const grants = JSON.stringify(await stage.rows("SHOW GRANTS FOR 'qk_store'@'%'"));
    expect(grants).toContain('GRANT SELECT, INSERT ON `queuekeeper`.`audit_log`');
    expect(grants).not.toMatch(/(UPDATE|DELETE)[^"]*audit_log/);
  });
});
