import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import type { Log } from '../core/log.ts';
import type { Secret } from '../core/secret.ts';
import { createSlackLogger } from './logger.ts';

/** What Slack said no to, or that it did not answer, in our own words. */
export type SlackFault =
  | { readonly kind: 'refused'; readonly code: string; readonly messages: readonly string[] }
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  /** No answer, or one that says nothing: it may have happened. */
  | { readonly kind: 'unsure' };

const callLimitMs = 4_000;
const triggerLimitMs = 2_500;

export interface SlackApi {
  /** For questions: asked once more when there is no answer. */
  readonly reads: WebClient;
  /** For posts: never sent again by itself, since a lost answer is no lost post. */
  readonly posts: WebClient;
  /** For what is answered within a trigger's three seconds or not at all. */
  readonly triggers: WebClient;
}

/** Clients that wait for nobody: a rate limit is an answer, and no call is repeated behind our back. */
export function createSlackApi(botToken: Secret, apiUrl: string, log: Log): SlackApi {
  const logger = createSlackLogger(log, 'web-api');
  const client = (retries: number, timeout = callLimitMs): WebClient =>
    new WebClient(botToken.reveal(), {
      ...{ slackApiUrl: apiUrl, timeout, rejectRateLimitedCalls: true, logger },
      retryConfig: { retries, minTimeout: 200, maxTimeout: 500 },
    });
  return { reads: client(1), posts: client(0), triggers: client(0, triggerLimitMs) };
}

/** Sorts an error of the client by its class. A bug of ours stays an exception. */
export function faultOf(error: unknown): SlackFault {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'rate-limited', retryAfterSeconds: error.retryAfter };
  }
  if (error instanceof WebAPIPlatformError) {
    const { response_metadata: metadata } = error.data;
    return { kind: 'refused', code: error.data.error, messages: metadata?.messages ?? [] };
  }
  if (error instanceof WebAPIRequestError || error instanceof WebAPIHTTPError) return { kind: 'unsure' };
  if (isBrokenOff(error)) return { kind: 'unsure' };
  throw error;
}

/**
 * An answer that ended in its middle or did not end in time: web-api 8 passes on what fetch itself throws while it reads
 * the body (node-slack-sdk#2738). Of TypeErrors only those of fetch have a cause.
 */
function isBrokenOff(error: unknown): boolean {
  if (error instanceof TypeError) return error.cause !== undefined;
  return error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError');
}

const aboutBlocks = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);

/** Slack would take the message in another form. */
export const isAboutBlocks = (code: string): boolean => aboutBlocks.has(code);

/** The code about blocks in a text that Slack's response_url answered with. */
export const findBlocksCode = (said: string): string | undefined =>
  [...aboutBlocks].find((code) => said.includes(code));
