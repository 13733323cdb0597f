import type { IncomingMessage, ServerResponse } from 'node:http';
import { acts } from './control/acts.ts';
import { looks } from './control/looks.ts';
import type { ControlParts } from './control/parts.ts';
import { stream } from './control/stream.ts';
import { turns } from './control/turns.ts';
import { readBody } from './http/body.ts';
import { isJson, type Json, parseJson } from './json.ts';

/**
 * People's hands and Slack's switches from another process, as JSON over HTTP: `GET /control/messages`, `people`, …
 * look; `POST /control/command`, `click`, … act; `POST /control/faults`, `clock`, … turn a switch; `GET /control/stream`
 * tells of every change. A refusal is a 400 with `{ error }`. Who may call is decided before.
 */
export function createControl(
  parts: ControlParts,
): (what: string, url: URL, request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (what, url, request, response) => {
    const answer = (status: number, value: unknown): void => {
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      response.end(JSON.stringify(value ?? null));
    };
    try {
      if (request.method !== 'GET') return answer(200, await act(parts, what, await readAsked(request)));
      if (what === 'stream') return stream(parts, url, request, response);
      const look = looks[what];
      if (look === undefined) throw new Error(`there is nothing called ${what}`);
      answer(200, await look(parts, url.searchParams));
    } catch (error) {
      answer(400, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}

async function act(parts: ControlParts, what: string, asked: Json): Promise<unknown> {
  const act = acts[what];
  if (act !== undefined) return act(parts.as(String(asked['who'])), asked, parts);
  const turn = turns[what];
  if (turn !== undefined) return turn(parts, asked);
  throw new Error(`nobody can do ${what}`);
}

async function readAsked(request: IncomingMessage): Promise<Json> {
  const asked = parseJson((await readBody(request)).toString('utf8') || '{}');
  if (isJson(asked)) return asked;
  throw new Error('the body has to be a JSON object');
}
