import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../core/log.ts';
import { faultOf, isAboutBlocks } from './api.ts';
import type { Form } from './renderer/forms.ts';

/** A rate limit is waited for no longer than this. */
const longestWaitSeconds = 5;
/** Where nobody knows whether it was taken: what does no harm twice may be sent again so much later. */
const unsureRestMs = 1_000;

/** The first form that was taken, or why none was. A refusal of the blocks leads to the next form, anything else ends it. */
export async function inTurn(
  forms: readonly (() => Form)[],
  log: Log,
  channel: string,
  send: (form: Form) => Promise<Sent>,
): Promise<Sent> {
  let sent: Sent = { kind: 'lost', why: 'no form' };
  for (const form of forms) {
    sent = await sendSafely(form, send);
    if (sent.kind === 'taken') return sent;
    log.warn({ channel, ...sent }, 'Slack did not take an answer');
    if (sent.kind === 'lost') return sent;
  }
  return sent;
}

/**
 * A bug in the drawing of one form must not cost the answer: the next form may do. Once it is on its way, nobody knows
 * whether Slack has it, so after a bug there it is not said again.
 */
async function sendSafely(form: () => Form, send: (form: Form) => Promise<Sent>): Promise<Sent> {
  let drawn: Form;
  try {
    drawn = form();
  } catch (error) {
    return { kind: 'blocks-refused', code: 'our-fault', messages: [String(error)] };
  }
  return send(drawn).catch((error: unknown): Sent => ({ kind: 'lost', why: `our fault: ${error}` }));
}

export type Sent =
  /** `ts`: of a message that was posted. */
  | { readonly kind: 'taken'; readonly ts?: string }
  | { readonly kind: 'blocks-refused'; readonly code: string; readonly messages: readonly string[] }
  | { readonly kind: 'lost'; readonly why: string; readonly againAfterMs?: number };

/** One call that sends. A rate limit is waited for if it is short, once unless told. */
export async function calling(call: () => Promise<object>, triesLeft = 1): Promise<Sent> {
  try {
    const answer = await call();
    const ts = 'ts' in answer && typeof answer.ts === 'string' ? answer.ts : undefined;
    return { kind: 'taken', ...(ts === undefined ? {} : { ts }) };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.kind === 'rate-limited' && triesLeft > 0 && fault.retryAfterSeconds <= longestWaitSeconds) {
      await pause(fault.retryAfterSeconds * 1000);
      return calling(call, triesLeft - 1);
    }
    if (fault.kind === 'refused' && isAboutBlocks(fault.code)) {
      return { kind: 'blocks-refused', code: fault.code, messages: fault.messages };
    }
    if (fault.kind === 'refused') return { kind: 'lost', why: fault.code };
    const againAfterMs = fault.kind === 'rate-limited' ? fault.retryAfterSeconds * 1000 : unsureRestMs;
    return { kind: 'lost', why: fault.kind, againAfterMs };
  }
}
