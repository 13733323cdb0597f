/**
 * `npm test`: format, lint, types, unit, acceptance, with all set-up that a fresh machine needs. Plain JavaScript, since
 * it runs before anything is installed. The last line counts the tests: `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureMachine } from '../demo/setup/machine.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = `${root}test/output`;

/** Which vitest projects a word on the command line stands for. */
const suites = {
  all: ['unit', 'acceptance'],
  unit: ['unit'],
  acceptance: ['acceptance'],
  slow: ['slow'],
  laravel: ['laravel'],
};

const [suite = 'all', ...rest] = process.argv.slice(2);
if (!(suite in suites)) {
  console.error(`There is no suite "${suite}". Known: ${Object.keys(suites).join(', ')}.`);
  process.exit(2);
}

await ensureMachine({
  need: needs(suite),
  laravel: suite === 'laravel' ? [8, 9, 10, 11, 12] : [8, 12],
});
mkdirSync(output, { recursive: true });

const failedSteps = [];
if (suite === 'all') {
  step('format and lint', 'node_modules/.bin/biome', ['ci', '--error-on-warnings', '.']);
  step('types', 'node_modules/.bin/tsc', ['-p', 'tsconfig.json']);
  step('types of the page', 'node_modules/.bin/tsc', ['-p', 'demo/slack/page']);
  step('types of the panels', 'node_modules/.bin/tsc', ['-p', 'demo/panel/page']);
}
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const project of suites[suite]) count(project);

if (failedSteps.length > 0) console.error(`\nNot in order: ${failedSteps.join(', ')}.`);
const { passed, failed, skipped } = counts;
console.log(
  `${passed} passed, ${failed + failedSteps.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exit(failed + failedSteps.length > 0 ? 1 : 0);

/** The browser is for the demo's tests alone. */
function needs(which) {
  if (which === 'unit') return ['node'];
  const servers = ['node', 'packages', 'laravel'];
  return suites[which].includes('acceptance') ? [...servers, 'chromium'] : servers;
}

function step(name, command, args) {
  console.log(`\n── ${name}`);
  if (spawnSync(`${root}${command}`, args, { cwd: root, stdio: 'inherit' }).status !== 0)
    failedSteps.push(name);
}

/** Runs one vitest project and reads its counts from the JSON report, so that a crash of vitest itself counts as a failure. */
function count(project) {
  console.log(`\n── ${project}`);
  const report = `${output}/${project}.json`;
  rmSync(report, { force: true });
  const run = spawnSync(
    process.execPath,
    [
      ...[`${root}node_modules/vitest/vitest.mjs`, 'run', '--project', project, ...rest],
      // Files wait more than they work, so three at a time fit two cores, where vitest by itself would run one or two.
      '--maxWorkers=3',
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ],
    { cwd: root, stdio: 'inherit' },
  );
  const result = read(report);
  if (result === undefined) {
    failedSteps.push(project);
    return;
  }
  counts.passed += result.numPassedTests;
  counts.failed += result.numFailedTests;
  counts.skipped += result.numPendingTests + result.numTodoTests;
  if (run.status !== 0 && result.numFailedTests === 0) failedSteps.push(`${project} (a file or hook failed)`);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
