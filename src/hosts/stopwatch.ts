/**
 * Milliseconds since it was made, for deadlines. Of two clocks the one that saw more: the wall clock can be set back, the
 * monotonic one stands still while a machine is suspended.
 */
export function createStopwatch(): () => number {
  const [wall, monotonic] = [Date.now(), performance.now()];
  return () => Math.max(Date.now() - wall, performance.now() - monotonic);
}
