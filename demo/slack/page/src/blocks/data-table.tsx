import { useId, useState } from 'react';
import { list, objects, text } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import type { BlockProps } from './simple.tsx';
import { Cell, cellNumber } from './table.tsx';

const usualPage = 5;

interface Order {
  readonly column: number;
  readonly isDown: boolean;
}

/** Pages, sorting and a filter: https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
export function DataTable({ block }: BlockProps) {
  const [header = [], ...rows] = list(block['rows']).map((row) => objects(row));
  const size = typeof block['page_size'] === 'number' ? block['page_size'] : usualPage;
  const named = Number(block['row_header_column_index'] ?? 0);
  const [query, setQuery] = useState('');
  const [order, setOrder] = useState<Order>();
  const [page, setPage] = useState(0);
  const captionId = useId();
  const found = sorted(
    rows.filter((row) => row.some((cell) => cellWords(cell).toLowerCase().includes(query.toLowerCase()))),
    order,
  );
  const pages = Math.max(1, Math.ceil(found.length / size));
  const at = Math.min(page, pages - 1);
  return (
    <div className="data-table">
      <div className="data-table-top">
        <div id={captionId} className="caption">
          {text(block['caption'])}
        </div>
        <input
          className="field"
          type="search"
          placeholder="Filter"
          aria-label={`Filter ${text(block['caption'])}`}
          value={query}
          onChange={({ target }) => setQuery(target.value)}
        />
      </div>
      <section className="table-frame" tabIndex={0} aria-labelledby={captionId}>
        <table className="table" aria-labelledby={captionId}>
          <thead>
            <tr>
              {header.map((cell, column) => (
                <SortHeader
                  key={column}
                  cell={cell}
                  look={lookOf(rows[0]?.[column] ?? cell)}
                  direction={order?.column === column ? (order.isDown ? 'descending' : 'ascending') : 'none'}
                  onSort={() =>
                    setOrder({ column, isDown: order?.column === column ? !order.isDown : false })
                  }
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {found.slice(at * size, (at + 1) * size).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => {
                  const Tag = column === named ? 'th' : 'td';
                  return (
                    <Tag
                      key={column}
                      {...(column === named ? { scope: 'row' } : {})}
                      className={lookOf(cell)}
                    >
                      <Cell cell={cell} />
                    </Tag>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {pages > 1 && (
        <div className="pager">
          <button type="button" className="button small" disabled={at === 0} onClick={() => setPage(at - 1)}>
            Previous
          </button>
          <span>
            {at + 1} of {pages}
          </span>
          <button
            type="button"
            className="button small"
            disabled={at === pages - 1}
            onClick={() => setPage(at + 1)}
          >
            Next
          </button>
        </div>
      )}
    </div>
  );
}

interface HeaderProps {
  readonly cell: Json;
  readonly look: string;
  readonly direction: 'ascending' | 'descending' | 'none';
  readonly onSort: () => void;
}

const SortHeader = ({ cell, look, direction, onSort }: HeaderProps) => (
  <th scope="col" aria-sort={direction} className={look}>
    <button type="button" className="sort" onClick={onSort}>
      <Cell cell={cell} />
      <span aria-hidden="true">{{ ascending: ' ↑', descending: ' ↓', none: '' }[direction]}</span>
    </button>
  </th>
);

const lookOf = (cell: Json): string => (cell['type'] === 'raw_number' ? 'right' : 'left');

const cellWords = (cell: Json): string =>
  cell['type'] === 'raw_number'
    ? cellNumber(cell)
    : text(cell['text']) || JSON.stringify(cell['elements'] ?? '');

function sorted(rows: readonly (readonly Json[])[], order: Order | undefined): readonly (readonly Json[])[] {
  if (order === undefined) return rows;
  const sign = order.isDown ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [one[order.column] ?? {}, other[order.column] ?? {}];
    const [x, y] = [a['value'], b['value']];
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
    return sign * cellWords(a).localeCompare(cellWords(b));
  });
}
