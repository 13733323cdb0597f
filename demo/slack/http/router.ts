import type { IncomingMessage, ServerResponse } from 'node:http';
import type { createControl } from '../control.ts';
import type { SlackState } from '../state.ts';
import type { ApiEndpoint } from './api.ts';
import { BodyTooLarge } from './body.ts';
import { foreignness } from './guard.ts';
import type { Mounts } from './mounts.ts';
import type { Site } from './site.ts';
import { giveFile, takeUpload } from './uploads.ts';

export interface RouterParts {
  readonly state: SlackState;
  readonly api: ApiEndpoint;
  readonly control: ReturnType<typeof createControl>;
  readonly mounts: Mounts;
  readonly site: Site | undefined;
}

/** What the app calls; the rest is for people on this machine alone. */
const forApps = new Set(['api', 'response', 'upload']);

/** Who answers which path. Never rejects. */
export function createRouter(
  parts: RouterParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { state, api, control, mounts, site } = parts;

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://slack');
    const [, first = '', ...others] = url.pathname.split('/');
    const rest = others.join('/');
    if (first === 'api') return api.call(rest, request, response, url.searchParams);
    if (first === 'response') return api.respond(rest, request, response);
    if (first === 'upload') return takeUpload(state, rest, request, response);
    if (first === 'control') return control(rest, url, request, response);
    if (first === 'files') return giveFile(state, rest, response);
    const mounted = mounts.find(url.pathname);
    if (mounted !== undefined) return mounted(request, response);
    if (site !== undefined && (await site(request, response, url.pathname))) return;
    const isRoot = url.pathname === '/' && site === undefined;
    say(
      response,
      404,
      isRoot ? 'This simulated Slack was started without its page.' : 'There is nothing here.',
    );
  };

  return async (request, response) => {
    try {
      const [, first = ''] = (request.url ?? '/').split(/[/?]/);
      const foreign = forApps.has(first) ? undefined : foreignness(request);
      if (foreign === undefined) await route(request, response);
      else if (first === 'control') json(response, 403, { error: foreign });
      else say(response, 403, foreign);
    } catch (error) {
      if (!response.headersSent) response.writeHead(error instanceof BodyTooLarge ? 413 : 500);
      response.end(String(error));
    }
  };
}

const say = (response: ServerResponse, status: number, words: string): void =>
  void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${words}\n`);

const json = (response: ServerResponse, status: number, value: unknown): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(JSON.stringify(value));
