import { readFileSync } from 'node:fs';

/** Resident memory of a process in MB (of a million bytes). */
export function residentMb(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Most that this process grows by until the end, looked at five times a second. */
export function watchMemory(): { end(): number } {
  const before = residentMb(process.pid);
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, residentMb(process.pid));
  }, 200);
  return {
    end() {
      clearInterval(timer);
      return most - before;
    },
  };
}
