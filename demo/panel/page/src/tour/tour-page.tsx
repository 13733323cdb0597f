import type { StepNow, TourNow } from '../../../../tour/model.ts';
import { type TourText, tourText } from '../../../../tour/text.ts';
import { LanguageSwitch } from '../kit/language-switch.tsx';
import { send } from '../kit/send.ts';
import { useLive } from '../kit/use-live.ts';
import { useLocale } from '../kit/use-locale.ts';
import { useTheme } from '../kit/use-theme.ts';
import { StepCard } from './step-card.tsx';

export function TourPage() {
  useTheme();
  const [locale, setLocale] = useLocale();
  const live = useLive<TourNow>('tour/stream');
  const text = tourText[locale];
  const steps = live.kind === 'loading' ? undefined : live.value.steps;
  return (
    <main className="panel">
      <header className="panel-head">
        <h1>{text.title}</h1>
        <LanguageSwitch label={text.language} locale={locale} onLocale={setLocale} />
      </header>
      {live.kind === 'lost' && (
        <p className="note is-bad" role="status">
          {text.lost}
        </p>
      )}
      {live.kind === 'live' && live.value.isBlind && steps !== undefined && (
        <p className="note is-bad" role="status">
          {text.blind}
        </p>
      )}
      {steps === undefined ? <p className="note">{text.loading}</p> : <Steps steps={steps} text={text} />}
    </main>
  );
}

function Steps({ steps, text }: { readonly steps: readonly StepNow[]; readonly text: TourText }) {
  const isOver = steps.every(({ state }) => state === 'done' || state === 'skipped');
  const done = steps.filter(({ state }) => state === 'done').length;
  return (
    <>
      <p className="note" role="status">
        {text.progress(done, steps.length)}
      </p>
      <ol className="steps">
        {steps.map((step) => (
          <StepCard key={step.id} step={step} text={text} />
        ))}
      </ol>
      {isOver && <p className="over">{text.over}</p>}
      <p className="tour-end">
        {!isOver && (
          <button type="button" className="button small" onClick={() => void send('tour/skip/all')}>
            {text.skipAll}
          </button>
        )}
        <button type="button" className="button small" onClick={() => void send('tour/again')}>
          {text.again}
        </button>
      </p>
    </>
  );
}
