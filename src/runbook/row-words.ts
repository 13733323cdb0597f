/**
 * What values of a row mean, whatever application wrote them: words that status columns use everywhere, and names of columns
 * that hold an error. Compared without letter case.
 */
const inWork = new Set([
  'running',
  'executing',
  'processing',
  'in_progress',
  'in progress',
  'working',
  'started',
]);
const waiting = new Set(['pending', 'queued', 'waiting', 'approved', 'scheduled', 'created', 'new', 'open']);
const failed = /fail|error|dead|exception/i;
const errorColumn = /error|exception|reason|failure/i;

export const saysInWork = (value: string | null): value is string =>
  value !== null && inWork.has(value.toLowerCase());
export const saysWaiting = (value: string | null): value is string =>
  value !== null && waiting.has(value.toLowerCase());
export const saysFailed = (value: string | null): value is string => value !== null && failed.test(value);
export const isErrorColumn = (column: string): boolean => errorColumn.test(column);
