import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SlackState } from '../state.ts';
import { readBody } from './body.ts';

const mostBytes = 64_000_000;

/** Takes the bytes of an announced file, raw or as the `file` part of a form. */
export async function takeUpload(
  { files, wireLog }: SlackState,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const began = performance.now();
  const file = files.find(id);
  const body = await readBody(request, mostBytes);
  const bytes = filePart(body, request.headers['content-type'] ?? '');
  const fault =
    file === undefined ? 'file_not_found' : bytes.length === file.length ? undefined : 'length_mismatch';
  if (file !== undefined && fault === undefined) file.bytes = bytes;
  const status = fault === undefined ? 200 : 400;
  wireLog.add({
    direction: 'to-slack',
    what: 'upload',
    via: 'http',
    milliseconds: performance.now() - began,
    error: fault,
    httpStatus: status,
    request: { id, bytes: bytes.length },
  });
  response.writeHead(status, { 'content-type': 'text/plain' }).end(fault ?? `OK - ${bytes.length}`);
}

/** The content of the first part of a multipart form; any other body as it is. */
function filePart(body: Buffer, contentType: string): Buffer {
  const boundary = /multipart\/form-data;.*boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return body;
  const start = body.indexOf('\r\n\r\n');
  const end = body.indexOf(`\r\n--${boundary}`, start);
  return start < 0 || end < 0 ? body : body.subarray(start + 4, end);
}

/** The bytes of an uploaded file, for whoever shows the message. */
export function giveFile({ files }: SlackState, id: string, response: ServerResponse): void {
  const bytes = files.find(id)?.bytes;
  if (bytes === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': typeOf(bytes) }).end(bytes);
}

const typeOf = (bytes: Buffer): string =>
  bytes.subarray(1, 4).toString('latin1') === 'PNG' ? 'image/png' : 'application/octet-stream';
