import type { ServerResponse } from 'node:http';
import type { SlackClock } from './clock.ts';
import type { SocketWire } from './deliver.ts';
import type { Faults } from './faults.ts';
import { buttonsOf, type Person } from './person.ts';
import { renderPlain } from './plain.ts';
import type { SimulatedSlack, WireEntry } from './server.ts';
import type { Message, Timeline } from './timeline.ts';
import type { Workspace } from './workspace.ts';

export interface ControlParts {
  readonly as: (userId: string) => Person;
  readonly timeline: Timeline;
  readonly clock: SlackClock;
  readonly faults: Faults;
  readonly socket: SocketWire;
  readonly workspace: Workspace;
  readonly waitFor: SimulatedSlack['waitFor'];
  readonly wireLog: readonly WireEntry[];
}

interface Act {
  readonly who: string;
  readonly channel: string;
  readonly text?: string;
  readonly threadTs?: string;
  /** For a click: the message and the button's text. */
  readonly ts?: string;
  readonly button?: string;
}

/**
 * People's hands from another process, as JSON over HTTP: `POST /control/command|mention|click`, `GET /control/messages`.
 * True when the request was for here.
 */
export function createControl(
  parts: ControlParts,
): (method: string, url: URL, body: string, response: ServerResponse) => Promise<boolean> {
  return async (method, url, body, response) => {
    if (!url.pathname.startsWith('/control/')) return false;
    const what = url.pathname.slice('/control/'.length);
    try {
      const answer = method === 'GET' ? look(parts, what, url) : await act(parts, what, JSON.parse(body));
      response
        .writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(answer));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: message }));
    }
    return true;
  };
}

function look({ timeline, workspace, wireLog, as }: ControlParts, what: string, url: URL): unknown {
  switch (what) {
    case 'messages': {
      const after = url.searchParams.get('after') ?? '';
      const who = url.searchParams.get('who') ?? 'U0ANNA';
      const channel = url.searchParams.get('channel');
      const seen =
        channel === null
          ? timeline.messages.filter((one) => (one.ephemeralFor ?? who) === who)
          : as(who).sees(channel);
      return seen.filter((one) => one.ts > after || one.edits > 0).map(shown);
    }
    case 'people':
      return workspace.users;
    case 'channels':
      return workspace.channels;
    case 'wire':
      return wireLog.slice(-200);
    default:
      throw new Error(`there is nothing called ${what}`);
  }
}

const shown = (message: Message): object => ({
  ...message,
  plain: renderPlain(message),
  buttons: buttonsOf(message),
});

async function act(parts: ControlParts, what: string, asked: Act): Promise<unknown> {
  const person = parts.as(asked.who);
  switch (what) {
    case 'command':
      return person.command(asked.channel, asked.text ?? '');
    case 'mention':
      return person.mention(asked.channel, asked.text ?? '', asked.threadTs);
    case 'direct':
      return person.directMessage(asked.text ?? '');
    case 'click': {
      const message = parts.timeline.find(asked.channel, asked.ts ?? '');
      if (message === undefined) throw new Error('there is no such message');
      return person.click(message, asked.button ?? '');
    }
    default:
      throw new Error(`nobody can do ${what}`);
  }
}
