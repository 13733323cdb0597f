import type { Fact, Item, Mood, Reply, ReplyPart } from '../core/reply.ts';
import { type Rich, type Span, spansOf } from '../core/rich.ts';
import { strip } from '../core/strip.ts';

const marks: Readonly<Record<Mood, string>> = {
  good: '[ok]',
  neutral: '',
  working: '[..]',
  warning: '[!]',
  bad: '[!!]',
};

/** A reply as text for a terminal: the same words as in Slack, without its buttons. Ends with a newline. */
export function renderReply(reply: Reply): string {
  const mark = marks[reply.mood];
  const heading = plain(reply.heading);
  return [
    mark === '' ? heading : `${mark} ${heading}`,
    ...reply.parts.flatMap(renderPart),
    ...(reply.notes ?? []).map((note) => `  ${plain(note)}`),
    '',
  ].join('\n');
}

function renderPart(part: ReplyPart): readonly string[] {
  switch (part.kind) {
    case 'text':
      return [plain(part.text)];
    case 'facts':
      return renderFacts(part.facts);
    case 'table':
      return renderTable(part.columns, part.rows);
    case 'items':
      return part.items.map(renderItem);
    case 'code':
      return [...(part.title === undefined ? [] : [strip(part.title)]), ...indent(part.text, '    ')];
    case 'quote':
      return indent(part.text, '  > ');
    case 'buttons':
      return [];
    case 'divider':
      return ['---'];
    case 'chart':
    case 'picture':
      // The numbers stand beside it.
      return [];
  }
}

function renderFacts(facts: readonly Fact[]): readonly string[] {
  const widest = Math.max(0, ...facts.map(({ label }) => width(strip(label))));
  return facts.map(({ label, value }) => `${pad(strip(label), widest, 'left')}  ${plain(value)}`);
}

function renderTable(
  columns: Extract<ReplyPart, { kind: 'table' }>['columns'],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const lines = [columns.map(({ label }) => label), ...rows].map((cells) => cells.map(onOneLine));
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => width(cells[at] ?? ''))));
  return lines.map((cells) =>
    columns
      .map(({ align }, at) => pad(cells[at] ?? '', widths[at] ?? 0, align ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
}

const renderItem = ({ text }: Item): string => `- ${plain(text).replaceAll('\n', '\n  ')}`;

const onOneLine = (text: string): string => strip(text).replaceAll(/\s+/g, ' ');

const indent = (text: string, by: string): readonly string[] =>
  strip(text)
    .split('\n')
    .map((line) => by + line);

const plain = (text: Rich): string => strip(spansOf(text).map(plainSpan).join(''));

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  if ('bold' in span) return span.bold;
  if ('code' in span) return span.code;
  if ('person' in span) return `@${span.person}`;
  if ('group' in span) return `@${span.group}`;
  if ('channel' in span) return `#${span.channel}`;
  if ('time' in span) return `${localTime(span.time, span.zone)} ${span.zone}`;
  return `${span.label} <${span.link}>`;
}

/** `2026-11-25 14:03:05` in this zone; Swedish writes times so. */
const localTime = (time: Date, timeZone: string): string => time.toLocaleString('sv-SE', { timeZone });

/** Columns on the screen: East Asian characters take two. */
const width = (text: string): number =>
  [...text].reduce(
    (sum, character) => sum + (/[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/u.test(character) ? 2 : 1),
    0,
  );

const pad = (text: string, to: number, align: 'left' | 'right'): string => {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return align === 'left' ? text + space : space + text;
};
