import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Change } from '../changes.ts';
import { isIn } from '../workspace.ts';
import type { ControlParts } from './parts.ts';
import { showMessage, showView } from './show.ts';
import { showEntry } from './wire.ts';

const aliveEveryMs = 15_000;
/** More than this unsent, and the other side is taken for gone: it comes back with the last id it has seen. */
const mostBuffered = 8_000_000;

/**
 * Every change that a person (`who`) can see, and the wire, as server-sent events, until the other side hangs up. Each
 * has an id; with the last one (`Last-Event-ID`, or `after`) whoever was away gets what was missed, or `reset` when
 * that is not known any more. Without one the stream begins with `hello`, whose id stands for now.
 */
export function stream(
  parts: ControlParts,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { changes, clock } = parts.state;
  const who = url.searchParams.get('who') ?? undefined;
  const last = request.headers['last-event-id'];
  const asked = (typeof last === 'string' ? last : undefined) ?? url.searchParams.get('after') ?? undefined;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const write = (event: string, data: unknown, number?: number): void => {
    const id = number === undefined ? '' : `id: ${changes.instance}-${number}\n`;
    response.write(`${id}event: ${event}\ndata: ${JSON.stringify(data ?? null)}\n\n`);
    if (response.writableLength > mostBuffered) response.destroy();
  };
  const tell = (change: Change, number: number): void => {
    const events = eventsOf(parts, who, change);
    events.forEach(([event, data], index) => {
      write(event, data, index === events.length - 1 ? number : undefined);
    });
  };
  const missed = asked === undefined ? undefined : changes.since(numberIn(asked, changes.instance));
  if (missed === undefined)
    write(asked === undefined ? 'hello' : 'reset', { now: clock.now() }, changes.newest());
  for (const { change, number } of missed ?? []) tell(change, number);
  const stop = changes.listen(tell);
  const alive = setInterval(() => response.write(': alive\n\n'), aliveEveryMs);
  response.on('close', () => {
    stop();
    clearInterval(alive);
  });
}

/** -1, which is never kept, for the id of another Slack. */
function numberIn(id: string, instance: string): number {
  const [of, number] = id.split('-');
  return of === instance ? Number(number) : -1;
}

type Event = readonly [name: string, data: unknown];

/** What one person is told of a change: nothing of others' ephemerals, views and channels. Without a person: everything. */
function eventsOf(parts: ControlParts, who: string | undefined, change: Change): readonly Event[] {
  const { state } = parts;
  switch (change.kind) {
    case 'message':
      return messageEvents(parts, who, change);
    case 'view':
      if (who !== undefined && change.view.user !== who) return [];
      return [['view', { how: change.how, view: showView(state, change.view) }]];
    case 'read':
      return change.user === who ? [unreadEvent(parts, who, change.channel)] : [];
    case 'wire':
      return [['wire', showEntry(state, change.entry)]];
    case 'workspace':
    case 'panels':
      return [[change.kind, null]];
  }
}

/** A reply changes what stands below its parent, and every message what is unread. */
function messageEvents(
  parts: ControlParts,
  who: string | undefined,
  { how, message }: Extract<Change, { readonly kind: 'message' }>,
): readonly Event[] {
  const { state } = parts;
  const { channel, threadTs, ephemeralFor, deleted } = message;
  const isHidden =
    who !== undefined && ((ephemeralFor ?? who) !== who || !isIn(state.workspace, who, channel));
  if (isHidden) return [];
  const now = deleted ? 'removed' : how;
  const parent =
    threadTs === undefined || now === 'edited' ? undefined : state.timeline.find(channel, threadTs);
  return [
    ['message', { how: now, message: showMessage(state, message, who) }],
    ...(parent === undefined
      ? []
      : [['message', { how: 'edited', message: showMessage(state, parent, who) }] as const]),
    ...(who === undefined || now === 'edited' ? [] : [unreadEvent(parts, who, channel)]),
  ];
}

const unreadEvent = ({ state }: ControlParts, who: string, channel: string): Event => [
  'unread',
  { channel, ...state.reads.of(who, channel) },
];
