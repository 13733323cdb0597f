import type { Line } from './bench.ts';

const heads = ['what', 'Queuekeeper', 'beside it', 'ratio', 'asked', 'holds'];

/** Markdown, padded so that it reads well in a terminal too. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map(({ what, ours, rival, ratio, asked, holds }) => [
    ...[what, ours, rival, ratio, asked],
    holds === undefined ? '' : holds ? 'yes' : '**no**',
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
