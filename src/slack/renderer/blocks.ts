import type { KnownBlock } from '@slack/types';
import type { Button, Item, Mood, Reply, ReplyPart } from '../../core/reply.ts';
import { capText, strip } from '../../core/strip.ts';
import { cutMrkdwn, plainToMrkdwn, toMrkdwn, toPlain } from './mrkdwn.ts';

/** Slack's limits, from its documentation of blocks and block elements. */
const limits = {
  ...{ blocks: 50, section: 3000, header: 150, fields: 10, field: 2000, context: 10, actions: 25 },
  ...{ button: 75, value: 2000, confirmTitle: 100, confirmText: 300, confirmButton: 30 },
  ...{ tableRows: 100, tableColumns: 20, tableCharacters: 9_000 },
} as const;
/** Slack refuses near 13,200 characters though each block is legal. */
const budget = 12_000;

const marks: Readonly<Record<Mood, string>> = {
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

/** A reply as a Slack message within every limit: heading, buttons and notes stay, lists are cut. Pure. */
export function renderMessage(reply: Reply, options: RenderOptions = {}): Message {
  const heading = section(`${marks[reply.mood]}*${toMrkdwn(withoutBold(reply.heading))}*`);
  const notes = notesBlock(reply);
  const fixed: readonly KnownBlock[] = [heading, ...notes];
  const groups = reply.parts.map((part) => ({ part, blocks: partBlocks(part, options.tables !== false) }));
  const buttons = groups.filter(({ part }) => part.kind === 'buttons').flatMap(({ blocks }) => blocks);
  let room = budget - size(fixed) - size(buttons);
  let slots = limits.blocks - fixed.length - buttons.length - 1;
  let cut = false;
  const middle: KnownBlock[] = [];
  for (const { part, blocks } of groups) {
    for (const block of blocks) {
      const cost = part.kind === 'buttons' ? 0 : size([block]);
      const slot = part.kind === 'buttons' ? 0 : 1;
      if (cost > room || slot > slots) {
        cut = true;
        continue;
      }
      room -= cost;
      slots -= slot;
      middle.push(block);
    }
  }
  const said = cut ? [context(options.leftOut ?? '…')] : [];
  return { text: capText(`${toPlain(reply.heading)}`, 500), blocks: [heading, ...middle, ...said, ...notes] };
}

/** Text alone, for when Slack refuses the blocks. */
export function renderPlainMessage(reply: Reply): { readonly text: string } {
  const lines = [
    `${marks[reply.mood]}${toMrkdwn(reply.heading)}`,
    ...reply.parts.flatMap(partLines),
    ...(reply.notes ?? []).map((note) => toMrkdwn(note)),
  ];
  return { text: cutMrkdwn(lines.join('\n'), 3_900) };
}

const size = (blocks: readonly KnownBlock[]): number => JSON.stringify(blocks).length;

/** The heading is bold as a whole. */
const withoutBold = (heading: Reply['heading']): Reply['heading'] =>
  typeof heading === 'string'
    ? heading
    : heading.map((span) => (typeof span === 'object' && 'bold' in span ? span.bold : span));

const section = (text: string): KnownBlock => ({
  type: 'section',
  text: { type: 'mrkdwn', text: text === '' ? ' ' : cutMrkdwn(text, limits.section), verbatim: true },
});

const context = (text: string): KnownBlock => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text: cutMrkdwn(text, limits.section), verbatim: true }],
});

function notesBlock(reply: Reply): readonly KnownBlock[] {
  const notes = reply.notes ?? [];
  if (notes.length === 0) return [];
  return [context(notes.map((note) => toMrkdwn(note)).join('\n'))];
}

function partBlocks(part: ReplyPart, tables: boolean): readonly KnownBlock[] {
  switch (part.kind) {
    case 'text':
      return [section(toMrkdwn(part.text))];
    case 'facts':
      return [
        section(
          part.facts.map(({ label, value }) => `*${plainToMrkdwn(label)}*  ${toMrkdwn(value)}`).join('\n'),
        ),
      ];
    case 'table':
      return [tables ? tableBlock(part) : codeBlock(tableText(part))];
    case 'items':
      return itemBlocks(part.items);
    case 'code':
      return [
        ...(part.title === undefined ? [] : [section(`*${plainToMrkdwn(part.title)}*`)]),
        codeBlock(part.text),
      ];
    case 'quote':
      return [
        section(
          strip(part.text)
            .split('\n')
            .map((line) => `> ${plainToMrkdwn(line)}`)
            .join('\n'),
        ),
      ];
    case 'buttons':
      return actionBlocks(part.buttons);
    case 'divider':
      return [{ type: 'divider' }];
  }
}

/** Text from outside as preformatted rich text: no character in it means anything. */
function codeBlock(text: string): KnownBlock {
  const shown = capText(strip(text), 2_800);
  return {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: shown === '' ? ' ' : shown }] },
    ],
  };
}

type TablePart = Extract<ReplyPart, { readonly kind: 'table' }>;

/** Cells are raw text: nothing in them is read as markup. Slack refuses empty ones. */
function tableBlock(part: TablePart): KnownBlock {
  const cell = (text: string): { readonly type: 'raw_text'; readonly text: string } => {
    const shown = capText(strip(text), 300);
    return { type: 'raw_text', text: shown === '' ? ' ' : shown };
  };
  const columns = part.columns.slice(0, limits.tableColumns);
  const rows: ReturnType<typeof cell>[][] = [columns.map(({ label }) => cell(label))];
  let characters = 0;
  for (const row of part.rows) {
    characters += row.join('').length;
    if (rows.length >= limits.tableRows || characters > limits.tableCharacters) break;
    rows.push(columns.map((_, index) => cell(row[index] ?? '')));
  }
  return {
    type: 'table',
    rows,
    column_settings: columns.map(({ align }) => ({ align: align ?? 'left' })),
  };
}

function tableText(part: TablePart): string {
  const rows = [part.columns.map(({ label }) => label), ...part.rows.map((row) => [...row])];
  const widths = part.columns.map((_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) => {
          const width = widths[column] ?? 0;
          return part.columns[column]?.align === 'right' ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Entries without buttons share a section; one button stands beside its text, more stand below it. */
function itemBlocks(items: readonly Item[]): readonly KnownBlock[] {
  const blocks: KnownBlock[] = [];
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) blocks.push(section(lines.join('\n')));
    lines = [];
  };
  for (const item of items) {
    const buttons = item.buttons ?? [];
    const text = cutMrkdwn(toMrkdwn(item.text), 900);
    if (buttons.length === 0) {
      if (lines.join('\n').length + text.length > limits.section - 100) flush();
      lines.push(`• ${text}`);
      continue;
    }
    flush();
    const [only] = buttons;
    if (buttons.length === 1 && only !== undefined) {
      blocks.push({
        type: 'section',
        text: { type: 'mrkdwn', text, verbatim: true },
        accessory: buttonElement(only, 0),
      });
    } else blocks.push(section(text), ...actionBlocks(buttons));
  }
  flush();
  return blocks;
}

function actionBlocks(buttons: readonly Button[]): readonly KnownBlock[] {
  if (buttons.length === 0) return [];
  return [{ type: 'actions', elements: buttons.slice(0, limits.actions).map(buttonElement) }];
}

type ButtonElement = Extract<
  Extract<KnownBlock, { type: 'actions' }>['elements'][number],
  { type: 'button' }
>;

/** `action_id` is the verb, with a number where a block has it twice; the value says what it stands for. */
function buttonElement(button: Button, index: number): ButtonElement {
  const { press, confirm } = button;
  const plain = (text: string, most: number): { type: 'plain_text'; text: string; emoji: boolean } => ({
    ...{ type: 'plain_text', text: capText(strip(text), most), emoji: false },
  });
  return {
    type: 'button',
    action_id: index === 0 ? press.verb : `${press.verb}:${index + 1}`,
    text: plain(button.label, limits.button),
    value: press.kind === 'words' ? press.words.slice(0, limits.value) : press.requestId,
    ...(button.style === undefined ? {} : { style: button.style }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(confirm.title, limits.confirmTitle),
            text: plain(confirm.text, limits.confirmText),
            confirm: plain(confirm.yes, limits.confirmButton),
            deny: plain(confirm.no, limits.confirmButton),
          },
        }),
  };
}

function partLines(part: ReplyPart): readonly string[] {
  switch (part.kind) {
    case 'text':
      return [toMrkdwn(part.text)];
    case 'facts':
      return part.facts.map(({ label, value }) => `${plainToMrkdwn(label)}: ${toMrkdwn(value)}`);
    case 'table':
      return tableText(part).split('\n').map(plainToMrkdwn);
    case 'items':
      return part.items.map((item) => `• ${toMrkdwn(item.text)}`);
    case 'code':
    case 'quote':
      return [plainToMrkdwn(capText(part.text, 1_000))];
    default:
      return [];
  }
}
