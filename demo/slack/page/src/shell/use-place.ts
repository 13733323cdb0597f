import { useCallback, useEffect, useState } from 'react';
import { readPlace, type WindowPlace, writePlace } from './place.ts';

/** The window's place, kept in its address; the browser's back button works. */
export function usePlace(): readonly [WindowPlace, (change: Partial<WindowPlace>) => void] {
  const [place, setPlace] = useState(() => readPlace(location.search));
  useEffect(() => {
    const onBack = (): void => setPlace(readPlace(location.search));
    window.addEventListener('popstate', onBack);
    return () => window.removeEventListener('popstate', onBack);
  }, []);
  const go = useCallback((change: Partial<WindowPlace>): void => {
    const next = { ...readPlace(location.search), ...change };
    history.pushState(null, '', writePlace(next));
    setPlace(next);
  }, []);
  return [place, go];
}
