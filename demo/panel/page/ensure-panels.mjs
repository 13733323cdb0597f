/** Builds the panels' pages when they are not there or older than their sources. Plain JavaScript, like ensure-page.mjs. */
import { spawn } from 'node:child_process';
import { readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
/** The pages' own, and what they import from elsewhere: what the servers say, and the look. */
const sources = ['.', '../model.ts', '../text.ts', '../../tour/model.ts', '../../tour/text.ts'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
const style = fileURLToPath(new URL('../../slack/page/src/style/base.css', import.meta.url));
const limitMs = 120_000;

/** The folder of static files, `world.html` and `tour.html` among them. Rejects with Vite's own words when it can't be built. */
export async function ensurePanels() {
  const folder = `${here}dist`;
  if (isCurrent(folder)) return folder;
  // Built beside and renamed, so that whoever serves it never sees half of it.
  const making = `${folder}.${process.pid}`;
  const old = `${making}.old`;
  const began = new Date();
  try {
    await build(making);
    utimesSync(`${making}/world.html`, began, began);
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
  const made = timeOf(`${folder}/world.html`);
  return made !== undefined && [...sources, style].every((path) => newestIn(path) <= made);
}

const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

/** Of a file, or of the newest file in a folder, less what was built. */
function newestIn(path) {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return timeOf(path) ?? 0;
  const names = readdirSync(path).filter((name) => !name.startsWith('dist'));
  return Math.max(0, ...names.map((name) => newestIn(`${path}/${name}`)));
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
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The panels could not be built:\n${said}`);
}
