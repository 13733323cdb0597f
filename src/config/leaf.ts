import { z } from 'zod';
import type { Expectation, SecretProblem } from './fault.ts';

/**
 * Building blocks of the schema. Whatever does not fit becomes an issue whose message is an `Expectation` and whose
 * parameters name what would have been right; `issues.ts` makes faults of them. No block puts a value into an issue.
 */
export interface IssueParameters {
  readonly names?: readonly string[];
  readonly hidden?: true;
  readonly problem?: SecretProblem;
}

/** A value that `read` understands; undefined from it means that it does not fit. */
export function leaf<Output>(
  expected: Expectation,
  read: (value: unknown) => Output | undefined,
  parameters: IssueParameters = {},
): z.ZodType<Output> {
  return z.unknown().transform((value, context) => {
    const output = read(value);
    if (output !== undefined) return output;
    context.addIssue({ code: 'custom', message: expected, params: parameters });
    return z.NEVER;
  });
}

/** Text of this form. A number is taken as it would be typed, since YAML makes one of `123`. */
export const text = (expected: Expectation, pattern: RegExp): z.ZodType<string> =>
  leaf(expected, (value) => {
    const typed = typeof value === 'number' ? String(value) : value;
    return typeof typed === 'string' && pattern.test(typed) ? typed : undefined;
  });

export const oneOf = <Choice extends string>(...choices: readonly Choice[]): z.ZodType<Choice> =>
  leaf('one-of', (value) => choices.find((choice) => choice === value), { names: choices });

/** A mapping with these keys alone. */
export const mapping = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> =>
  z.strictObject(shape, {
    // The message is the only thing that zod carries through for an unknown key.
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `known-key:${Object.keys(shape).join(',')}` : 'mapping',
  });

/** A mapping from names of this form. */
export const named = <Value extends z.ZodType>(
  expected: Expectation,
  pattern: RegExp,
  value: Value,
): z.ZodRecord<z.ZodString, Value> =>
  z.record(z.string().regex(pattern, { error: expected }), value, { error: 'mapping' });

export const list = <Value extends z.ZodType>(value: Value): z.ZodArray<Value> =>
  z.array(value, { error: 'list' });

export const notEmptyList = <Value extends z.ZodType>(value: Value): z.ZodArray<Value> =>
  z.array(value, { error: 'list' }).min(1, { error: 'not-empty-list' });

/** Lets the value itself decide by which schema it is judged, so that faults speak of the form that was meant. */
export const chosen = <Output>(choose: (value: unknown) => z.ZodType<Output>): z.ZodType<Output> =>
  z.unknown().transform((value, context) => {
    const result = choose(value).safeParse(value);
    if (result.success) return result.data;
    // A finished issue is a raw one with its message already made; zod's types keep the two apart.
    for (const issue of result.error.issues)
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    return z.NEVER;
  });

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
