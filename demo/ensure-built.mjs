import { spawn } from 'node:child_process';
import { readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const limitMs = 120_000;

/**
 * Has Vite build a page when it is not there or older than its sources. Plain JavaScript: it runs before anything is compiled.
 * `here`: the page's own folder, with a slash at its end. `index`: what is built last among its files. `others`: files and
 * folders outside, from which it is made too. `name`: as a sentence calls it. Resolves with the folder of static files;
 * rejects with Vite's own words when it can't be built.
 */
export async function ensureBuilt({ here, index, others = [], name }) {
  const folder = `${here}dist`;
  const isCurrent = () => {
    const made = timeOf(`${folder}/${index}`);
    return made !== undefined && [here, ...others].every((path) => newestIn(path) <= made);
  };
  if (isCurrent()) return folder;
  // Built beside and renamed, so that whoever serves it never sees half of it.
  const making = `${folder}.${process.pid}`;
  const old = `${making}.old`;
  const began = new Date();
  try {
    await build(here, making, name);
    utimesSync(`${making}/${index}`, began, began);
    // Who was faster serves it by now, and keeps what it serves.
    if (isCurrent()) return folder;
    moveAway(folder, old);
    renameSync(making, folder);
  } catch (error) {
    // Somebody else was faster.
    if (!isCurrent()) throw error;
  } finally {
    for (const rest of [making, old]) rmSync(rest, { recursive: true, force: true });
  }
  return folder;
}

/** Somebody else may have moved it in the same instant. */
function moveAway(folder, old) {
  try {
    renameSync(folder, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

/** Of a file, or of the newest file in a folder: what was built and the reader's files don't count. */
function newestIn(path) {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return timeOf(path) ?? 0;
  const names = readdirSync(path).filter((name) => !name.startsWith('dist') && !name.endsWith('.md'));
  return Math.max(0, ...names.map((name) => newestIn(`${path}/${name}`)));
}

async function build(here, outDir, name) {
  const vite = fileURLToPath(
    new URL('../../bin/vite.js', `file://${createRequire(import.meta.url).resolve('vite')}`),
  );
  const words = [
    ...['build', here, '--outDir', outDir, '--emptyOutDir'],
    ...['--logLevel', 'warn', '--configLoader', 'runner'],
  ];
  const child = spawn(process.execPath, [vite, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
    timeout: limitMs,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`${name} could not be built:\n${said}`);
}
