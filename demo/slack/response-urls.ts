import { randomBytes } from 'node:crypto';
import { findBlockFault } from './blocks.ts';
import type { SlackClock } from './clock.ts';
import type { Message, Timeline } from './timeline.ts';
import type { Workspace } from './workspace.ts';

const mostUses = 5;
const livesMs = 30 * 60_000;

interface Ticket {
  readonly channel: string;
  readonly user: string;
  readonly threadTs: string | undefined;
  /** The message whose button was pressed; a slash command has none, so nothing can be replaced. */
  readonly original: Message | undefined;
  readonly until: number;
  uses: number;
}

export interface ResponseUrls {
  create(at: Pick<Ticket, 'channel' | 'user' | 'threadTs' | 'original'>): string;
  use(
    id: string,
    body: Readonly<Record<string, unknown>>,
  ): { readonly status: number; readonly body: string };
}

/** Five uses within thirty minutes. What is sent by one needs no membership and is ephemeral unless it says otherwise. */
export function createResponseUrls(
  workspace: Workspace,
  timeline: Timeline,
  clock: SlackClock,
  base: () => string,
): ResponseUrls {
  const tickets = new Map<string, Ticket>();
  return {
    create(at) {
      const id = randomBytes(12).toString('hex');
      tickets.set(id, { ...at, until: clock.now() + livesMs, uses: 0 });
      return `${base()}/response/${id}`;
    },
    use(id, body) {
      const ticket = tickets.get(id);
      if (ticket === undefined) return { status: 404, body: 'no_service' };
      if (clock.now() > ticket.until) return { status: 404, body: 'expired_url' };
      if (ticket.uses >= mostUses) return { status: 404, body: 'used_url' };
      const { blocks } = body;
      const hasBlocks = Array.isArray(blocks) && blocks.length > 0;
      const fault = hasBlocks ? findBlockFault(blocks, 'message') : undefined;
      if (fault !== undefined) return { status: 400, body: `${fault.error} ${fault.messages.join(' ')}` };
      const text = typeof body['text'] === 'string' ? body['text'] : '';
      if (!hasBlocks && text === '' && body['delete_original'] !== true)
        return { status: 400, body: 'no_text' };
      ticket.uses += 1;
      const { original } = ticket;
      if (body['delete_original'] === true && original !== undefined) timeline.remove(original);
      else if (body['replace_original'] === true && original !== undefined) {
        timeline.edit(original, { text, blocks: hasBlocks ? blocks : [] });
      } else {
        timeline.add({
          ...{ channel: ticket.channel, user: workspace.bot.userId, botId: workspace.bot.id, text },
          blocks: hasBlocks ? blocks : [],
          ...(ticket.threadTs === undefined ? {} : { threadTs: ticket.threadTs }),
          ...(body['response_type'] === 'in_channel' ? {} : { ephemeralFor: ticket.user }),
        });
      }
      return { status: 200, body: 'ok' };
    },
  };
}
