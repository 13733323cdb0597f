import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Tables that every Laravel application may have, and one whose name is an everyday word. */
const common = new Set(['jobs', 'failed_jobs', 'job_batches', 'orders']);

/** What belongs to the reference application alone: it is data to Queuekeeper, and another application has other names. */
function namesOfTheReference(): readonly string[] {
  const schema = readFileSync(`${root}demo/world/fap-schema.sql`, 'utf8');
  const tables = [...schema.matchAll(/^CREATE TABLE (\w+)/gm)].map(([, table = '']) => table);
  const classes = readdirSync(`${root}demo/laravel/app/Jobs`).map((file) => file.replace('.php', ''));
  const others = ['fap', 'handle_status', 'probe_ok', 'REPORT_SNAPSHOT_GENERATE_FAILED'];
  return [...tables.filter((table) => !common.has(table)), ...classes, ...others];
}

/** Comments may give examples. */
const codeOf = (file: string): string =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line))
    .join('\n');

it('knows nothing of the reference application in its code', () => {
  const names = namesOfTheReference();
  expect(names).toContain('report_snapshots');
  expect(names).toContain('ExecuteApprovalJob');
  const word = new RegExp(`(?<![\\w-])(${names.join('|')})(?![\\w])`);
  const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs|sql)$/.test(file))
    .map((file) => `${root}src/${file}`);
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) => {
    const [hit] = word.exec(codeOf(file)) ?? [];
    return hit === undefined ? [] : [`${file.slice(root.length)}: ${hit}`];
  });
  expect(found).toEqual([]);
});
