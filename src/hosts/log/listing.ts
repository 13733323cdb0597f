/** What `queuekeeper-log list` says. */
export interface Listing {
  /** Of the host's own clock. */
  readonly nowSeconds: number;
  readonly logs: ReadonlyMap<string, ListedLog>;
}

export interface ListedLog {
  readonly entries: readonly ListedFile[];
  /** The folder can't be listed: what the log was rotated to stays unseen. */
  readonly closed: boolean;
}

export interface ListedFile {
  readonly name: string;
  readonly kind: 'file' | 'link' | 'folder' | 'other';
  /** `device:inode`. */
  readonly file: string;
  readonly size: number;
  readonly changedSeconds: number;
}

const clockLine = /^queuekeeper: the time is (\d{9,11})$/;
const entryLine = /^([0-9a-f]{1,8}) (\d{1,20}:\d{1,20}) (\d{1,15}) (-?\d{1,12}) (.+)$/;
const kinds: Readonly<Record<number, ListedFile['kind']>> = { 8: 'file', 10: 'link', 4: 'folder' };

/** Undefined where it is not the whole answer to these paths. What a login prints around it does not matter. */
export function parseListing(text: string, paths: readonly string[]): Listing | undefined {
  const lines = text.split('\n');
  const nowSeconds = Number(lines.map((line) => clockLine.exec(line)?.[1]).find((found) => found));
  const starts = paths.map((path) => lines.indexOf(`log ${path}`));
  if (!Number.isFinite(nowSeconds) || starts.includes(-1)) return undefined;
  const logs = paths.map((path, index): [string, ListedLog] => {
    const own = lines.slice((starts[index] ?? 0) + 1, starts[index + 1]);
    const entries = own.flatMap((line) => parseEntry(line));
    return [path, { entries: onceEach(entries), closed: own.some((line) => line.startsWith('closed ')) }];
  });
  return { nowSeconds, logs: new Map(logs) };
}

function parseEntry(line: string): readonly ListedFile[] {
  const [, mode, file, size, changed, name] = entryLine.exec(line) ?? [];
  if (mode === undefined || file === undefined || name === undefined) return [];
  const kind = kinds[Number.parseInt(mode, 16) >> 12] ?? 'other';
  return [{ name, kind, file, size: Number(size), changedSeconds: Number(changed) }];
}

/** Two patterns may find the same name; two names may be one file. */
function onceEach(entries: readonly ListedFile[]): readonly ListedFile[] {
  const seen = new Set<string>();
  return entries.filter(({ file }) => {
    const isNew = !seen.has(file);
    seen.add(file);
    return isNew;
  });
}
