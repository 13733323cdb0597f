import type { KnownBlock } from '@slack/types';
import type { CardPicture } from '../../core/card-picture.ts';
import type { Fact, Item, Mood, Reply, ReplyPart } from '../../core/reply.ts';
import type { Rich } from '../../core/rich.ts';
import { capText, strip } from '../../core/strip.ts';
import { actionBlocks, buttonElement, fits } from './buttons.ts';
import { toMrkdwn } from './mrkdwn.ts';
import { createRoom, type Room, sizeOf } from './room.ts';
import { tableBlock, tableLines } from './table.ts';

/** Slack's own limits, and ours where less reads better. */
const limits = {
  ...{ blocks: 50, section: 3000, heading: 600, notes: 1500, item: 900, verbatim: 2800 },
  ...{ alt: 1900, caption: 400 },
} as const;
/** Slack refuses near 13,200 characters though each block is legal. */
const budget = 12_000;

export const marks: Readonly<Record<Mood, string>> = {
  good: ':white_check_mark: ',
  neutral: '',
  working: ':hourglass_flowing_sand: ',
  warning: ':warning: ',
  bad: ':red_circle: ',
};

export interface Message {
  /** For notifications and screen readers. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

export interface RenderOptions {
  /** False: a table is drawn as text, for a Slack that refuses the block. */
  readonly tables?: boolean;
  /** Said where something was left out. */
  readonly leftOut?: string;
}

/**
 * A reply as a Slack message within every limit. Where it is too much, lists are cut first, then sentences; heading,
 * buttons and notes stay. Pure.
 */
export function renderMessage(reply: Reply, options: RenderOptions = {}): Message {
  const title = toMrkdwn(withoutBold(reply.heading), { most: limits.heading }).replaceAll('\n', ' ');
  const heading = section(`${marks[reply.mood]}*${title.trim() === '' ? '…' : title}*`);
  const notes = notesBlocks(reply.notes ?? []);
  const leftOut = context(options.leftOut ?? '…');
  const fixed = [heading, leftOut, ...notes];
  const room = createRoom(budget - sizeOf(fixed), limits.blocks - fixed.length);
  const middle = renderParts(reply.parts, room, options.tables !== false);
  return {
    text: toMrkdwn(reply.notification ?? reply.heading, { most: 500, breakLinks: true }) || '…',
    blocks: [heading, ...middle, ...(room.wasCut() ? [leftOut] : []), ...notes],
  };
}

/** As much of these parts as there is room for, in their order; buttons and sentences are drawn before lists. */
export function renderParts(parts: readonly ReplyPart[], room: Room, tables: boolean): readonly KnownBlock[] {
  const drawn = new Map<number, readonly KnownBlock[]>();
  for (const [index, part] of [...parts.entries()].sort(([, a], [, b]) => rank(a) - rank(b))) {
    drawn.set(index, drawPart(part, room, tables));
  }
  return parts.flatMap((_, index) => drawn.get(index) ?? []);
}

/** Who is drawn first gets the room. */
function rank({ kind }: ReplyPart): number {
  if (kind === 'buttons') return 0;
  return kind === 'text' || kind === 'facts' || kind === 'divider' ? 1 : 2;
}

/** The heading is bold as a whole. */
export const withoutBold = (heading: Rich): Rich =>
  typeof heading === 'string'
    ? heading
    : heading.map((span) => (typeof span === 'object' && 'bold' in span ? span.bold : span));

export const section = (text: string): KnownBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text, verbatim: true },
});

export const context = (text: string): KnownBlock => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text, verbatim: true }],
});

function notesBlocks(notes: readonly Rich[]): readonly KnownBlock[] {
  const most = Math.floor(limits.notes / Math.max(1, notes.length));
  const text = notes.map((note) => toMrkdwn(note, { most })).join('\n');
  return text.trim() === '' ? [] : [context(text)];
}

/** Takes as much of the part as there is room for, from its beginning. */
function drawPart(part: ReplyPart, room: Room, tables: boolean): readonly KnownBlock[] {
  const taken: KnownBlock[] = [];
  for (const group of groupsOf(part, room, tables)) {
    if (!room.take(group)) {
      room.cut();
      break;
    }
    taken.push(...group);
  }
  return taken;
}

/** Blocks that belong together, so that no text loses its buttons. Asked for one by one, while room is left. */
function* groupsOf(part: ReplyPart, room: Room, tables: boolean): Iterable<readonly KnownBlock[]> {
  switch (part.kind) {
    case 'text': {
      const text = toMrkdwn(part.text, { most: limits.section });
      if (text.trim() !== '') yield [section(text)];
      return;
    }
    case 'facts':
      if (part.facts.length > 0) yield [section(factsText(part.facts))];
      return;
    case 'table':
      yield* tableGroups(part, room, tables);
      return;
    case 'items':
      yield* itemGroups(part.items, room);
      return;
    case 'code':
      if (part.title !== undefined && part.title.trim() !== '') {
        yield [section(toMrkdwn([{ bold: part.title }], { most: 300 }))];
      }
      yield [verbatim('rich_text_preformatted', capText(strip(part.text), roomFor(room)))];
      return;
    case 'quote':
      yield [verbatim('rich_text_quote', capText(strip(part.text), roomFor(room)))];
      return;
    case 'buttons':
      for (const row of actionBlocks(part.buttons)) yield [row];
      return;
    case 'divider':
      yield [{ type: 'divider' }];
      return;
    case 'picture':
      yield [imageBlock(part.picture)];
      return;
    case 'chart':
      // Whoever shows it makes a picture of it first.
      return;
  }
}

/** A file of ours; whoever sees the message sees it. */
const imageBlock = ({ file, words, caption }: CardPicture): KnownBlock => ({
  type: 'image',
  slack_file: { id: file },
  alt_text: capText(strip(words), limits.alt) || '…',
  title: { type: 'plain_text', text: capText(strip(caption), limits.caption) || '…', emoji: false },
});

/** Every fact keeps its place; long ones share what there is. */
function factsText(facts: readonly Fact[]): string {
  const lines = (most: number): string =>
    facts
      .map(
        ({ label, value }) => `${toMrkdwn([{ bold: label }], { most: 100 })}  ${toMrkdwn(value, { most })}`,
      )
      .join('\n');
  const short = lines(Math.max(100, Math.floor(limits.section / facts.length) - 104));
  const whole = lines(limits.section - 104);
  if (whole.length <= limits.section) return whole;
  return short.length <= limits.section ? short : `${short.slice(0, short.lastIndexOf('\n', 2_990))}\n…`;
}

const roomFor = (room: Room): number =>
  Math.max(100, Math.min(limits.verbatim, Math.floor(room.characters() / 2)));

/** Text from outside: no character in it means anything, and where it begins and ends is seen. */
function verbatim(type: 'rich_text_preformatted' | 'rich_text_quote', text: string): KnownBlock {
  return {
    type: 'rich_text',
    elements: [{ type, elements: [{ type: 'text', text: text === '' ? ' ' : text }] }],
  };
}

function* tableGroups(
  part: Extract<ReplyPart, { kind: 'table' }>,
  room: Room,
  tables: boolean,
): Iterable<readonly KnownBlock[]> {
  if (part.columns.length === 0) return;
  if (tables && room.takeTable()) {
    const { block, complete } = tableBlock(part, room.characters());
    if (!complete) room.cut();
    yield [block];
    return;
  }
  const lines = tableLines(part);
  const most = roomFor(room);
  let shown = 0;
  for (let length = 0; shown < lines.length; shown += 1) {
    length += (lines[shown] ?? '').length + 1;
    if (length > most) break;
  }
  if (shown < lines.length) room.cut();
  yield [verbatim('rich_text_preformatted', lines.slice(0, shown).join('\n'))];
}

/** Entries without buttons share a section; one button stands beside its text, more stand below it. */
function* itemGroups(items: readonly Item[], room: Room): Iterable<readonly KnownBlock[]> {
  let lines: string[] = [];
  for (const item of items) {
    const buttons = (item.buttons ?? []).filter(fits);
    const text = toMrkdwn(item.text, { most: limits.item }) || '…';
    if (buttons.length === 0) {
      // An entry may take more on the wire than it has characters, since quotes and newlines are escaped there.
      const most = Math.min(limits.section, Math.floor(room.characters() * 0.8) - 200);
      if (lines.length > 0 && [...lines, `• ${text}`].join('\n').length > most) {
        yield [section(lines.join('\n'))];
        lines = [];
      }
      lines.push(`• ${text}`);
      continue;
    }
    if (lines.length > 0) yield [section(lines.join('\n'))];
    lines = [];
    const [only] = buttons;
    if (buttons.length === 1 && only !== undefined) {
      const said = { type: 'mrkdwn', text, verbatim: true } as const;
      yield [{ type: 'section', text: said, accessory: buttonElement(only, 0) }];
    } else yield [section(text), ...actionBlocks(buttons)];
  }
  if (lines.length > 0) yield [section(lines.join('\n'))];
}
