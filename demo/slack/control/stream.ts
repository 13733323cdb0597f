import type { ServerResponse } from 'node:http';
import type { Change } from '../changes.ts';
import { type ControlParts, showMessage, showView } from './parts.ts';

/** Every change that a person (`who`) can see, and the wire, as server-sent events, until the other side hangs up. */
export function stream({ state }: ControlParts, url: URL, response: ServerResponse): void {
  const who = url.searchParams.get('who');
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.write(': listening\n\n');
  const stop = state.changes.listen((change) => {
    if (isSeenBy(who, change))
      response.write(`event: ${change.kind}\ndata: ${JSON.stringify(shown(change))}\n\n`);
  });
  response.on('close', stop);

  function shown(change: Change): object {
    if (change.kind === 'message') return { how: change.how, message: showMessage(change.message) };
    if (change.kind === 'view') return { how: change.how, view: showView(state, change.view) };
    return change.entry;
  }
}

function isSeenBy(who: string | null, change: Change): boolean {
  if (who === null) return true;
  if (change.kind === 'view') return change.view.user === who;
  return change.kind !== 'message' || (change.message.ephemeralFor ?? who) === who;
}
