import type { Json } from '../json.ts';
import type { SlackState } from '../state.ts';
import type { Delivered, DeliverOptions, Kind, Retry, Wire } from './delivered.ts';
import type { SocketWire } from './socket-mode.ts';

/** A delivery as it was made, so that it can be made again. */
export interface Recorded {
  readonly kind: Kind;
  readonly body: Json;
  readonly options: DeliverOptions;
}

/** Sends a payload to the app, with Slack's retries and the faults that were asked for, and logs it. */
export interface Deliveries {
  /** Newest last; the oldest are dropped. */
  readonly recorded: readonly Recorded[];
  send(kind: Kind, body: Json, options?: DeliverOptions): Promise<Delivered>;
}

const kept = 500;
/** Slack sends an event again at once, after a minute, after five: https://docs.slack.dev/apis/events-api#retries */
const retryAfterMs = [0, 60_000, 300_000];

export function createDeliveries(state: SlackState, wire: () => Wire, socket: SocketWire): Deliveries {
  const { clock, faults, wireLog } = state;
  const recorded: Recorded[] = [];

  const sendOnce: Deliveries['send'] = async (kind, body, options = {}) => {
    const { via } = wire();
    const fault = faults.takeDelivery(kind);
    if (fault?.kind === 'delay')
      await new Promise<void>((resolve) => clock.after(fault.milliseconds, resolve));
    const sending = wire().send(kind, body, options);
    if (fault?.kind === 'twice') void sendOnce(kind, body, again(options));
    if (fault?.kind === 'drop-socket') socket.dropLast();
    const came = await sending;
    const delivered = fault?.kind === 'lose-ack' ? lost(came) : came;
    if (fault?.kind === 'lose-ack' && via === 'socket' && kind !== 'events_api')
      void sendOnce(kind, body, again(options));
    wireLog.add({
      direction: 'to-app',
      what: kind,
      via,
      milliseconds: delivered.ackMs,
      error: delivered.status === 'acked' ? undefined : delivered.status,
      request: body,
      answer: delivered.payload,
      ...(delivered.httpStatus === undefined ? {} : { httpStatus: delivered.httpStatus }),
    });
    return delivered;
  };

  const retry = (body: Json, attempt: number, before: Delivered): void => {
    const wait = retryAfterMs[attempt - 1];
    if (wait === undefined || before.status === 'acked' || before.noRetry === true) return;
    clock.after(wait, () => {
      const options = { retry: { attempt, reason: before.reason ?? 'http_timeout' } };
      void sendOnce('events_api', body, options).then((came) => retry(body, attempt + 1, came));
    });
  };

  return {
    recorded,
    async send(kind, body, options = {}) {
      recorded.push({ kind, body, options });
      if (recorded.length > kept) recorded.shift();
      const delivered = await sendOnce(kind, body, options);
      if (kind === 'events_api' && !isAttack(options)) retry(body, 1, delivered);
      return delivered;
    },
  };
}

/** What Slack itself would never send, it does not retry either. */
const isAttack = ({ retry, skewSeconds, timestamp, wrongSignature, headers }: DeliverOptions): boolean =>
  [retry, skewSeconds, timestamp, wrongSignature, headers].some((option) => option !== undefined);

/** An envelope whose ack did not arrive was seen again with retry_attempt 1 (slackapi/bolt-js#2487). */
const again = (options: DeliverOptions): DeliverOptions & { readonly retry: Retry } => ({
  ...options,
  retry: { attempt: 1, reason: 'timeout' },
});

const lost = (came: Delivered): Delivered => ({
  status: 'operation_timeout',
  ackMs: came.ackMs,
  payload: undefined,
  reason: 'http_timeout',
});
