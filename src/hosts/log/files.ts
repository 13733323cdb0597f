import type { ListedFile, ListedLog } from './listing.ts';
import { disorderMs } from './log-time.ts';

/** What of a log is read for a window, and what can't be. */
export interface ChosenFiles {
  /** Newest first. */
  readonly files: readonly ChosenFile[];
  readonly unread: readonly UnreadFile[];
}

export interface ChosenFile extends ListedFile {
  readonly packed: boolean;
}

export interface UnreadFile {
  readonly why: 'refused' | 'failed';
  /** In the words of an operating system, for whoever will mend it. */
  readonly detail: string;
}

const otherPacking = /\.(?:xz|bz2|zst|lz4|lzma|lzo|br|zip|Z)$/;

/**
 * What was last written before the window can hold nothing of it; the newest is looked at all the same, since times of files
 * can be wrong. A link is named whatever its age, which is not that of what it shows.
 */
export function chooseFiles(path: string, { entries, closed }: ListedLog, from: number): ChosenFiles {
  const names = new Set(entries.map(({ name }) => name));
  const isRecent = ({ changedSeconds }: ListedFile): boolean => changedSeconds * 1000 >= from - disorderMs;
  // While it is being packed there are both.
  const isTwin = ({ name }: ListedFile): boolean => name.endsWith('.gz') && names.has(name.slice(0, -3));
  const regular = entries.filter((entry) => entry.kind === 'file' && !isTwin(entry));
  const newest = [...regular].sort((a, b) => b.changedSeconds - a.changedSeconds)[0];
  const recent = regular.filter((entry) => entry === newest || isRecent(entry));
  const links = entries.filter(({ kind }) => kind === 'link');
  const own = entries.find(({ name }) => name === path || name === `./${path}`);
  return {
    files: recent
      .filter(({ name }) => !otherPacking.test(name))
      .map((entry) => ({ ...entry, packed: entry.name.endsWith('.gz') }))
      .sort((a, b) => b.changedSeconds - a.changedSeconds || Number(b === own) - Number(a === own)),
    unread: [
      ...(entries.length === 0 ? [{ why: 'failed', detail: `${path}: no such file` } as const] : []),
      ...links.map(({ name }) => ({ why: 'refused', detail: `${name}: symbolic link` }) as const),
      ...(own?.kind === 'folder' || own?.kind === 'other'
        ? [{ why: 'failed', detail: `${path}: not a regular file` } as const]
        : []),
      ...(closed ? [{ why: 'refused', detail: `${path}: its folder can not be listed` } as const] : []),
      ...recent
        .filter(({ name }) => otherPacking.test(name))
        .map(({ name }) => ({ why: 'failed', detail: `${name}: packed, but not by gzip` }) as const),
    ],
  };
}
