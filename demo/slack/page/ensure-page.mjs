/** Builds the page when it is not there or older than its sources. Plain JavaScript: it runs before anything is compiled. */
import { spawn } from 'node:child_process';
import { readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const limitMs = 120_000;

/** The folder of static files to serve, `index.html` among them. Rejects with Vite's own words when it can't be built. */
export async function ensurePage() {
  const folder = `${here}dist`;
  const began = new Date();
  if (isCurrent(folder)) return folder;
  // Built beside and renamed, so that whoever serves it never sees half of it.
  const making = `${here}dist.${process.pid}`;
  const old = `${making}.old`;
  try {
    await build(making);
    utimesSync(`${making}/index.html`, began, began);
    // Who was faster serves it by now, and keeps what it serves.
    if (isCurrent(folder)) return folder;
    moveAway(folder, old);
    renameSync(making, folder);
  } catch (error) {
    // Somebody else was faster.
    if (!isCurrent(folder)) throw error;
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

function isCurrent(folder) {
  const made = timeOf(`${folder}/index.html`);
  return made !== undefined && made >= newestIn(here);
}

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

/** Sources alone: what was built, the tests' and the reader's files don't count. */
function newestIn(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('dist') || entry.name.endsWith('.md')) continue;
    const path = `${folder}${entry.name}`;
    newest = Math.max(newest, entry.isDirectory() ? newestIn(`${path}/`) : (timeOf(path) ?? 0));
  }
  return newest;
}

async function build(outDir) {
  const vite = fileURLToPath(
    new URL('../../bin/vite.js', `file://${createRequire(import.meta.url).resolve('vite')}`),
  );
  const words = [
    'build',
    here,
    '--outDir',
    outDir,
    '--emptyOutDir',
    '--logLevel',
    'warn',
    '--configLoader',
    'runner',
  ];
  const child = spawn(process.execPath, [vite, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
    timeout: limitMs,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The page could not be built:\n${said}`);
}
