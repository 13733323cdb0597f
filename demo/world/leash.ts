import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What ends everything that was started, also when this process is killed. */
export interface Leash {
  /** Belongs into the environment of what is started: its children are found by it. */
  readonly mark: Readonly<Record<string, string>>;
  pid(pid: number): void;
  /** Removed at the end, with whatever works in it. Absolute, without links. */
  folder(path: string): void;
  /** It ended: its number may soon be somebody else's. */
  gone(pid: number): void;
  /** What this process holds open towards it: closed when all of it has gone, so that nothing is waited for. */
  closer(close: () => unknown): void;
  /** Throws once it was let go: what starts then would be left behind. Call it right before starting something. */
  check(): void;
  /** Ends all of it; resolves when it is gone. */
  release(): Promise<void>;
}

export function createLeash(): Leash {
  const script = fileURLToPath(new URL('leash.mjs', import.meta.url));
  // A group of its own: Ctrl-C in the terminal must not end it before it has done its work.
  const child: ChildProcess = spawn(process.execPath, [script], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  child.unref();
  child.stdin?.on('error', () => undefined);
  const tell = (line: string): void => void child.stdin?.write(`${line}\n`);
  const mark = randomUUID();
  tell(`mark ${mark}`);
  const closers: (() => unknown)[] = [];
  let released: Promise<void> | undefined;
  return {
    mark: { QUEUEKEEPER_WORLD: mark },
    pid: (pid) => tell(`pid ${pid}`),
    folder: (path) => tell(`folder ${path}`),
    gone: (pid) => tell(`gone ${pid}`),
    closer(close) {
      if (released === undefined) closers.push(close);
      // What was opened while the end came; nobody else closes it.
      else void released.then(close).catch(() => undefined);
    },
    check() {
      if (released !== undefined) throw new Error('the world has ended');
    },
    release() {
      released ??= (async () => {
        const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
        child.ref();
        child.stdin?.end();
        await gone;
        await Promise.allSettled(closers.map(async (close) => close()));
      })();
      return released;
    },
  };
}
