import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from '../faults.ts';
import { isJson, type Json, parseJson, text } from '../json.ts';
import { mostUses } from '../response-urls.ts';
import type { SlackState } from '../state.ts';
import { livesMs } from '../triggers.ts';
import { no, RateLimited } from '../web-api/answer.ts';
import type { WebApi } from '../web-api.ts';
import type { Limit } from '../wire-log.ts';
import { type HttpAnswer, jsonAnswer, send } from './answer.ts';
import { readBody, readParams } from './body.ts';

/** `/api/METHOD` and `/response/ID`: what the app calls. Both can be told to fail, and both are logged. */
export interface ApiEndpoint {
  call(
    method: string,
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
  ): Promise<void>;
  respond(id: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function createApiEndpoint(state: SlackState, call: WebApi): ApiEndpoint {
  const { clock, faults, rateLimits, responseUrls, triggers, wireLog } = state;

  /** Runs one call under its fault. `work` says what Slack would answer, and what to log. */
  const serve = async (
    what: string,
    sent: Json,
    response: ServerResponse,
    limitsOf: () => readonly Limit[],
    work: (refusal: string | undefined) => {
      readonly answer: HttpAnswer;
      readonly error: string | undefined;
    },
  ): Promise<void> => {
    const began = performance.now();
    const fault = faults.take(what);
    const log = (error: string | undefined, answer?: HttpAnswer): void =>
      wireLog.add({
        direction: 'to-slack',
        what,
        via: 'http',
        milliseconds: performance.now() - began,
        error,
        request: sent,
        limits: limitsOf(),
        ...(answer === undefined ? {} : { answer: parseJson(answer.body), httpStatus: answer.status }),
      });
    if (fault?.kind === 'hang') return log('hang');
    if (fault?.kind === 'slow')
      await new Promise<void>((resolve) => clock.after(fault.milliseconds, resolve));
    const refused = refuseAtOnce(fault);
    const { answer, error } = refused ?? work(fault?.kind === 'refuse' ? fault.error : undefined);
    log(error, answer);
    await send(response, answer, fault, clock);
  };

  const callLimits = (method: string, params: Json): readonly Limit[] => {
    const calls = rateLimits.usage(method);
    const age = triggers.age(text(params['trigger_id']));
    return [
      ...(calls === undefined ? [] : [{ what: 'calls a minute', ...calls }]),
      ...(method === 'chat.postMessage'
        ? [{ what: 'posts a second in the channel', ...rateLimits.postUsage(text(params['channel'])) }]
        : []),
      ...(age === undefined
        ? []
        : [{ what: 'milliseconds of the trigger', used: Math.round(age), most: livesMs }]),
    ];
  };
  const responseLimits = (id: string): readonly Limit[] => {
    const used = responseUrls.uses(id);
    return used === undefined ? [] : [{ what: 'uses of the response_url', used, most: mostUses }];
  };

  return {
    async call(method, request, response, query) {
      const body = (await readBody(request)).toString('utf8');
      const params = readParams(request.headers['content-type'] ?? '', body, query);
      const bearer = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      const { token, ...logged } = params;
      await serve(
        method,
        logged,
        response,
        () => callLimits(method, params),
        (refusal) => {
          const answer = refusal === undefined ? call(method, params, bearer) : no(refusal);
          if (answer instanceof RateLimited) return tooMany(answer.retryAfterSeconds);
          return { answer: jsonAnswer(200, answer), error: answer.ok ? undefined : text(answer['error']) };
        },
      );
    },
    async respond(id, request, response) {
      const body = parseJson((await readBody(request)).toString('utf8'));
      const sent = isJson(body) ? body : {};
      await serve(
        'response_url',
        sent,
        response,
        () => responseLimits(id),
        (refusal) => {
          const used = refusal === undefined ? responseUrls.use(id, sent) : { status: 404, body: refusal };
          return {
            answer: { ...used, type: 'text/plain' },
            error: used.status === 200 ? undefined : used.body,
          };
        },
      );
    },
  };
}

function refuseAtOnce(
  fault: Fault | undefined,
): { readonly answer: HttpAnswer; readonly error: string } | undefined {
  if (fault?.kind === 'rate-limit') return tooMany(fault.retryAfterSeconds);
  if (fault?.kind !== 'error') return undefined;
  return { answer: { status: fault.status, type: 'text/plain', body: '' }, error: String(fault.status) };
}

const tooMany = (seconds: number): { readonly answer: HttpAnswer; readonly error: string } => ({
  answer: jsonAnswer(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) }),
  error: 'ratelimited',
});
