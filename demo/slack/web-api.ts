import { text } from './json.ts';
import type { SlackState } from './state.ts';
import { type Answer, type Method, no, type Params, RateLimited, yes } from './web-api/answer.ts';
import { appMethods } from './web-api/app.ts';
import { chatMethods } from './web-api/chat.ts';
import { conversationMethods } from './web-api/conversations.ts';
import { fileMethods } from './web-api/files.ts';
import { peopleMethods } from './web-api/people.ts';
import { scopeFault } from './web-api/scopes.ts';
import { viewMethods } from './web-api/views.ts';

const methods: Readonly<Record<string, Method>> = {
  ...appMethods,
  ...chatMethods,
  ...conversationMethods,
  ...fileMethods,
  ...peopleMethods,
  ...viewMethods,
};
/** The one method that takes the app-level token. */
const openConnection = 'apps.connections.open';

/** Every method that is simulated. */
export const knownMethods: readonly string[] = [openConnection, ...Object.keys(methods)].sort();

/** Calls a method as the bearer of a token; never throws for what Slack would refuse. */
export type WebApi = (method: string, params: Params, token: string) => Answer | RateLimited;

/** `openSocket` gives the address of a new socket. */
export function createWebApi(state: SlackState, openSocket: () => string): WebApi {
  const { tokens } = state.workspace;
  return (method, params, bearer) => {
    const token = bearer === '' ? text(params['token']) : bearer;
    const run = methods[method];
    if (run === undefined && method !== openConnection) return no('unknown_method', { req_method: method });
    const fault = tokenFault(token, run === undefined ? tokens.app : tokens.bot, tokens);
    if (fault !== undefined) return fault;
    const waitSeconds = state.rateLimits.takeCall(method);
    if (waitSeconds !== undefined) return new RateLimited(waitSeconds);
    if (run === undefined) return yes({ url: openSocket() });
    return scopeFault(method, state.workspace) ?? run(params, state);
  };
}

function tokenFault(
  token: string,
  wanted: string,
  known: SlackState['workspace']['tokens'],
): Answer | undefined {
  if (token === '') return no('not_authed');
  if (token === wanted) return undefined;
  return token === known.bot || token === known.app ? no('not_allowed_token_type') : no('invalid_auth');
}
