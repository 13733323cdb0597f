import type { Json } from './types.ts';

/** Whether a value is an object with fields, neither an array nor null. */
export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of an array; whatever else is in it is left out. */
export const objects = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter(isJson) : [];

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The value if it is a string, else an empty one. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The words of a text object, of either type. */
export const textOf = (value: unknown): string => (isJson(value) ? text(value['text']) : '');
