import { useEffect } from 'react';

/** Light or dark as the page around says (`?theme=`), else as the system is. */
export function useTheme(): void {
  useEffect(() => {
    const given = new URLSearchParams(location.search).get('theme');
    const query = window.matchMedia('(prefers-color-scheme: dark)');
    const show = (): void => {
      const system = query.matches ? 'dark' : 'light';
      document.documentElement.dataset['theme'] = given === 'dark' || given === 'light' ? given : system;
    };
    show();
    query.addEventListener('change', show);
    return () => query.removeEventListener('change', show);
  }, []);
}
