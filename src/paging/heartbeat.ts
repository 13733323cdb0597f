import type { AlertsDescription } from '../core/alert-description.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { within } from '../core/within.ts';
import type { CallHttp } from './http-call.ts';

export interface HeartbeatParts {
  readonly heartbeat: Exclude<AlertsDescription['heartbeat'], undefined>;
  /** Whether evaluation, store and Slack are well now; no answer within 5 s, or a rejection, means no. */
  readonly isWell: () => boolean | Promise<boolean>;
  readonly callHttp: CallHttp;
  readonly clock: Clock;
  readonly log: Log;
}

type Beat = 'taken' | 'held-back' | `lost: ${string}`;

const wellLimitMs = 5_000;

/**
 * Calls the heartbeat's address again and again while all is well, until the signal ends it. When all is not well it says
 * nothing: that silence is what is noticed from outside. Logs changes alone, and never the address.
 */
export async function beat(parts: HeartbeatParts, signal: AbortSignal): Promise<void> {
  let last: Beat | undefined;
  while (!signal.aborted) {
    const now = await beatOnce(parts, signal);
    if (now !== last && !signal.aborted) tell(parts.log, now, last);
    last = now;
    await parts.clock.wait(parts.heartbeat.everySeconds * 1_000, signal).catch(() => undefined);
  }
}

async function beatOnce({ heartbeat, isWell, callHttp }: HeartbeatParts, signal: AbortSignal): Promise<Beat> {
  const well = await within(Promise.resolve().then(isWell), wellLimitMs, false).catch(() => false);
  if (!well) return 'held-back';
  const answer = await callHttp({ method: 'GET', url: heartbeat.url.reveal() }, signal);
  if (answer.kind === 'lost') return `lost: ${answer.code}`;
  return answer.status >= 200 && answer.status < 300 ? 'taken' : `lost: ${answer.status}`;
}

function tell(log: Log, now: Beat, before: Beat | undefined): void {
  if (now === 'taken') {
    log.info({ before }, before === undefined ? 'the heartbeat is taken' : 'the heartbeat is taken again');
    return;
  }
  if (now === 'held-back') {
    log.warn({}, 'no heartbeat is sent: evaluation, store or Slack is not well');
    return;
  }
  log.warn({ why: now.slice('lost: '.length) }, 'the heartbeat was not taken');
}
