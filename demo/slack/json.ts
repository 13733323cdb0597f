/** An object as it came over the wire: nothing is known of its fields yet. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value is an object with fields, neither an array nor null. */
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value if it is an array, else an empty one. */
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The objects of an array; whatever else is in it is left out. */
export const objects = (value: unknown): readonly Json[] => list(value).filter(isJson);

/** The value if it is a string, else an empty one. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Parsed JSON, or the text itself when it is none. */
export function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}
