import { setTimeout as pauseFor } from 'node:timers/promises';
import type { SshHost } from '../../core/host-description.ts';
import type { HostOutput, HostResult } from '../../operations/host-port.ts';
import { connectSsh, NotConnected, type SshConnection } from '../ssh-connection.ts';
import { execWhenFree } from '../ssh-exec.ts';
import type { SshLimits } from '../ssh-limits.ts';
import { resultOf } from './answer-result.ts';
import { type RunnerAnswer, readAnswer } from './runner-answer.ts';
import { noDeadline, runnerLine } from './runner-line.ts';

/** Milliseconds. Tests shorten them. */
export interface AskLimits {
  /** Between two questions, and after a connect that failed. */
  readonly againMs: number;
  /** A host is called for so long at least. */
  readonly leastMs: number;
  /** The answer to one question. */
  readonly answerMs: number;
  /** After its limit: until it was killed, and whatever holds its output open is left alone. */
  readonly livesBeyondMs: number;
}

export const askLimits: AskLimits = {
  againMs: 500,
  leastMs: 20_000,
  answerMs: 10_000,
  livesBeyondMs: 20_000,
};

export interface Question {
  readonly host: SshHost;
  readonly ssh: SshLimits;
  readonly newId: () => string;
  readonly runId: string;
  readonly signal: AbortSignal;
  readonly askLimits: AskLimits;
  /** Since the call was made. */
  readonly elapsedMs: () => number;
  /** Later than this after the call was made nothing of it can live. */
  readonly longestMs: number;
  /** What was seen before the connection was lost: the result when the host can not be asked in time. */
  readonly seen: HostOutput & Extract<HostResult, { kind: 'unknown' }>;
}

/**
 * Asks the host what became of a run until it is over: its outcome as if the connection had held. One that had not started
 * is cancelled, so that it never does.
 */
export async function askOutcome(question: Question): Promise<HostResult> {
  const { askLimits: limits, elapsedMs, signal, seen } = question;
  const until = Math.max(question.longestMs, elapsedMs() + limits.leastMs);
  let connection: SshConnection | undefined;
  try {
    while (!signal.aborted && elapsedMs() < until) {
      connection ??= await connectAgain(question);
      const answer = connection && (await ask(connection, question));
      if (answer !== undefined && answer.state !== 'running') return resultOf(answer, seen);
      if (answer === undefined) {
        // One that gives no answer is not asked again.
        connection?.close();
        connection = undefined;
      }
      await pauseFor(limits.againMs, undefined, { signal }).catch(() => undefined);
    }
    return signal.aborted ? { ...seen, why: 'given up waiting' } : seen;
  } finally {
    connection?.close();
  }
}

async function connectAgain({ host, ssh, signal }: Question): Promise<SshConnection | undefined> {
  try {
    return await connectSsh(host, ssh, signal);
  } catch (error) {
    if (error instanceof NotConnected || signal.aborted) return undefined;
    throw error;
  }
}

/** Undefined: no answer this time. */
async function ask(connection: SshConnection, question: Question): Promise<RunnerAnswer | undefined> {
  const status = await askOnce(connection, question, 'status');
  // Its line may still be on the way, so its place is taken. Who comes first decides, and the answer says who it was.
  return status?.state === 'absent' ? askOnce(connection, question, 'cancel') : status;
}

async function askOnce(
  { client }: SshConnection,
  { newId, runId, askLimits: { answerMs }, signal }: Question,
  name: 'status' | 'cancel',
): Promise<RunnerAnswer | undefined> {
  const line = runnerLine(newId(), noDeadline, { name, args: [runId] });
  const said = await execWhenFree(client, line, { openMs: answerMs, runMs: answerMs, signal });
  return said.kind === 'ended' && said.code === 0 ? readAnswer(said, runId) : undefined;
}
