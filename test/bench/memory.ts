import { readFileSync } from 'node:fs';

/** Resident memory of a process in MB (of a million bytes). */
export function residentMb(pid: number): number {
  const kibibytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kibibytes) * 1024) / 1e6;
}
