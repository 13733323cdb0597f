import type { IncomingMessage } from 'node:http';
import { isJson, type Json, parseJson } from '../json.ts';

const mostBytes = 4_000_000;

/** A request was larger than Slack takes. */
export class BodyTooLarge extends Error {}

/** The whole body. Throws BodyTooLarge. */
export async function readBody(request: IncomingMessage, most = mostBytes): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw new BodyTooLarge(`more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Parameters that forms carry as JSON. */
const written = new Set(['attachments', 'blocks', 'files', 'metadata', 'view']);

/** A method's parameters: forms with JSON inside, as the official client sends them, or JSON. */
export function readParams(contentType: string, body: string, query: URLSearchParams): Json {
  if (contentType.includes('application/json')) {
    const parsed = parseJson(body);
    return isJson(parsed) ? parsed : {};
  }
  const params: Record<string, unknown> = {};
  for (const [key, value] of [...query, ...new URLSearchParams(body)])
    params[key] = written.has(key) ? parseJson(value) : value;
  return params;
}
