import { isJson, text } from './json.ts';

/** The simulated Slack said no, or could not be reached; the message is for a person. */
export class ControlError extends Error {}

/** Looking and acting in the simulated Slack. Every call ends by itself. */
export interface Control {
  /** Rejects with ControlError. */
  look<T>(what: string, query?: Readonly<Record<string, string>>): Promise<T>;
  /** Rejects with ControlError. */
  act<T>(what: string, asked: Readonly<Record<string, unknown>>): Promise<T>;
}

const lookLimitMs = 10_000;
/** Slack gives an app three seconds; with its retries and a slow machine there is room left. */
const actLimitMs = 20_000;

export function createControl(base: string, fetchIt: typeof fetch): Control {
  const call = async <T>(path: string, init: RequestInit, limitMs: number): Promise<T> => {
    const response = await fetchIt(`${base}/${path}`, {
      ...init,
      signal: AbortSignal.timeout(limitMs),
    }).catch((cause: unknown) => {
      throw new ControlError('The simulated Slack does not answer.', { cause });
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok)
      throw new ControlError((isJson(answer) && text(answer['error'])) || `HTTP ${response.status}`);
    return answer as T; // our own server answers so
  };
  return {
    look: (what, query = {}) => call(`${what}?${new URLSearchParams(query)}`, {}, lookLimitMs),
    act: (what, asked) =>
      call(
        what,
        { method: 'POST', body: JSON.stringify(asked), headers: { 'content-type': 'application/json' } },
        actLimitMs,
      ),
  };
}
