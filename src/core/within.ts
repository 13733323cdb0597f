import { whenLate } from './late.ts';

/** The promise's value, or `late` when it takes longer than so many milliseconds; its rejection stays a rejection. */
export function within<Value, Late>(
  promise: Promise<Value>,
  milliseconds: number,
  late: Late,
): Promise<Value | Late> {
  return new Promise((resolve, reject) => {
    const callOff = whenLate(milliseconds, () => resolve(late));
    promise.then(resolve, reject).finally(callOff);
  });
}
