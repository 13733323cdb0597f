/**
 * When a record was written, as its head says it: an instant where it carries an offset, else a naive time
 * (`2026-11-26 21:50:00`) of the application's zone. Whole seconds.
 */
export type Stamp =
  | { readonly kind: 'instant'; readonly ms: number }
  | { readonly kind: 'naive'; readonly text: string };

const day = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const time = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d`;
const stampText = String.raw`(${day})[T ](${time})(?:[.,]\d{1,9})?\s?(Z|[+-]\d\d:?\d\d)?`;
const bracketed = new RegExp(String.raw`^\[${stampText}\]`);
const bare = new RegExp(`^${stampText}$`);
/** The keys under which JSON formatters write it: Monolog's own, Logstash's, and what people choose. */
const keys = ['datetime', '@timestamp', 'timestamp', 'time'] as const;
const named = new RegExp(String.raw`"(?:${keys.join('|')})":\s?(?:\{"date":\s?)?"${stampText}"`, 'g');

const openBracket = 0x5b;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const quote = 0x22;
const dash = 0x2d;
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Whether a line begins as Monolog's LineFormatter begins a record: `[2026-`. Cheap: it is asked of every line. */
export const beginsText = (line: Buffer): boolean =>
  line[0] === openBracket &&
  isDigit(line[1]) &&
  isDigit(line[2]) &&
  isDigit(line[3]) &&
  isDigit(line[4]) &&
  line[5] === dash;

/** Whether a line, by its two ends, is an object: `{"…}`. */
export const looksLikeJson = (begin: Buffer, end: Buffer): boolean => {
  const last = end.at(-1) === 0x0d ? end.at(-2) : end.at(-1);
  return begin[0] === openBrace && begin[1] === quote && last === closeBrace;
};

/** Undefined: this is no time. */
export const textStamp = (line: Buffer): Stamp | undefined =>
  stampOf(bracketed.exec(line.toString('latin1', 0, 48)));

/** `line`: all of the record where it is short, else its beginning; then `end` is where the time is looked for first. */
export function jsonStamp(line: Buffer, end: Buffer, isWhole: boolean): Stamp | undefined {
  const record = isWhole ? parseObject(line.toString('utf8')) : undefined;
  if (record !== undefined) {
    const said = keys.map((key) => record[key]).find((value) => value !== undefined);
    const text = isObject(said) ? said['date'] : said;
    return typeof text === 'string' ? stampOf(bare.exec(text)) : undefined;
  }
  // Monolog writes it behind message and context; what stands in these may be called the same.
  return lastNamed(end) ?? lastNamed(line);
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const lastNamed = (bytes: Buffer): Stamp | undefined =>
  stampOf([...bytes.toString('latin1').matchAll(named)].at(-1) ?? null);

function stampOf(found: RegExpExecArray | null): Stamp | undefined {
  const [, date, clock, offset] = found ?? [];
  if (date === undefined || clock === undefined) return undefined;
  if (offset === undefined) return { kind: 'naive', text: `${date} ${clock}` };
  const colon = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  const ms = Date.parse(`${date}T${clock}${colon}`);
  return Number.isNaN(ms) ? undefined : { kind: 'instant', ms };
}
