import { useState } from 'react';
import type { WorldNow } from '../../../model.ts';
import type { Locale, PanelText } from '../../../text.ts';
import { isAlone, offerWords } from '../kit/around.ts';
import { send } from '../kit/send.ts';

interface Props {
  readonly now: Pick<WorldNow, 'situations' | 'scene'>;
  readonly text: PanelText;
  readonly locale: Locale;
}

const channel = 'C0OPS';

/** One situation at a time: chosen, made, asked about, mended. */
export function Situations({ now: { situations, scene }, text, locale }: Props) {
  const [chosen, setChosen] = useState('');
  const words = text.situations;
  const playing = situations.find(({ id }) => id === scene.playing);
  const picked = chosen === '' ? (situations[0]?.id ?? '') : chosen;
  // A pressed button keeps the focus, so it is not disabled.
  const press = (): void => {
    if (!scene.isBusy) void send(playing === undefined ? `world/play/${picked}` : 'world/end');
  };
  return (
    <section aria-labelledby="situations" data-situation={playing?.id ?? ''}>
      <h2 id="situations">{words.title}</h2>
      <p className="note">{words.about}</p>
      <div className="scene">
        {playing === undefined ? (
          <select
            aria-label={words.choose}
            className="scene-choice"
            value={picked}
            onChange={(event) => setChosen(event.target.value)}
          >
            {situations.map(({ id, queue, title }) => (
              <option key={id} value={id}>
                {title[locale]} · {queue}
              </option>
            ))}
          </select>
        ) : (
          <p className="scene-choice" role="status">
            {words.now(playing.title[locale])}
          </p>
        )}
        <button
          type="button"
          className={`button small ${playing === undefined ? '' : 'primary'}`}
          aria-disabled={scene.isBusy}
          aria-busy={scene.isBusy}
          onClick={press}
        >
          {scene.isBusy ? text.busy : playing === undefined ? words.make : words.mend}
        </button>
      </div>
      {scene.failed !== undefined && <p className="note is-bad">{text.failed(scene.failed)}</p>}
      {playing !== undefined && !scene.isBusy && <Ask queue={playing.queue} text={text} />}
    </section>
  );
}

function Ask({ queue, text }: { readonly queue: string; readonly text: PanelText }) {
  const question = `/queue diagnose ${queue}`;
  return (
    <p className="scene-ask">
      {text.situations.ask} <code>{question}</code>{' '}
      {!isAlone() && (
        <button type="button" className="button small" onClick={() => offerWords(channel, question)}>
          {text.situations.put}
        </button>
      )}
    </p>
  );
}
