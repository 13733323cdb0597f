import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session } from '../state/session.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Store } from '../state/store.ts';

/** What the page's parts work with. */
export interface PageParts {
  readonly store: Store;
  readonly session: Session;
  readonly load: Load;
  readonly now: () => number;
}

/** Brings what is not there yet; what can't be brought becomes a notice. */
export interface Load {
  readonly channel: (id: string) => void;
  readonly older: (channel: string) => void;
  readonly thread: (channel: string, ts: string) => void;
}

const PageContext = createContext<PageParts | undefined>(undefined);

export const PageProvider = PageContext.Provider;

export function usePage(): PageParts {
  const parts = useContext(PageContext);
  if (parts === undefined) throw new Error('this part stands outside of the page');
  return parts;
}

/** A part of what the page knows; drawn again only when that part is another one. */
export function useSnapshot<T>(select: (snapshot: Snapshot) => T): T {
  const { store } = usePage();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
