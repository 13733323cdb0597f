import { useEffect, useState } from 'react';
import type { Locale } from '../../../text.ts';

const key = 'queuekeeper-demo-language';
/** The server wrote it into the page. */
const startedWith = document.documentElement.lang;
const isLocale = (value: unknown): value is Locale => value === 'en' || value === 'zh-CN';

/** The chosen language, else what the demo was started with. Both panels share the choice, also across windows. */
export function useLocale(): readonly [Locale, (locale: Locale) => void] {
  const [locale, setLocale] = useState(readLocale);
  useEffect(() => {
    const onChange = (): void => setLocale(readLocale());
    window.addEventListener('storage', onChange);
    return () => window.removeEventListener('storage', onChange);
  }, []);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const choose = (next: Locale): void => {
    localStorage.setItem(key, next);
    setLocale(next);
  };
  return [locale, choose];
}

function readLocale(): Locale {
  const kept = localStorage.getItem(key);
  if (isLocale(kept)) return kept;
  return isLocale(startedWith) ? startedWith : 'en';
}
