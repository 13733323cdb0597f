import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { AuditRow } from '../core/audit.ts';
import type { Log } from '../core/log.ts';

/** Anchors outside the database: a chain alone can't show that its end was cut off. */
export interface AnchorFile {
  /** Appends (seq, hash) after what must not be cut off unseen: OUTCOME and CLAIMED rows. */
  note(row: AuditRow): void;
  read(): ReadonlyMap<number, string>;
}

const anchored = new Set(['OUTCOME', 'CLAIMED']);

export function createAnchorFile(file: string | undefined, log: Log): AnchorFile {
  return {
    note(row) {
      if (file === undefined || !anchored.has(row.event)) return;
      try {
        appendFileSync(file, `${row.at} ${row.seq} ${row.hash}\n`, { mode: 0o600 });
      } catch (error) {
        log.error({ err: error }, 'an audit anchor can not be written');
      }
    },
    read() {
      if (file === undefined || !existsSync(file)) return new Map();
      const anchors = new Map<number, string>();
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        const [, , seq, hash] = line.split(' ');
        if (seq !== undefined && hash !== undefined) anchors.set(Number(seq), hash);
      }
      return anchors;
    },
  };
}
