import type { Reply, ReplyPart } from '../../core/reply.ts';
import { strip } from '../../core/strip.ts';
import { toPlain } from './mrkdwn.ts';

const marks = { good: '✓', neutral: '·', working: '…', warning: '!', bad: '✗' } as const;

/** The same reply as text for a terminal. */
export function renderText(reply: Reply): string {
  const parts = reply.parts.map(partText).filter((text) => text !== '');
  const notes = (reply.notes ?? []).map((note) => `  ${toPlain(note)}`).join('\n');
  return [`${marks[reply.mood]} ${toPlain(reply.heading)}`, ...parts, ...(notes === '' ? [] : [notes])].join(
    '\n\n',
  );
}

function partText(part: ReplyPart): string {
  switch (part.kind) {
    case 'text':
      return toPlain(part.text);
    case 'facts': {
      const width = Math.max(0, ...part.facts.map(({ label }) => columns(label)));
      return part.facts.map(({ label, value }) => `${pad(label, width)}  ${toPlain(value)}`).join('\n');
    }
    case 'table':
      return tableText(part);
    case 'items':
      return part.items
        .map((item) => {
          const buttons = (item.buttons ?? []).map(({ label }) => ` [${label}]`).join('');
          return `• ${toPlain(item.text).replaceAll('\n', '\n  ')}${buttons}`;
        })
        .join('\n');
    case 'code':
      return `${part.title === undefined ? '' : `${part.title}\n`}${strip(part.text)
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n')}`;
    case 'quote':
      return strip(part.text)
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n');
    case 'buttons':
      return part.buttons.map(({ label }) => `[${label}]`).join(' ');
    case 'divider':
      return '──';
  }
}

function tableText(part: Extract<ReplyPart, { readonly kind: 'table' }>): string {
  const rows = [part.columns.map(({ label }) => label), ...part.rows.map((row) => row.map(strip))];
  const widths = part.columns.map((_, column) => Math.max(...rows.map((row) => columns(row[column] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((text, column) => {
          const width = widths[column] ?? 0;
          return part.columns[column]?.align === 'right' ? padStart(text, width) : pad(text, width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Chinese, Japanese and Korean characters take two columns of a terminal. */
const columns = (text: string): number =>
  [...text].reduce(
    (sum, character) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1),
    0,
  );

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)));
const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - columns(text))) + text;
