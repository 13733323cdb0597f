import { isSecretName } from '../core/redact.ts';

/**
 * Reads PHP's serialize() format into plain data, without classes and without running anything. The libraries for it
 * know neither references (`r:`, `R:`) nor enums (`E:`), which Laravel's payloads contain, recurse without a limit and
 * assign keys such as `__proto__` to plain objects, so this is our own. Source of the format: php.net, serialize().
 */
export type PhpValue =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
  | { readonly kind: 'array'; readonly entries: readonly PhpEntry[] }
  | { readonly kind: 'object'; readonly className: string; readonly entries: readonly PhpEntry[] }
  | { readonly kind: 'enum'; readonly name: string }
  /** A reference, or something of a class's own format: said, not followed. */
  | { readonly kind: 'opaque'; readonly what: string };

export interface PhpEntry {
  /** Property names without the marks of private and protected. */
  readonly key: string;
  readonly value: PhpValue;
}

const deepest = 40;
const mostValues = 20_000;

class Unreadable extends Error {}

/** Undefined when the text is not readable to its end, too deep or too large. */
export function readPhpSerialized(text: string | Buffer): PhpValue | undefined {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  try {
    return createReader(bytes.toString('latin1')).value(0);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** `bytes`: a character for each byte, since PHP counts bytes, and a string is cut ten times faster than a buffer is read. */
function createReader(bytes: string): { value(depth: number): PhpValue } {
  let at = 0;
  let values = 0;
  const fail = (): never => {
    throw new Unreadable(`unreadable at byte ${at}`);
  };
  const until = (end: string): string => {
    const stop = bytes.indexOf(end, at);
    if (stop === -1 || stop - at > 1_000) return fail();
    const text = bytes.slice(at, stop);
    at = stop + 1;
    return text;
  };
  const expect = (text: string): void => {
    if (!bytes.startsWith(text, at)) fail();
    at += text.length;
  };
  const length = (): number => {
    const size = Number(until(':'));
    return Number.isSafeInteger(size) && size >= 0 && size <= bytes.length ? size : fail();
  };
  const quoted = (): string => {
    const size = length();
    expect('"');
    if (at + size > bytes.length) fail();
    const text = bytes.slice(at, at + size);
    at += size;
    expect('"');
    return isAscii(text) ? text : Buffer.from(text, 'latin1').toString('utf8');
  };
  const entries = (depth: number): readonly PhpEntry[] => {
    const size = length();
    expect('{');
    const found: PhpEntry[] = [];
    for (let index = 0; index < size; index += 1) {
      const key = value(depth + 1);
      if (key.kind !== 'scalar') fail();
      else found.push({ key: bareName(String(key.value)), value: value(depth + 1) });
    }
    expect('}');
    return found;
  };
  const value = (depth: number): PhpValue => {
    values += 1;
    if (depth > deepest || values > mostValues) fail();
    const type = bytes.slice(at, at + 2);
    at += 2;
    switch (type) {
      case 'N;':
        return { kind: 'scalar', value: null };
      case 'b:':
        return { kind: 'scalar', value: until(';') === '1' };
      case 'i:':
      case 'd:': {
        const digits = until(';');
        const number = Number(digits);
        const exact = Number.isFinite(number) && (type === 'd:' || Number.isSafeInteger(number));
        return { kind: 'scalar', value: exact ? number : digits };
      }
      case 's:': {
        const text = quoted();
        expect(';');
        return { kind: 'scalar', value: text };
      }
      case 'a:':
        return { kind: 'array', entries: entries(depth) };
      case 'O:': {
        const className = quoted();
        expect(':');
        return { kind: 'object', className, entries: entries(depth) };
      }
      case 'E:': {
        const name = quoted();
        expect(';');
        return { kind: 'enum', name };
      }
      case 'r:':
      case 'R:':
        return { kind: 'opaque', what: `reference ${until(';')}` };
      case 'C:': {
        const className = quoted();
        expect(':');
        const size = length();
        expect('{');
        at += size;
        expect('}');
        return { kind: 'opaque', what: className };
      }
      default:
        return fail();
    }
  };
  return { value };
}

const isAscii = (text: string): boolean => !/[\u0080-\u00ff]/.test(text);

/** `\0*\0name` is protected, `\0Class\0name` private. */
const bareName = (key: string): string => (key.startsWith('\0') ? key.slice(key.indexOf('\0', 1) + 1) : key);

/** The property of an object or the element of an array; undefined where there is none. */
export function propertyOf(value: PhpValue | undefined, key: string): PhpValue | undefined {
  if (value?.kind !== 'object' && value?.kind !== 'array') return undefined;
  return value.entries.find((entry) => entry.key === key)?.value;
}

export function textOf(value: PhpValue | undefined): string | undefined {
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}

/** For people: scalars as they are, the rest as compact JSON with class names under `@`, secrets by their names left out. */
export function describePhp(value: PhpValue): string {
  return value.kind === 'scalar' && typeof value.value === 'string'
    ? value.value
    : JSON.stringify(plainPhp(value));
}

const shownDepth = 6;
const shownEntries = 50;

/** Plain data for JSON: objects with their class under `@`, values of secret names left out. */
export function plainPhp(value: PhpValue, depth = 0): unknown {
  switch (value.kind) {
    case 'scalar':
      return value.value;
    case 'enum':
      return value.name;
    case 'opaque':
      return `(${value.what})`;
    default: {
      if (depth >= shownDepth) return '…';
      const pairs = value.entries
        .slice(0, shownEntries)
        .map(({ key, value: own }): [string, unknown] => [
          key,
          isSecretName(key) ? '[redacted]' : plainPhp(own, depth + 1),
        ]);
      const isList = value.kind === 'array' && value.entries.every(({ key }, index) => key === String(index));
      if (isList) return pairs.map(([, own]) => own);
      // From entries, which define: a key named `__proto__` stays a key.
      return Object.fromEntries(value.kind === 'object' ? [['@', value.className], ...pairs] : pairs);
    }
  }
}
