import type { HostVerb } from '../../operations/host-port.ts';

/** Where nothing has to be prevented from starting late. */
export const noDeadline = 9_999_999_999;

/** What the runner takes in a line; quotes, spaces and all else that a shell reads are not among it. */
const word = /^[0-9A-Za-z._:=,@%+/{}-]+$/;
/** As `longest_line` of the runner. */
const mostBytes = 120_000;

/** What the runner is asked about itself, besides the verbs. */
export type RunnerVerb = Omit<HostVerb, 'name'> & { readonly name: HostVerb['name'] | 'status' | 'cancel' };

/**
 * `v1 RUN_ID DEADLINE VERB [limit=SECONDS] [ARG]…`; `deadline` in unix seconds of the host. Words that the runner does not
 * take are a bug here: see `isRunnerLine`.
 */
export function runnerLine(runId: string, deadline: number, verb: RunnerVerb, limitSeconds?: number): string {
  const limit = limitSeconds === undefined ? [] : [`limit=${Math.max(1, Math.ceil(limitSeconds))}`];
  // The limit belongs to what is asked of supervisorctl.
  const [what, ...rest] = verb.args;
  const args =
    verb.name === 'supervisor' && what !== undefined ? [what, ...limit, ...rest] : [...limit, ...verb.args];
  const words = ['v1', runId, String(deadline), verb.name, ...args];
  const line = words.join(' ');
  if (!words.every((one) => word.test(one)) || line.length > mostBytes)
    throw new Error('a line that the runner does not take');
  return line;
}

/** Whether a line can carry this: a path with a space, say, can't be asked for. */
export const isRunnerLine = ({ args }: RunnerVerb): boolean =>
  args.every((one) => word.test(one)) && args.join(' ').length < mostBytes - 1_000;

/** What is run once under its id; all else may be asked again. */
export function runsOnce({ name, args }: HostVerb): boolean {
  if (name === 'supervisor') return args[0] === 'update' || args[0] === 'restart';
  return name !== 'failed' && name !== 'facts' && name !== 'log';
}
