import { useEffect, useState } from 'react';
import type { ThemeChoice } from './sidebar.tsx';

/** Panels in frames read it too, and hear of a change by the `storage` event. */
const key = 'simulated-slack-theme';
const isDark = (): boolean => window.matchMedia('(prefers-color-scheme: dark)').matches;

/** The chosen colours, what they come to now, and the way to choose others. */
export function useTheme(): readonly [ThemeChoice, 'light' | 'dark', (choice: ThemeChoice) => void] {
  const [choice, setChoice] = useState(readChoice);
  const [system, setSystem] = useState<'light' | 'dark'>(isDark() ? 'dark' : 'light');
  useEffect(() => {
    const query = window.matchMedia('(prefers-color-scheme: dark)');
    const onChange = (): void => setSystem(isDark() ? 'dark' : 'light');
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, []);
  const shown = choice === 'system' ? system : choice;
  useEffect(() => {
    document.documentElement.dataset['theme'] = shown;
  }, [shown]);
  const choose = (next: ThemeChoice): void => {
    localStorage.setItem(key, next);
    setChoice(next);
  };
  return [choice, shown, choose];
}

function readChoice(): ThemeChoice {
  const kept = localStorage.getItem(key);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}
