/** The promise's value, or `late` when it takes longer than so many milliseconds; its rejection stays a rejection. */
export function within<Value, Late>(
  promise: Promise<Value>,
  milliseconds: number,
  late: Late,
): Promise<Value | Late> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
