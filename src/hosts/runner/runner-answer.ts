import type { CappedOutput, HostOutput } from '../../operations/host-port.ts';

/** What the runner says of a run. */
export type RunnerAnswer =
  /** `lost`: it was begun, nothing of it lives any more, and nobody saw its end. */
  | { readonly state: 'absent' | 'running' | 'lost' | 'cancelled' }
  | {
      readonly state: 'done';
      readonly rc: number;
      /** The host's limit that it ran under. */
      readonly limitSeconds: number;
      readonly output: HostOutput;
    };

const states = ['absent', 'running', 'lost', 'cancelled'] as const;
const heading = /^queuekeeper-runner 1$/m;

/**
 * Reads `queuekeeper-runner 1`, lines of `key=value`, an empty line and stdout, of which only head and tail are left where it
 * was long. What a login's start-up files print before it does not matter. Undefined: no answer about this run.
 */
export function readAnswer(said: HostOutput, runId: string): RunnerAnswer | undefined {
  const begin = said.stdout.text.search(heading);
  if (begin === -1) return undefined;
  const text = said.stdout.text.slice(begin);
  const end = text.indexOf('\n\n');
  if (end === -1) return undefined;
  const values = new Map(
    text
      .slice(0, end)
      .split('\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  if (values.get('run') !== runId) return undefined;
  const state = states.find((one) => one === values.get('state'));
  if (state !== undefined) return { state };
  const number = (key: string): number | undefined => {
    const value = values.get(key);
    return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  };
  const [rc, limitSeconds, durationMs] = [number('rc'), number('limit'), number('elapsed_ms')];
  if (values.get('state') !== 'done' || rc === undefined || limitSeconds === undefined) return undefined;
  const stream = (name: string, kept: string): CappedOutput => ({
    text: kept,
    bytes: number(`${name}_bytes`) ?? 0,
    sha256: values.get(`${name}_sha256`) ?? '',
  });
  return {
    ...{ state: 'done', rc, limitSeconds },
    output: {
      stdout: stream('stdout', text.slice(end + 2)),
      stderr: stream('stderr', said.stderr.text),
      durationMs: durationMs ?? said.durationMs,
    },
  };
}
