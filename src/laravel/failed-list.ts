const uuidText = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const anyUuid = new RegExp(`(?<![\\w-])${uuidText}(?![\\w-])`, 'g');
/** Up to 9.20: `| ID | Connection | Queue | Class | Failed At |`. */
const cell = /^\|\s*([0-9a-f-]{1,36})\s*\|/;
/**
 * From 9.21: `2026-11-25 03:00:00 ID ..... connection@queue Class`. On the driver `database` with a uuid column in its
 * table the columns are shifted, and the queue stands where the time should.
 */
const line = new RegExp(
  `^(?:\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d|\\S+)\\s+(${uuidText}|\\d{1,16})(?=\\s|$)`,
);
/** `connection@queue Class`, at a line's end; `@connection Class` where the columns are shifted and the uuid is NULL. */
const whose = /\s\S*@\S+\s+\S+$/;
const empty = /No failed jobs(?:!| found\.)/;

/**
 * Ids and uuids that `queue:failed` of Laravel 8 to 13 lists. Undefined: it says neither jobs nor that there are none, so
 * nothing is known.
 */
export function readFailedList(stdout: string): ReadonlySet<string> | undefined {
  const listed = new Set<string>();
  for (const raw of stdout.split('\n')) {
    const text = raw.trim();
    // Only a line about a job ends so; PHP's own notices begin with words and numbers, too.
    const id = cell.exec(text)?.[1] ?? (whose.test(text) ? line.exec(text)?.[1] : undefined);
    if (id === undefined || !/[0-9]/.test(id)) continue;
    listed.add(id);
    for (const [uuid] of text.matchAll(anyUuid)) listed.add(uuid);
  }
  return listed.size > 0 || empty.test(stdout) ? listed : undefined;
}
