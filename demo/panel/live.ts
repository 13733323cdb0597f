import type { ServerResponse } from 'node:http';

/** A value that is read again and again while somebody watches, and sent to all who do. */
export interface Live<T> {
  /** Server-sent events `state`, until the other side hangs up. */
  watch(response: ServerResponse): void;
  /** Reads at once, instead of when it is due. */
  refresh(): void;
  /** The newest, read now if nobody watches. */
  get(): Promise<T>;
  stop(): void;
}

/** `read` may take its time: it is never called twice at once. Errors of it are bugs, and end nothing. */
export function createLive<T>(read: () => Promise<T>, everyMs: number): Live<T> {
  const watchers = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<T> | undefined;
  let isTurning = false;
  let isStale = false;
  let isStopped = false;

  const readOnce = (): Promise<T> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const send = async (): Promise<void> => {
    isStale = false;
    const value = await readOnce().catch((error: unknown) => console.error(error));
    if (value === undefined) return;
    const event = `event: state\ndata: ${JSON.stringify(value)}\n\n`;
    for (const response of watchers) response.write(event);
  };
  const turn = async (): Promise<void> => {
    clearTimeout(timer);
    isStale = true;
    if (isTurning) return;
    isTurning = true;
    while (isStale && watchers.size > 0 && !isStopped) await send();
    isTurning = false;
    if (watchers.size > 0 && !isStopped) timer = setTimeout(turn, everyMs).unref();
  };
  return {
    watch(response) {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
      });
      response.write('retry: 1000\n\n');
      watchers.add(response);
      response.on('close', () => watchers.delete(response));
      void turn();
    },
    refresh: () => void turn(),
    get: readOnce,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      for (const response of watchers) response.end();
    },
  };
}
