/** What the page draws, as HTML, with Anna's eyes. */
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Json } from '../../../demo/slack/page/src/api/types.ts';
import { Blocks } from '../../../demo/slack/page/src/blocks/blocks.tsx';
import { createEmoji } from '../../../demo/slack/page/src/mrkdwn/emoji.ts';
import { KnowledgeProvider } from '../../../demo/slack/page/src/mrkdwn/knowledge.tsx';
import { Mrkdwn } from '../../../demo/slack/page/src/mrkdwn/mrkdwn.tsx';

/** 2026-11-25, a Wednesday, 12:00 UTC. */
const noon = Date.UTC(2026, 10, 25, 12);

const knowledge = {
  me: 'U0ANNA',
  personName: (id: string) => ({ U0ANNA: 'Anna', U0BO: 'Bo' })[id],
  channelName: (id: string) => ({ C0OPS: 'ops' })[id],
  groupName: (id: string) => ({ S0ONCALL: 'oncall' })[id],
  isMyGroup: (id: string) => id === 'S0ONCALL',
  findEmoji: createEmoji('tada 🎉 +1 👍 wave 👋 white_check_mark ✅ 100 💯 warning ⚠️'),
  dates: () => ({ locale: 'en-US', zone: 'UTC', now: noon }),
  openChannel: () => undefined,
  fileUrl: (id: string) => `/files/${id}`,
  people: [{ id: 'U0ANNA', name: 'Anna' }],
  channels: [{ id: 'C0OPS', name: 'ops' }],
};

export const draw = (node: ReactNode): string =>
  renderToStaticMarkup(createElement(KnowledgeProvider, { value: knowledge }, node));

/** A text in mrkdwn as HTML, without the frame around it; paragraphs are left out where there is only one. */
export function drawMrkdwn(text: string, verbatim = false): string {
  const html = draw(createElement(Mrkdwn, { text, verbatim }));
  const inside = /^<div class="mrkdwn">(.*)<\/div>$/s.exec(html)?.[1] ?? html;
  return /^<p>((?:(?!<p>).)*)<\/p>$/s.exec(inside)?.[1] ?? inside;
}

export const drawBlocks = (...blocks: readonly Json[]): string => draw(createElement(Blocks, { blocks }));

/** What is read, without tags. */
export const readBlocks = (...blocks: readonly Json[]): string =>
  drawBlocks(...blocks)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
