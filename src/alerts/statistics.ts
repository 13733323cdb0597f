/** The little statistics that rules need. Pure. */

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('nothing has no median');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the sample; 0 for less than two values. */
export function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

const z95 = 1.959964;

/** Lower end of Wilson's 95 % interval for a share; 0 for none of none. E. B. Wilson, JASA 22 (1927). */
export function wilsonLowerBound(hits: number, of: number): number {
  if (of === 0) return 0;
  const share = hits / of;
  const square = z95 ** 2;
  const spread = z95 * Math.sqrt((share * (1 - share)) / of + square / (4 * of ** 2));
  return Math.max(0, (share + square / (2 * of) - spread) / (1 + square / of));
}

/** P(X ≥ x) for a Poisson variable; `x` is rounded up, since X is whole. */
export function poissonTail(x: number, lambda: number): number {
  const from = Math.ceil(x);
  if (from <= 0) return 1;
  if (lambda <= 0) return 0;
  // Summed from x upwards, where the terms shrink: no difference of numbers near 1.
  let term = Math.exp(from * Math.log(lambda) - lambda - logFactorial(from));
  let sum = 0;
  for (let k = from; term > 0 && (k < lambda || term > sum * 1e-15); k += 1) {
    sum += term;
    term *= lambda / (k + 1);
  }
  return Math.min(1, sum);
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k += 1) sum += Math.log(k);
  return sum;
}
