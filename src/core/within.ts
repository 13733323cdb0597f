/**
 * The promise's value, or `late` when it takes longer than so many milliseconds; its rejection stays a rejection. Where it
 * was this process that stood still the answer may lie here already, and is heard before it is called late.
 */
export function within<Value, Late>(
  promise: Promise<Value>,
  milliseconds: number,
  late: Late,
): Promise<Value | Late> {
  return new Promise((resolve, reject) => {
    let listening: NodeJS.Immediate | undefined;
    const timer = setTimeout(() => {
      listening = setImmediate(() => resolve(late));
    }, milliseconds);
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      clearImmediate(listening);
    });
  });
}
