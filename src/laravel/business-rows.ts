import type { AppDescription, OutcomeRule } from '../core/app-description.ts';
import type { MissingPart } from '../core/reading.ts';
import { capText, strip } from '../core/strip.ts';
import type { BusinessReader, FoundRow } from '../operations/ports.ts';
import { type AppDatabase, quoteName, type Row } from './database.ts';

const searchLimitMs = 2_000;
const shownPerTable = 5;
const keysAtOnce = 500;

/**
 * The rows in which a job's success shows. The condition is the operator's own SQL; it runs on the read-only account, in a
 * read-only transaction, bounded in time and to one row.
 */
export function createBusinessRows(database: AppDatabase, description: AppDescription): BusinessReader {
  return {
    async isGood(jobClass, key, signal) {
      const rule = description.outcomes.get(jobClass);
      if (rule === undefined) return { ok: true, value: undefined };
      return database.read(signal, async (sql) => {
        const shown = shownColumn(rule);
        const [row] = await sql.all(
          `SELECT (${rule.good}) AS good${shown === undefined ? '' : `, ${quoteName(shown)} AS shown`}
           FROM ${quoteName(rule.table)} WHERE ${quoteName(rule.key)} = ? LIMIT 1`,
          [key],
        );
        if (row === undefined) return undefined;
        return { table: rule.table, key, good: Number(row['good']) === 1, shows: shows(shown, row) };
      });
    },

    async goodKeys(jobClass, keys, signal) {
      const rule = description.outcomes.get(jobClass);
      if (rule === undefined || keys.length === 0) return { ok: true, value: new Set() };
      return database.read(signal, async (sql) => {
        const good = new Set<string>();
        for (let at = 0; at < keys.length; at += keysAtOnce) {
          const rows = await sql.all(
            `SELECT ${quoteName(rule.key)} AS found_key FROM ${quoteName(rule.table)}
             WHERE ${quoteName(rule.key)} IN (?) AND (${rule.good})`,
            [keys.slice(at, at + keysAtOnce)],
          );
          for (const row of rows) good.add(String(row['found_key']));
        }
        return good;
      });
    },

    async search(text, signal) {
      const missing: MissingPart[] = [];
      const found: FoundRow[] = [];
      const rules = [
        ...new Map(
          [...description.outcomes.values()].map((rule) => [`${rule.table}.${rule.key}`, rule]),
        ).values(),
      ];
      const reads = await Promise.all(rules.map((rule) => searchOne(database, rule, text, signal)));
      for (const read of reads) {
        if (read.ok) found.push(...read.value);
        else missing.push(read.missing);
      }
      return { value: found, missing };
    },
  };
}

/** By the key's own index: equal, or beginning with the text. A text inside the key would be a scan. */
function searchOne(
  database: AppDatabase,
  rule: OutcomeRule,
  text: string,
  signal: AbortSignal,
): ReturnType<typeof database.read<readonly FoundRow[]>> {
  return database.read(
    signal,
    async (sql) => {
      const shown = shownColumn(rule);
      const rows = await sql.all(
        `SELECT ${quoteName(rule.key)} AS found_key${shown === undefined ? '' : `, ${quoteName(shown)} AS shown`}
         FROM ${quoteName(rule.table)} WHERE ${quoteName(rule.key)} LIKE ? LIMIT ${shownPerTable}`,
        [`${text.replace(/[\\%_]/g, '\\$&')}%`],
      );
      return rows.map((row) => ({
        table: rule.table,
        key: String(row['found_key']),
        shows: shows(shown, row),
      }));
    },
    searchLimitMs,
  );
}

/** The first column that the rule's condition looks at tells people how the row stands: `status = 'ready'` → `status`. */
const shownColumn = (rule: OutcomeRule): string | undefined =>
  /^\s*`?([A-Za-z_]\w*)`?\s*(?:=|IN\b|<|>|!|LIKE\b|IS\b)/i.exec(rule.good)?.[1];

const shows = (column: string | undefined, row: Row): string =>
  column === undefined ? '' : `${column} ${capText(strip(String(row['shown'] ?? 'NULL')), 60)}`;
