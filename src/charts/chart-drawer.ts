import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Chart, ChartDrawer } from '../alerts/ports.ts';
import type { Log } from '../core/log.ts';
import { drawingOf } from './chart-option.ts';

export interface ChartDrawerParts {
  readonly log: Log;
  /** One chart may take so long, its process's start included. */
  readonly limitMs?: number;
  /** The process ends when nothing was drawn for so long. */
  readonly idleMs?: number;
  /** The program that draws; left out: our own. */
  readonly program?: string;
}

/** Draws in a process of its own. `draw` rejects when it died or took too long; the next picture gets a new one. */
export interface ChartProcess extends ChartDrawer {
  /** Ends the process, if there is one; what is being drawn is rejected. */
  close(): void;
}

/** Beside src/ as beside dist/. */
const ownProgram = fileURLToPath(new URL('../../src/charts/draw-process.mjs', import.meta.url));
const defaults = { limitMs: 8_000, idleMs: 60_000 } as const;
/** What a picture may need; the process is no place for more. */
const heapMegabytes = 64;
/** Then it makes room for a fresh one: the native part does not give all its memory back (measured). */
const mostDrawn = 100;
const mostWaiting = 100;

interface Waiting {
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

export function createChartDrawer(parts: ChartDrawerParts): ChartProcess {
  const { log, program = ownProgram, limitMs = defaults.limitMs, idleMs = defaults.idleMs } = parts;
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let drawn = 0;

  /** All that wait for this process are told, and the next one starts another. */
  const end = (of: ChildProcess | undefined, why: string): void => {
    if (of === undefined || of !== child) return;
    child = undefined;
    clearTimeout(idle);
    of.kill('SIGKILL');
    for (const { reject } of waiting.values()) reject(new Error(why));
    waiting.clear();
  };

  const rest = (): void => {
    clearTimeout(idle);
    if (waiting.size > 0) return;
    if (drawn >= mostDrawn) {
      end(child, 'it has drawn enough');
      return;
    }
    const resting = child;
    idle = setTimeout(() => end(resting, 'nothing is drawn any more'), idleMs);
    idle.unref();
  };

  const start = (): ChildProcess => {
    drawn = 0;
    const started = fork(program, [], {
      ...{
        serialization: 'advanced',
        execArgv: [`--max-old-space-size=${heapMegabytes}`, '--max-semi-space-size=4'],
      },
      // Nothing of ours is its business: no secret of the environment, no output.
      ...{ env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] },
    });
    started.on('message', (answer) => {
      const { id, png, error } = answer as {
        readonly id: number;
        readonly png?: Uint8Array;
        readonly error?: string;
      }; // our own program
      const asked = waiting.get(id);
      waiting.delete(id);
      drawn += 1;
      if (png === undefined) asked?.reject(new Error(`a chart could not be drawn: ${error ?? 'no picture'}`));
      else asked?.resolve(png);
      rest();
    });
    started.on('error', (error) => {
      log.warn({ err: error }, 'the process that draws charts is in trouble');
      end(started, 'the process that draws charts is in trouble');
    });
    started.on('exit', (code, signal) => {
      if (started === child) log.warn({ code, signal }, 'the process that draws charts has died');
      end(started, 'the process that draws charts has died');
    });
    // Neither the process nor its channel keeps the bot alive.
    started.unref();
    started.channel?.unref();
    return started;
  };

  return {
    async draw(chart: Chart) {
      if (waiting.size >= mostWaiting) throw new Error('too many charts wait to be drawn');
      clearTimeout(idle);
      child ??= start();
      const mine = child;
      lastId += 1;
      const id = lastId;
      const limit = setTimeout(() => end(mine, 'a chart took too long'), limitMs);
      try {
        return await new Promise<Uint8Array>((resolve, reject) => {
          waiting.set(id, { resolve, reject });
          mine.send({ id, drawing: drawingOf(chart) }, (error) => {
            if (error !== null) end(mine, 'the process that draws charts does not listen');
          });
        });
      } finally {
        clearTimeout(limit);
      }
    },
    close: () => end(child, 'charts are no longer drawn'),
  };
}
