import type { Message, UnreadNews, View, WireEntry } from './types.ts';

/** One thing that happened in the simulated Slack. */
export type Change =
  | { readonly kind: 'message'; readonly how: 'added' | 'edited' | 'removed'; readonly message: Message }
  | { readonly kind: 'view'; readonly how: 'opened' | 'changed' | 'closed'; readonly view: View }
  | { readonly kind: 'unread'; readonly news: UnreadNews }
  | { readonly kind: 'wire'; readonly entry: WireEntry };

export interface StreamListener {
  readonly onChange: (change: Change) => void;
  /** Nothing is known of what was before, or no longer: everything has to be looked at anew. */
  readonly onStart: () => void;
  /** People, channels or panels are others now. */
  readonly onWorkspace: () => void;
  readonly onLive: (isLive: boolean) => void;
}

/**
 * Listens to what a person can see. After a broken line the browser connects again by itself and gets what it missed. A
 * window that nobody sees listens to nothing: a browser opens few lines to one host.
 */
export function listen(base: string, who: string, listener: StreamListener): () => void {
  let source: EventSource | undefined;
  let lastId = '';
  const open = (): void => {
    const query = new URLSearchParams({ who, ...(lastId === '' ? {} : { after: lastId }) });
    const opened = new EventSource(`${base}/stream?${query}`);
    opened.onopen = () => listener.onLive(true);
    opened.onerror = () => listener.onLive(false);
    const on = (kind: string, hear: (data: never) => void): void =>
      opened.addEventListener(kind, ({ data, lastEventId }: MessageEvent<string>) => {
        lastId = lastEventId;
        hear(JSON.parse(data) as never); // our own server writes so
      });
    on('message', (data: object) => listener.onChange({ kind: 'message', ...data } as Change));
    on('view', (data: object) => listener.onChange({ kind: 'view', ...data } as Change));
    on('unread', (news: UnreadNews) => listener.onChange({ kind: 'unread', news }));
    on('wire', (entry: WireEntry) => listener.onChange({ kind: 'wire', entry }));
    for (const kind of ['hello', 'reset']) on(kind, listener.onStart);
    for (const kind of ['workspace', 'panels']) on(kind, listener.onWorkspace);
    source = opened;
  };
  const close = (): void => {
    source?.close();
    source = undefined;
  };
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
