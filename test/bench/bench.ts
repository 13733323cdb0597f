/** One row of the table. Figures are texts with their units. */
export interface Line {
  readonly what: string;
  readonly ours: string;
  readonly rival: string;
  readonly ratio: string;
  readonly asked: string;
  /** Undefined: nothing was asked; the figure stands for itself. */
  readonly holds: boolean | undefined;
}

export interface Bench {
  /** As typed after `npm run bench --`. */
  readonly name: string;
  readonly about: string;
  /** Rejects only when something breaks, never for a figure. */
  run(say: (text: string) => void): Promise<readonly Line[]>;
}

/** The value below which this share of all lies, by nearest rank. NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const milliseconds = (value: number): string =>
  value >= 1_000
    ? `${(value / 1_000).toFixed(value >= 10_000 ? 1 : 2)} s`
    : `${value.toFixed(value < 10 ? 1 : 0)} ms`;

export const megabytes = (value: number): string => `${value.toFixed(Math.abs(value) < 10 ? 1 : 0)} MB`;

export const times = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ×`;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds that something took, and what came of it. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const began = performance.now();
  const value = await work();
  return { ms: performance.now() - began, value };
}
