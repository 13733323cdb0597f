import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What ends everything that was started, also when this process is killed. */
export interface Leash {
  pid(pid: number): void;
  folder(path: string): void;
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
  const tell = (line: string): void => void child.stdin?.write(`${line}\n`);
  return {
    pid: (pid) => tell(`pid ${pid}`),
    folder: (path) => tell(`folder ${path}`),
    async release() {
      const gone = once(child, 'exit');
      child.ref();
      child.stdin?.end();
      await gone;
    },
  };
}
