import { isJson, list, objects, text } from '../api/json.ts';
import type { Json } from '../api/types.ts';
import type { BlockProps } from './simple.tsx';

const width = 480;
const height = 200;
const bottom = 22;

interface Series {
  readonly name: string;
  readonly points: readonly { readonly label: string; readonly value: number }[];
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export function Chart({ block }: BlockProps) {
  const chart = isJson(block['chart']) ? block['chart'] : {};
  const type = text(chart['type']);
  const series = type === 'pie' ? [{ name: '', points: pointsOf(chart['segments']) }] : seriesOf(chart);
  return (
    <figure className="chart">
      <figcaption>{text(block['title'])}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={spoken(text(block['title']), series)}>
        {type === 'pie' ? <Pie points={series[0]?.points ?? []} /> : <Plot type={type} series={series} />}
      </svg>
      <ul className="legend">
        {(type === 'pie'
          ? (series[0]?.points ?? []).map(({ label, value }) => `${label} ${value}`)
          : series.map(({ name }) => name)
        )
          .filter((name) => name !== '')
          .map((name, index) => (
            <li key={name}>
              <svg viewBox="0 0 10 10" aria-hidden="true">
                <rect width="10" height="10" rx="2" className={`hue-${index % 6}`} />
              </svg>
              {name}
            </li>
          ))}
      </ul>
    </figure>
  );
}

const pointsOf = (value: unknown): Series['points'] =>
  objects(value).map((point) => ({ label: text(point['label']), value: Number(point['value'] ?? 0) }));

const seriesOf = (chart: Json): readonly Series[] =>
  objects(chart['series']).map((one) => ({ name: text(one['name']), points: pointsOf(one['data']) }));

const spoken = (title: string, series: readonly Series[]): string =>
  [
    title,
    ...series.map(
      ({ name, points }) => `${name} ${points.map(({ label, value }) => `${label}: ${value}`).join(', ')}`,
    ),
  ]
    .join('. ')
    .trim();

function Pie({ points }: { readonly points: Series['points'] }) {
  const sum = points.reduce((all, { value }) => all + Math.max(0, value), 0) || 1;
  const radius = 80;
  let turn = -0.25;
  return points.map(({ label, value }, index) => {
    const share = Math.min(0.9999, Math.max(0, value) / sum);
    const [from, to] = [turn, turn + share];
    turn = to;
    const at = (part: number): string =>
      `${width / 2 + radius * Math.cos(2 * Math.PI * part)} ${height / 2 + radius * Math.sin(2 * Math.PI * part)}`;
    const path = `M${width / 2} ${height / 2} L${at(from)} A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${at(to)} Z`;
    return <path key={label} d={path} className={`hue-${index % 6}`} />;
  });
}

function Plot({ type, series }: { readonly type: string; readonly series: readonly Series[] }) {
  const labels = [...new Set(series.flatMap(({ points }) => points.map(({ label }) => label)))];
  const values = series.flatMap(({ points }) => points.map(({ value }) => value));
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const y = (value: number): number => 8 + (height - bottom - 8) * (1 - (value - low) / (high - low || 1));
  const step = width / Math.max(1, labels.length);
  const x = (label: string): number => step * (labels.indexOf(label) + 0.5);
  return (
    <>
      <line x1="0" x2={width} y1={y(0)} y2={y(0)} className="axis" />
      {series.map(({ name, points }, index) =>
        type === 'bar' ? (
          points.map(({ label, value }) => {
            const wide = (step * 0.7) / series.length;
            const left = x(label) - step * 0.35 + index * wide;
            return (
              <rect
                key={`${name} ${label}`}
                className={`hue-${index % 6}`}
                x={left}
                width={wide}
                y={Math.min(y(0), y(value))}
                height={Math.abs(y(value) - y(0))}
              />
            );
          })
        ) : (
          <Line
            key={name}
            isArea={type === 'area'}
            index={index}
            base={y(0)}
            dots={points.map((point) => [x(point.label), y(point.value)])}
          />
        ),
      )}
      {labels.map((label) => (
        <text key={label} x={x(label)} y={height - 6} textAnchor="middle" className="tick">
          {label}
        </text>
      ))}
    </>
  );
}

interface LineProps {
  readonly isArea: boolean;
  readonly index: number;
  readonly base: number;
  readonly dots: readonly (readonly [number, number] | number[])[];
}

function Line({ isArea, index, base, dots }: LineProps) {
  const path = dots.map((dot) => dot.join(',')).join(' ');
  const [first] = dots;
  const last = dots.at(-1);
  return (
    <>
      {isArea && list(first).length > 0 && (
        <polygon
          points={`${first?.[0]},${base} ${path} ${last?.[0]},${base}`}
          className={`area hue-${index % 6}`}
        />
      )}
      <polyline points={path} className={`line hue-${index % 6}`} />
    </>
  );
}
