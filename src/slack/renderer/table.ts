import type { KnownBlock } from '@slack/types';
import type { ReplyPart } from '../../core/reply.ts';
import { capText, strip } from '../../core/strip.ts';
import { sizeOf } from './room.ts';

export type TablePart = Extract<ReplyPart, { readonly kind: 'table' }>;

/** Slack's limits; its characters are counted over all cells. */
const limits = { rows: 100, columns: 20, characters: 9_500, cell: 300 } as const;

interface Cell {
  readonly type: 'raw_text';
  readonly text: string;
}

/**
 * As many rows as fit within so many characters of JSON; `complete` is false where some were left out. Cells are raw
 * text, so nothing in them is read as markup.
 */
export function tableBlock(
  part: TablePart,
  room: number,
): { readonly block: KnownBlock; readonly complete: boolean } {
  const columns = part.columns.slice(0, limits.columns);
  const settings = columns.map(({ align }) => ({ align: align ?? ('left' as const) }));
  const rows: Cell[][] = [columns.map(({ label }) => cellOf(label))];
  let size = sizeOf([{ type: 'table', rows, column_settings: settings }]);
  let characters = textIn(rows[0] ?? []);
  for (const row of part.rows) {
    const cells = columns.map((_, index) => cellOf(row[index] ?? ''));
    size += sizeOf(cells) + 1;
    characters += textIn(cells);
    if (rows.length >= limits.rows || size > room || characters > limits.characters) break;
    rows.push(cells);
  }
  return {
    block: { type: 'table', rows, column_settings: settings },
    complete: rows.length > part.rows.length && columns.length === part.columns.length,
  };
}

/** Slack refuses empty cells. */
function cellOf(text: string): Cell {
  const shown = capText(strip(text), limits.cell);
  return { type: 'raw_text', text: shown === '' ? ' ' : shown };
}

const textIn = (cells: readonly Cell[]): number =>
  cells.reduce((sum, { text }) => sum + JSON.stringify(text).length, 0);

/** The table as lines for a fixed-width font. */
export function tableLines(part: TablePart): readonly string[] {
  const line = (cells: readonly string[]): readonly string[] =>
    part.columns.map((_, index) => capText(strip(cells[index] ?? '').replaceAll('\n', ' '), 60));
  const rows = [line(part.columns.map(({ label }) => label)), ...part.rows.map(line)];
  const widths = part.columns.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  const pad = (text: string, column: number): string => {
    const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(text)));
    return part.columns[column]?.align === 'right' ? space + text : text + space;
  };
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

/** East Asian characters take two columns. */
const widthOf = (text: string): number =>
  [...text].reduce(
    (sum, character) => sum + (/[ᄀ-ᅟ⺀-꓏가-힣豈-﫿︰-﹏＀-｠￠-￦]/u.test(character) ? 2 : 1),
    0,
  );
