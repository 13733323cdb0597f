import type { WorldNow } from '../../../model.ts';
import { panelText } from '../../../text.ts';
import { LanguageSwitch } from '../kit/language-switch.tsx';
import { type Live, useLive, useNow } from '../kit/use-live.ts';
import { useLocale } from '../kit/use-locale.ts';
import { useTheme } from '../kit/use-theme.ts';
import { Acts } from './acts.tsx';
import { Breaks } from './breaks.tsx';
import { Parts } from './parts.tsx';
import { Queues } from './queues.tsx';
import { Situations } from './situations.tsx';

export function WorldPage() {
  useTheme();
  const [locale, setLocale] = useLocale();
  const live = useLive<WorldNow>('world/stream');
  const text = panelText[locale];
  return (
    <main className="panel">
      <header className="panel-head">
        <h1>{text.title}</h1>
        <LanguageSwitch label={text.language} locale={locale} onLocale={setLocale} />
      </header>
      {live.kind === 'loading' ? (
        <p className="note">{text.loading}</p>
      ) : (
        <>
          <Freshness live={live} locale={locale} />
          <Parts parts={live.value.parts} text={text} />
          <Queues now={live.value} text={text} />
          <Situations now={live.value} text={text} locale={locale} />
          <Breaks breaks={live.value.breaks} acts={live.value.acts} text={text} />
          <Acts acts={live.value.acts} text={text} locale={locale} />
        </>
      )}
    </main>
  );
}

const staleAfterSeconds = 3;

/** Numbers that stand still look like numbers that are well: so it says when they were read. */
function Freshness({
  live,
  locale,
}: {
  readonly live: Exclude<Live<WorldNow>, { kind: 'loading' }>;
  readonly locale: 'en' | 'zh-CN';
}) {
  const text = panelText[locale];
  const now = useNow();
  const seconds = Math.max(0, Math.round((now - live.heardAt) / 1_000));
  if (live.kind === 'live' && seconds < staleAfterSeconds) return <p className="note">{text.live}</p>;
  return (
    <p className="note is-bad" role="status">
      {live.kind === 'lost' ? `${text.lost} ` : ''}
      {text.stale(seconds)}
    </p>
  );
}
