import { randomBytes } from 'node:crypto';
import type { SlackClock } from './clock.ts';

/** An uploaded file. */
export interface SlackFile {
  readonly id: string;
  readonly name: string;
  /** What was announced; an upload of another size is refused. */
  readonly length: number;
  readonly altText: string;
  title: string;
  bytes: Buffer | undefined;
  /** When blocks may use it, milliseconds; undefined until the upload was completed. */
  readyAt: number | undefined;
}

/** Uploads in three steps: https://docs.slack.dev/messaging/working-with-files#upload */
export interface Files {
  announce(file: Pick<SlackFile, 'name' | 'length' | 'altText'>): SlackFile;
  find(id: string): SlackFile | undefined;
  all(): readonly SlackFile[];
  /** Puts back files of an earlier life. */
  restore(files: readonly SlackFile[]): void;
  complete(file: SlackFile, title: string | undefined): void;
  /** Images can be used in blocks only some seconds after the upload. */
  isReady(id: string): boolean;
}

/** Reported, not documented: until then blocks with the file are `invalid_blocks`. */
const readyAfterMs = 1_500;

export function createFiles(clock: SlackClock): Files {
  const files = new Map<string, SlackFile>();
  /** By the time that was lived; of an earlier life all are ready. */
  const dueAt = new Map<string, number>();
  return {
    announce(announced) {
      const id = `F${randomBytes(5).toString('hex').toUpperCase()}`;
      const file: SlackFile = {
        ...announced,
        id,
        title: announced.name,
        bytes: undefined,
        readyAt: undefined,
      };
      files.set(id, file);
      return file;
    },
    find: (id) => files.get(id),
    all: () => [...files.values()],
    restore(kept) {
      for (const file of kept) files.set(file.id, file);
    },
    complete(file, title) {
      file.title = title ?? file.title;
      file.readyAt = clock.now() + readyAfterMs;
      dueAt.set(file.id, clock.lived() + readyAfterMs);
    },
    isReady(id) {
      return (
        files.get(id)?.readyAt !== undefined && clock.lived() >= (dueAt.get(id) ?? Number.NEGATIVE_INFINITY)
      );
    },
  };
}

/** How the types that a browser shows begin, as latin1. */
const beginnings: readonly (readonly [start: string, type: string])[] = [
  ['\x89PNG', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF8', 'image/gif'],
];

/** Told by the bytes alone: what an app says of its file is not believed. */
export function mediaTypeOf(bytes: Buffer): string {
  const start = bytes.subarray(0, 12).toString('latin1');
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'image/webp';
  return beginnings.find(([beginning]) => start.startsWith(beginning))?.[1] ?? 'application/octet-stream';
}
