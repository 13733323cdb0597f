import { isJson, list, objects, text } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import { RichText } from './rich-text.tsx';
import type { BlockProps } from './simple.tsx';

/** https://docs.slack.dev/reference/block-kit/blocks/table-block: the first row is the header. */
export function Table({ block }: BlockProps) {
  const [header = [], ...rows] = list(block['rows']).map((row) => objects(row));
  const settings = list(block['column_settings']);
  return (
    <section className="table-frame" tabIndex={0} aria-label="Table">
      <table className="table">
        <thead>
          <tr>
            {header.map((cell, column) => (
              <th key={column} scope="col" className={look(settings[column])}>
                <Cell cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} className={look(settings[column])}>
                  <Cell cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Left unless it says otherwise; cut unless it says that it is wrapped. */
function look(settings: unknown): string {
  if (!isJson(settings)) return 'left';
  const align = settings['align'] === 'right' || settings['align'] === 'center' ? settings['align'] : 'left';
  return settings['is_wrapped'] === true ? `${align} wrapped` : align;
}

export function Cell({ cell }: { readonly cell: Json }) {
  if (cell['type'] === 'rich_text') return <RichText block={cell} />;
  if (cell['type'] === 'raw_number') return cellNumber(cell);
  return text(cell['text']);
}

/** A number's own words, or the number as this locale writes it. */
export function cellNumber(cell: Json): string {
  const value = cell['value'];
  if (text(cell['text']) !== '') return text(cell['text']);
  return typeof value === 'number' ? value.toLocaleString('en-US') : String(value ?? '');
}
