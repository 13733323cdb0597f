/** Slower than anything here; the leash outlives this process and ends what is left. */
const limitMs = 4_500;

/**
 * A signal that is given once the demo shall end: Ctrl-C (also pressed again and again), SIGTERM, a closed terminal, or the
 * end of the process that started this one. Whatever then hangs, this process ends within five seconds.
 */
export function listenForTheEnd(): AbortSignal {
  const ending = new AbortController();
  const end = (): void => {
    if (ending.signal.aborted) return;
    ending.abort();
    setTimeout(() => process.exit(1), limitMs).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.on('disconnect', end);
  // Nobody reads any more, once the terminal is closed; what is written then fails.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', end);
  return ending.signal;
}
