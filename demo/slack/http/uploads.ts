import type { IncomingMessage, ServerResponse } from 'node:http';
import { mediaTypeOf } from '../files.ts';
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

/** The bytes of an uploaded file, for whoever shows the message. They never change. */
export function giveFile({ files }: SlackState, id: string, response: ServerResponse): void {
  const file = files.find(id);
  if (file?.bytes === undefined) {
    response.writeHead(404).end();
    return;
  }
  const type = mediaTypeOf(file.bytes);
  const shown = type.startsWith('image/') ? 'inline' : 'attachment';
  response.writeHead(200, {
    'content-type': type,
    'content-length': file.bytes.length,
    'content-disposition': `${shown}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'cache-control': 'private, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'",
  });
  response.end(file.bytes);
}
