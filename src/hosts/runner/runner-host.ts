import type { SshHost } from '../../core/host-description.ts';
import type {
  HostCommand,
  HostLimits,
  HostOutput,
  HostResult,
  HostRunner,
  HostVerb,
} from '../../operations/host-port.ts';
import { killGraceSeconds } from '../command-line.ts';
import { type ClockQuestion, deadlineBy, notStartedBy } from '../deadline.ts';
import { endOf, refusalOf, runnersRefusal } from '../outcome.ts';
import { createOwnConnections } from '../own-connections.ts';
import { createSharedConnection } from '../shared-connection.ts';
import type { SshConnection } from '../ssh-connection.ts';
import { type ExecResult, execWhenFree } from '../ssh-exec.ts';
import { type SshLimits, sshLimits } from '../ssh-limits.ts';
import { createStopwatch } from '../stopwatch.ts';
import { resultOf } from './answer-result.ts';
import { type AskLimits, askOutcome, askLimits as usualAskLimits } from './ask-outcome.ts';
import { readAnswer } from './runner-answer.ts';
import { isRunnerLine, noDeadline, runnerLine, runsOnce } from './runner-line.ts';

/** Where the caller does not say until when something may start. */
const usualStartWithinSeconds = 60;
/** As `output_grace` of the runner: so long something may hold the output of a command open that has ended. */
const outputGraceSeconds = 5;

/**
 * A host whose key is bound to `ops/runner/queuekeeper-runner`. What changes something runs there once under its id and
 * leaves its outcome behind: when the connection is lost the host is asked what became of it, and what has not started by
 * then never will.
 */
export function createRunnerHost(
  host: SshHost,
  newId: () => string,
  limitsOfHost: Partial<SshLimits> = {},
  askLimits: AskLimits = usualAskLimits,
): HostRunner & { readonly close: () => void } {
  const ssh = { ...sshLimits, ...limitsOfHost };
  const shared = createSharedConnection(host, ssh);
  const own = createOwnConnections(host, ssh);

  const read = (
    command: HostCommand,
    verb: HostVerb,
    limits: HostLimits,
    elapsedMs: () => number,
  ): Promise<HostResult> =>
    shared.use(limits.signal, async (connection) => {
      const { startWithinSeconds, timeoutSeconds } = limits;
      const deadline =
        startWithinSeconds === undefined
          ? noDeadline
          : await deadlineOf(connection, startWithinSeconds, limits, elapsedMs);
      const line = runnerLine(newId(), deadline, verb, timeoutSeconds);
      const { into } = limits;
      const result = await execWhenFree(connection.client, line, {
        ...callLimits(limits),
        ...(into === undefined ? {} : { into }),
      });
      if (result.kind === 'unknown') shared.retire(connection);
      return straight(result, command, timeoutSeconds);
    });

  const write = async (
    command: HostCommand,
    verb: HostVerb,
    limits: HostLimits,
    elapsedMs: () => number,
  ): Promise<HostResult> => {
    const runId = limits.runId ?? newId();
    const { startWithinSeconds = usualStartWithinSeconds, timeoutSeconds, signal } = limits;
    const result = await own.withProven<number, ExecResult>(signal, {
      prove: (connection) => deadlineOf(connection, startWithinSeconds, limits, elapsedMs),
      run({ client }, deadline) {
        const line = runnerLine(runId, deadline, verb, timeoutSeconds);
        return execWhenFree(client, line, callLimits(limits));
      },
      isWell: ({ kind }) => kind === 'ended',
    });
    if (result.kind === 'refused') return { kind: 'not-started', why: 'channel', detail: result.detail };
    if (result.kind === 'ended') {
      // What was cut short is no answer, although its beginning has come.
      const answer = result.code === 0 ? readAnswer(result, runId) : undefined;
      if (answer !== undefined && answer.state !== 'running') return resultOf(answer, result);
      const refusal = answer === undefined ? refused(result.code, result, command) : undefined;
      if (refusal !== undefined) return refusal;
    }
    // Neither an end nor a refusal was seen: the host knows.
    const longestMs = (startWithinSeconds + timeoutSeconds) * 1000 + askLimits.livesBeyondMs;
    return askOutcome({
      ...{ host, ssh, newId, runId, signal, askLimits, elapsedMs, longestMs },
      seen: result.kind === 'unknown' ? result : { ...result, kind: 'unknown', why: 'no exit status' },
    });
  };

  const deadlineOf = (
    { client }: SshConnection,
    startWithinSeconds: number,
    limits: HostLimits,
    elapsedMs: () => number,
  ): Promise<number> =>
    deadlineBy(client, clockOf(host.name, newId()), startWithinSeconds, limits, ssh, elapsedMs);

  const callLimits = ({ timeoutSeconds, signal }: HostLimits) => ({
    ...{ openMs: ssh.openMs, signal },
    runMs: (timeoutSeconds + killGraceSeconds + outputGraceSeconds) * 1000 + ssh.beyondHostMs,
  });

  const straight = (result: ExecResult, command: HostCommand, timeoutSeconds: number): HostResult => {
    if (result.kind === 'refused') return { kind: 'not-started', why: 'channel', detail: result.detail };
    if (result.kind === 'unknown') return result;
    const { kind: _, code, ...output } = result;
    const refusal = refused(code, output, command);
    if (refusal !== undefined) return refusal;
    // A shell's or sudo's own exit code is no answer to what was asked.
    const begun = withoutHeading(output);
    return begun === undefined
      ? { kind: 'not-started', why: 'runner-missing', detail: sayOther(host.name, code, output) }
      : endOf(code, begun, timeoutSeconds);
  };

  return {
    name: host.name,
    async run(command, limits) {
      const elapsedMs = createStopwatch();
      const { verb } = command;
      if (verb === undefined)
        return { kind: 'not-started', why: 'runner-refused', detail: 'the runner has no verb for this' };
      if (!isRunnerLine(verb)) return untakenWord;
      try {
        return await (runsOnce(verb)
          ? write(command, verb, limits, elapsedMs)
          : read(command, verb, limits, elapsedMs));
      } catch (error) {
        return notStartedBy(error, host.name, limits.signal);
      }
    },
    close() {
      shared.close();
      own.close();
    },
  };
}

const untakenWord: HostResult = {
  ...{ kind: 'not-started', why: 'runner-refused', detail: 'a word that the runner does not take' },
};

function refused(code: number, output: HostOutput, command: HostCommand): HostResult | undefined {
  const sentence = runnersRefusal(code, output);
  return sentence === undefined
    ? refusalOf(code, output, command)
    : { kind: 'not-started', why: 'runner-refused', detail: `the runner: ${sentence}` };
}

/** A shell's word for a program called `v1`, which no host has. */
const isShell = (code: number, { stdout, stderr }: HostOutput): boolean =>
  code === 127 && stdout.bytes === 0 && /\bv1\b/.test(stderr.text);

function sayOther(name: string, code: number, output: HostOutput): string {
  if (isShell(code, output))
    return `the key of ${name} opens a shell, not the runner: bind it, or leave runner: true out`;
  const said = output.stderr.text.trim().split('\n')[0] ?? '';
  return `not the runner answers on ${name}: ${said === '' ? `exit code ${code}` : said.slice(0, 200)}`;
}

const heading = 'queuekeeper-runner 1\n';

/** What was said by what the runner started; undefined: it was not the runner. */
function withoutHeading(output: HostOutput): HostOutput | undefined {
  const { stderr } = output;
  const at = stderr.text.indexOf(heading);
  if (at === -1 || (at > 0 && stderr.text[at - 1] !== '\n')) return undefined;
  const text = stderr.text.slice(at + heading.length);
  return { ...output, stderr: { ...stderr, text, bytes: stderr.bytes - at - heading.length } };
}

const clockOf = (name: string, id: string): ClockQuestion => ({
  line: runnerLine(id, noDeadline, { name: 'facts', args: ['clock'] }),
  read: (stdout) => {
    const seconds = /^(\d{9,11})$/m.exec(stdout)?.[1];
    return seconds === undefined ? undefined : Number(seconds);
  },
  misfit: (code, said) => {
    const sentence = runnersRefusal(code, said);
    if (sentence !== undefined) return { why: 'runner-refused', detail: `the runner: ${sentence}` };
    return { why: 'runner-missing', detail: sayOther(name, code, said) };
  },
});
