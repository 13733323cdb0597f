import type { Act, BreakNow } from '../../../model.ts';
import type { PanelText } from '../../../text.ts';
import { send } from '../kit/send.ts';
import { sentence } from './acts.tsx';

interface Props {
  readonly breaks: readonly BreakNow[];
  /** Newest first. */
  readonly acts: readonly Act[];
  readonly text: PanelText;
}

/** One button each, which is the other one when it was pressed: what is broken can only be mended. */
export function Breaks({ breaks, acts, text }: Props) {
  return (
    <section aria-labelledby="breaks">
      <h2 id="breaks">{text.breaks}</h2>
      <ul className="breaks">
        {breaks.map((one) => (
          <BreakCard key={one.id} now={one} last={acts.find(({ id }) => id === one.id)} text={text} />
        ))}
      </ul>
    </section>
  );
}

interface CardProps {
  readonly now: BreakNow;
  /** What was done with it last. */
  readonly last: Act | undefined;
  readonly text: PanelText;
}

function BreakCard({ now: { id, isBroken, isBusy }, last, text }: CardProps) {
  const { title, about, break: breakIt, mend } = text.list[id];
  const how: Act['how'] = isBroken ? 'mend' : 'break';
  // A pressed button keeps the focus, so it is not disabled.
  const press = (): void => {
    if (!isBusy) void send(`world/${how}/${id}`);
  };
  return (
    <li className="break" data-break={id} data-broken={isBroken}>
      <div className="break-words">
        <h3 id={`break-${id}`}>
          {title} <span className="state">{isBroken ? text.broken : text.well}</span>
        </h3>
        <p>{about}</p>
        {last !== undefined && (
          <p className={last.result.kind === 'failed' ? 'last is-bad' : 'last'}>{sentence(last, text)}</p>
        )}
      </div>
      <button
        type="button"
        className={`button small ${isBroken ? 'primary' : ''}`}
        aria-describedby={`break-${id}`}
        aria-disabled={isBusy}
        aria-busy={isBusy}
        onClick={press}
      >
        {isBusy ? text.busy : isBroken ? mend : breakIt}
      </button>
    </li>
  );
}
