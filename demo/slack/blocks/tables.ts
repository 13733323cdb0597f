import { isJson, type Json, list, text } from '../json.ts';
import { checkCount, checkLength, type Say } from './report.ts';

const cellTypes = ['raw_text', 'raw_number', 'rich_text'];
const mostColumns = 20;
/** Over all tables of a message, though no single cell is too long. */
const mostCharacters = 10_000;

/** https://docs.slack.dev/reference/block-kit/blocks/table-block */
export function checkTable(block: Json, at: string, say: Say): void {
  const rows = list(block['rows']);
  checkCount(rows, 1, 100, `${at}/rows`, say);
  checkRows(rows, `${at}/rows`, say);
  if (countCharacters(rows) > mostCharacters)
    say(`${at}/rows`, `tables may have no more than ${mostCharacters} characters`);
  checkCount(list(block['column_settings']), 0, mostColumns, `${at}/column_settings`, say);
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
export function checkDataTable(block: Json, at: string, say: Say): void {
  const rows = list(block['rows']);
  checkCount(rows, 2, 101, `${at}/rows`, say);
  checkRows(rows, `${at}/rows`, say);
  if (text(block['caption']) === '') say(at, 'missing required field: caption');
  const [header = [], ...others] = rows.map(list);
  header.forEach((cell, column) => {
    if (isJson(cell) && cell['type'] === 'rich_text')
      say(`${at}/rows/0/${column}/type`, 'unsupported type: rich_text');
  });
  others.forEach((row, index) => {
    if (row.length !== header.length)
      say(`${at}/rows/${index + 1}`, `must have ${header.length} cells as the header`);
  });
  const size = block['page_size'];
  if (size !== undefined && !(typeof size === 'number' && size >= 1 && size <= 100))
    say(`${at}/page_size`, 'must be between 1 and 100');
}

function checkRows(rows: readonly unknown[], at: string, say: Say): void {
  rows.forEach((row, index) => {
    checkCount(list(row), 1, mostColumns, `${at}/${index}`, say);
    list(row).forEach((cell, column) => {
      checkCell(cell, `${at}/${index}/${column}`, say);
    });
  });
}

function checkCell(cell: unknown, at: string, say: Say): void {
  if (!isJson(cell)) {
    say(at, 'must be an object');
    return;
  }
  const type = String(cell['type']);
  if (!cellTypes.includes(type)) say(`${at}/type`, `unsupported type: ${type}`);
  if (type === 'raw_text') checkLength(text(cell['text']), 1, mostCharacters, `${at}/text`, say);
}

function countCharacters(rows: readonly unknown[]): number {
  const cells = rows.flatMap(list).filter(isJson);
  return cells.reduce(
    (sum, cell) => sum + JSON.stringify(cell['text'] ?? cell['elements'] ?? '').length - 2,
    0,
  );
}
