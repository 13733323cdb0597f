import type { ArtisanDescription } from '../../core/app-description.ts';
import type { HostCommand } from '../../operations/host-port.ts';
import { logScript } from './script.ts';

/** Offsets in a log are counted in these. */
export const blockBytes = 65_536;

/** See the head of `ops/runner/queuekeeper-log`. `file`: device and inode as `list` told them. */
export type LogTask =
  | { readonly verb: 'list'; readonly paths: readonly string[] }
  | {
      readonly verb: 'probe';
      readonly path: string;
      readonly file: string;
      readonly blocks: readonly number[];
    }
  | {
      readonly verb: 'read';
      readonly path: string;
      readonly file: string;
      readonly block: number;
      readonly count: number;
    }
  | { readonly verb: 'unpack'; readonly path: string; readonly file: string; readonly bytes: number };

/**
 * The command for a plain login and for the runner. Paths are the configuration's own; all else is decimal. The text that is
 * looked for is in none of them.
 */
export function logCommand(task: LogTask, { directory, user }: ArtisanDescription): HostCommand {
  const args = [task.verb, ...wordsOf(task)];
  return {
    ...{ argv: ['/bin/sh', '-c', logScript, 'queuekeeper-log', ...args], directory },
    ...(user === undefined ? {} : { user }),
    verb: { name: 'log', args },
  };
}

function wordsOf(task: LogTask): readonly string[] {
  if (task.verb === 'list') return task.paths;
  if (!/^\d+:\d+$/.test(task.file)) throw new Error('not a file of a listing');
  return [task.path, task.file, ...numbersOf(task).map(decimal)];
}

function numbersOf(task: Exclude<LogTask, { verb: 'list' }>): readonly number[] {
  if (task.verb === 'probe') return task.blocks;
  return task.verb === 'read' ? [task.block, task.count] : [task.bytes];
}

function decimal(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error('not a position in a log');
  return String(value);
}
