import { useEffect, useState } from 'react';

export type Live<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'live' | 'lost'; readonly value: T; readonly heardAt: number };

/**
 * The newest value that a stream sent. A browser opens few lines to one host, and several windows may be open: one that
 * nobody sees takes none of them.
 */
export function useLive<T>(address: string): Live<T> {
  const [live, setLive] = useState<Live<T>>({ kind: 'loading' });
  useEffect(() => {
    let source: EventSource | undefined;
    const close = (): void => {
      source?.close();
      source = undefined;
    };
    const open = (): void => {
      if (source !== undefined || document.hidden) return;
      source = new EventSource(address);
      source.addEventListener(
        'state',
        (event: MessageEvent<string>) =>
          setLive({ kind: 'live', value: JSON.parse(event.data) as T, heardAt: Date.now() }), // our own server wrote it
      );
      // The browser connects again by itself.
      source.onerror = () =>
        setLive((before) => (before.kind === 'loading' ? before : { ...before, kind: 'lost' }));
    };
    const onVisibility = (): void => (document.hidden ? close() : open());
    document.addEventListener('visibilitychange', onVisibility);
    open();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      close();
    };
  }, [address]);
  return live;
}

/** Unix milliseconds, every second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
