/**
 * Starts Queuekeeper: builds `dist/` when it is missing or older than `src/`, then becomes `dist/main.js` in this same
 * process, so that signals reach it. Plain JavaScript, since it runs before anything is built.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** A sentence on stderr and exit code 2: this is for whoever installs. */
function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function checkNode() {
  const wanted = /(\d+)\.(\d+)/.exec(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node,
  );
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > Number(wanted[1]) || (major === Number(wanted[1]) && minor >= Number(wanted[2]))) return;
  giveUp(`Queuekeeper needs Node ${wanted[0]} or later; this is ${process.versions.node}.`);
}

/** Names, sizes and times of all sources: whatever changes, is added or removed makes another text. Some milliseconds. */
function fingerprint() {
  const hash = createHash('sha256');
  const note = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path.slice(root.length)}:${size}:${mtimeMs}\n`);
  };
  for (const entry of readdirSync(join(root, 'src'), { recursive: true }).sort()) {
    if (String(entry).endsWith('.ts')) note(join(root, 'src', String(entry)));
  }
  for (const file of ['tsconfig.json', 'tsconfig.build.json']) note(join(root, file));
  return hash.digest('hex');
}

const builtFrom = () => {
  try {
    return readFileSync(join(dist, '.sources'), 'utf8');
  } catch {
    return undefined;
  }
};

/** Into a folder of its own, renamed when it is whole: processes that start at the same time never see half a build. */
function build(sources) {
  const fresh = `${dist}.${process.pid}.new`;
  try {
    // Types are checked by `npm test`; here every file is only translated, which is what isolatedModules is for.
    const options = ['-p', join(root, 'tsconfig.build.json'), '--outDir', fresh, '--noCheck'];
    execFileSync(process.execPath, [compiler, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    writeFileSync(join(fresh, '.sources'), sources);
    moveIn(fresh, sources);
  } catch (error) {
    const said = [error.stdout, error.stderr]
      .map((output) => String(output ?? '').trim())
      .join('\n')
      .trim();
    giveUp(`Queuekeeper could not be built in ${root}: ${said || error.message}`);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function moveIn(fresh, sources) {
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      renameSync(fresh, dist);
      return;
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'EPERM') throw error;
    }
    // Somebody else was quicker with the same sources: theirs is as good, and may be in use already.
    if (builtFrom() === sources) return;
    const old = `${dist}.${process.pid}.old`;
    try {
      renameSync(dist, old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    rmSync(old, { recursive: true, force: true });
  }
  throw new Error('dist/ is being replaced again and again');
}

checkNode();
// An image carries dist/ alone, without sources or compiler.
if (existsSync(join(root, 'src', 'main.ts')) && existsSync(compiler)) {
  const sources = fingerprint();
  if (builtFrom() !== sources) build(sources);
} else if (!existsSync(join(dist, 'main.js'))) {
  giveUp(`Nothing is built in ${dist} and there is no compiler: run npm ci first.`);
}
await import(pathToFileURL(join(dist, 'main.js')).href);
