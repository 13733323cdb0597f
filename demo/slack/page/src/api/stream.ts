import type { Message, View, WireEntry } from './types.ts';

/** One thing that happened in the simulated Slack. */
export type Change =
  | { readonly kind: 'message'; readonly how: 'added' | 'edited' | 'removed'; readonly message: Message }
  | { readonly kind: 'view'; readonly how: 'opened' | 'changed' | 'closed'; readonly view: View }
  | { readonly kind: 'wire'; readonly entry: WireEntry };

export interface StreamListener {
  readonly onChange: (change: Change) => void;
  /** The line is up: at first, and again after it broke. */
  readonly onOpen: () => void;
  readonly onLost: () => void;
}

/** Listens to what a person can see. The browser connects again by itself; a hidden window listens to nothing. */
export function listen(base: string, who: string, listener: StreamListener): () => void {
  let source: EventSource | undefined;
  const open = (): void => {
    source = new EventSource(`${base}/stream?who=${encodeURIComponent(who)}`);
    source.onopen = listener.onOpen;
    source.onerror = listener.onLost;
    const on = (kind: string, read: (data: never) => Change): void =>
      source?.addEventListener(
        kind,
        (event: MessageEvent<string>) => listener.onChange(read(JSON.parse(event.data) as never)), // our own server writes so
      );
    on('message', (data: object) => ({ kind: 'message', ...data }) as Change);
    on('view', (data: object) => ({ kind: 'view', ...data }) as Change);
    on('wire', (entry: WireEntry) => ({ kind: 'wire', entry }));
  };
  const close = (): void => {
    source?.close();
    source = undefined;
  };
  // A browser opens few lines to one host; a window that nobody sees takes none of them.
  const onVisibility = (): void => {
    if (document.hidden) close();
    else if (source === undefined) open();
  };
  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
