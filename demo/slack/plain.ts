import type { Message } from './timeline.ts';

type Json = Readonly<Record<string, unknown>>;

/** A message as text for a terminal and for the output of failing tests. */
export function renderPlain(message: Pick<Message, 'text' | 'blocks'>): string {
  const lines = message.blocks.map(blockText).filter((line) => line !== '');
  return lines.length === 0 ? decode(message.text) : lines.join('\n');
}

function blockText(block: unknown): string {
  if (!isJson(block)) return '';
  switch (block['type']) {
    case 'header':
    case 'section': {
      const fields = list(block['fields']).map(textOf);
      const accessory = isJson(block['accessory']) ? ` ${elementText(block['accessory'])}` : '';
      return [textOf(block['text']), ...fields].filter((text) => text !== '').join('\n') + accessory;
    }
    case 'context':
      return list(block['elements'])
        .map((element) => `  ${textOf(element)}`)
        .join('\n');
    case 'actions':
      return list(block['elements']).map(elementText).join(' ');
    case 'divider':
      return '───';
    case 'table':
      return tableText(
        list(block['rows']).map((row) =>
          list(row).map((cell) => (isJson(cell) ? String(cell['text'] ?? richText(cell)) : '')),
        ),
      );
    case 'rich_text':
      return richText(block);
    default:
      return '';
  }
}

const elementText = (element: unknown): string => (isJson(element) ? `[${textOf(element['text'])}]` : '');

function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function richText(value: Json): string {
  return list(value['elements'])
    .map((element) => {
      if (!isJson(element)) return '';
      return element['elements'] === undefined ? String(element['text'] ?? '') : richText(element);
    })
    .join('');
}

const textOf = (value: unknown): string => (isJson(value) ? decode(String(value['text'] ?? '')) : '');

/** Mentions, channels, dates and links as they read, entities as characters. */
const decode = (text: string): string =>
  text
    .replace(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(
      /<([@#!])([^|>]*)(?:\|([^>]*))?>/g,
      (_, mark: string, id: string, label?: string) => `${mark === '!' ? '@' : mark}${label ?? id}`,
    )
    .replace(/<([^|>]+)\|([^>]*)>/g, '$2 ($1)')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u2060', '');

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
