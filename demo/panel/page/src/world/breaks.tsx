import type { Act, BreakNow } from '../../../model.ts';
import type { PanelText } from '../../../text.ts';
import { send } from '../kit/send.ts';

/** One button each, which is the other one when it was pressed: what is broken can only be mended. */
export function Breaks({ breaks, text }: { readonly breaks: readonly BreakNow[]; readonly text: PanelText }) {
  return (
    <section aria-labelledby="breaks">
      <h2 id="breaks">{text.breaks}</h2>
      <ul className="breaks">
        {breaks.map((one) => (
          <BreakCard key={one.id} now={one} text={text} />
        ))}
      </ul>
    </section>
  );
}

function BreakCard({
  now: { id, isBroken, isBusy },
  text,
}: {
  readonly now: BreakNow;
  readonly text: PanelText;
}) {
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
