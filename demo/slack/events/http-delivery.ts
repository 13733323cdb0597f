import { createHmac } from 'node:crypto';
import type { SlackClock } from '../clock.ts';
import { type Json, parseJson } from '../json.ts';
import type { Workspace } from '../workspace.ts';
import {
  ackLimitMs,
  type Delivered,
  type DeliverOptions,
  graceMs,
  type Kind,
  type Wire,
} from './delivered.ts';

/** A request as it is sent; kept, it can be sent again byte for byte. */
export interface SignedRequest {
  readonly raw: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface HttpWire extends Wire {
  sign(contentType: string, raw: string, options?: DeliverOptions): SignedRequest;
  /** Sends what was signed before, or anything else. */
  post(request: SignedRequest): Promise<Delivered>;
}

const form = 'application/x-www-form-urlencoded';

/**
 * Signed HTTP (https://docs.slack.dev/authentication/verifying-requests-from-slack): commands as form fields,
 * interactions as a form field `payload`, events as JSON.
 */
export function createHttpWire(appUrl: () => string, workspace: Workspace, clock: SlackClock): HttpWire {
  const sign: HttpWire['sign'] = (contentType, raw, options = {}) => {
    const timestamp = (options.timestamp ?? Math.floor(clock.now() / 1000)) + (options.skewSeconds ?? 0);
    const secret = options.wrongSignature === true ? 'another secret' : workspace.tokens.signingSecret;
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${raw}`).digest('hex');
    return {
      raw,
      headers: {
        'content-type': contentType,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': `v0=${signature}`,
        ...(options.retry === undefined
          ? {}
          : {
              'x-slack-retry-num': String(options.retry.attempt),
              'x-slack-retry-reason': options.retry.reason,
            }),
        ...options.headers,
      },
    };
  };
  const post: HttpWire['post'] = async ({ raw, headers }) => {
    const waiting = new AbortController();
    const began = performance.now();
    const stop = clock.after(ackLimitMs, () => setTimeout(() => waiting.abort(), graceMs));
    const ackMs = (): number => performance.now() - began;
    try {
      const answer = await fetch(appUrl(), { method: 'POST', body: raw, headers, signal: waiting.signal });
      const payload = parseJson(await answer.text());
      return {
        status: answer.ok ? 'acked' : 'dispatch_failed',
        ackMs: ackMs(),
        payload,
        httpStatus: answer.status,
        ...(answer.ok ? {} : { reason: 'http_error' }),
        ...(answer.headers.get('x-slack-no-retry') === '1' ? { noRetry: true } : {}),
      };
    } catch {
      return waiting.signal.aborted
        ? { status: 'operation_timeout', ackMs: ackMs(), payload: undefined, reason: 'http_timeout' }
        : { status: 'dispatch_failed', ackMs: ackMs(), payload: undefined, reason: 'connection_failed' };
    } finally {
      stop();
    }
  };
  return {
    via: 'http',
    sign,
    post,
    send(kind, body, options) {
      const contentType = kind === 'events_api' ? 'application/json' : form;
      return post(sign(contentType, encode(kind, body), options));
    },
  };
}

/** The body of a delivery as Slack writes it over HTTP. */
export function encode(kind: Kind, body: Json): string {
  if (kind === 'events_api') return JSON.stringify(body);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(body) }).toString();
  const fields = Object.entries(body).map(([key, value]): [string, string] => [key, String(value)]);
  return new URLSearchParams(fields).toString();
}
