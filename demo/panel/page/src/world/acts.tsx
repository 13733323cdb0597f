import type { Act } from '../../../model.ts';
import type { Locale, PanelText } from '../../../text.ts';

interface Props {
  readonly acts: readonly Act[];
  readonly text: PanelText;
  readonly locale: Locale;
}

/** What the buttons did, newest first, in plain words; read aloud as it comes. */
export function Acts({ acts, text, locale }: Props) {
  return (
    <section aria-labelledby="acts">
      <h2 id="acts">{text.acts}</h2>
      {acts.length === 0 && <p className="note">{text.noActs}</p>}
      <div role="log" aria-labelledby="acts">
        <ol className="acts">
          {acts.map((act) => (
            <li
              key={act.number}
              data-act={`${act.how} ${act.id}`}
              className={act.result.kind === 'failed' ? 'is-bad' : ''}
            >
              <time dateTime={new Date(act.at).toISOString()}>
                {new Date(act.at).toLocaleTimeString(locale, { hour12: false })}
              </time>{' '}
              {sentence(act, text)}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

/** What an act did, in plain words. */
export function sentence({ id, how, result }: Act, text: PanelText): string {
  if (result.kind === 'failed') return text.failed(result.error);
  const { broke, mended } = text.list[id];
  return how === 'break' ? broke(result.facts) : mended(result.facts);
}
