import type { ServerResponse } from 'node:http';
import type { SlackClock } from '../clock.ts';
import type { Fault } from '../faults.ts';

/** An answer before it is sent. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const jsonAnswer = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
  headers,
});

const cutAfter = 10;

/** Sends an answer, or breaks it as the fault wants it: lost, cut, late. */
export async function send(
  response: ServerResponse,
  answer: HttpAnswer,
  fault: Fault | undefined,
  clock: SlackClock,
): Promise<void> {
  if (fault?.kind === 'lose-answer') {
    response.socket?.destroy();
    return;
  }
  if (fault?.kind === 'late-answer')
    await new Promise<void>((resolve) => clock.after(fault.milliseconds, resolve));
  response.writeHead(answer.status, { 'content-type': answer.type, ...answer.headers });
  if (fault?.kind === 'cut') response.write(answer.body.slice(0, cutAfter), () => response.socket?.destroy());
  else response.end(answer.body);
}
