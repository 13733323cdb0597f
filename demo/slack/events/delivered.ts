import type { Json } from '../json.ts';

/** The three kinds of payload, by their names in Socket Mode. */
export type Kind = 'slash_commands' | 'interactive' | 'events_api';

/** What came of a delivery: acknowledged in time (with the payload of the ack), or what Slack would tell the person. */
export interface Delivered {
  /** `refused`: Slack itself did not let the person do it, so the app heard nothing. */
  readonly status: 'acked' | 'operation_timeout' | 'dispatch_failed' | 'refused';
  /** Real time until the acknowledgement. */
  readonly ackMs: number;
  readonly payload: unknown;
  readonly httpStatus?: number;
  /** Why it was refused, or how the connection failed. */
  readonly reason?: string;
  /** The app asked not to be sent this again (`x-slack-no-retry`). */
  readonly noRetry?: boolean;
}

export interface Retry {
  /** 1 to 3. */
  readonly attempt: number;
  /** E.g. `http_timeout`, `http_error`, `connection_failed`. */
  readonly reason: string;
}

/** How a delivery is made, for attacks too. */
export interface DeliverOptions {
  readonly retry?: Retry;
  /** Seconds added to the timestamp that is signed. */
  readonly skewSeconds?: number;
  /** Instead of now, in seconds since 1970. */
  readonly timestamp?: number;
  readonly wrongSignature?: boolean;
  /** Headers to add or to overwrite. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One way from Slack to the app. */
export interface Wire {
  readonly via: 'http' | 'socket';
  send(kind: Kind, body: Json, options?: DeliverOptions): Promise<Delivered>;
}

/** Slack waits so long for an acknowledgement. */
export const ackLimitMs = 3_000;

/** Real time in which an answer that is already under way may still arrive when a test moves the clock. */
export const graceMs = 25;
