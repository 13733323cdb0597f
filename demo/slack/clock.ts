/** The simulated Slack's time: real, and moved on by tests. All its deadlines are kept by this clock. */
export interface SlackClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves the clock, back too; what has become due happens before this returns. */
  advance(milliseconds: number): void;
  /** Runs something once, when the clock has come so far; gives back a function that calls it off. */
  after(milliseconds: number, run: () => void): () => void;
  /** Calls off everything. */
  stop(): void;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
  real: NodeJS.Timeout | undefined;
}

export function createSlackClock(): SlackClock {
  const timers = new Set<Timer>();
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const callOff = (timer: Timer): void => {
    clearTimeout(timer.real);
    timers.delete(timer);
  };
  const fire = (timer: Timer): void => {
    callOff(timer);
    timer.run();
  };
  const arm = (timer: Timer): void => {
    clearTimeout(timer.real);
    timer.real = setTimeout(() => fire(timer), Math.max(0, timer.due - now()));
    timer.real.unref();
  };
  return {
    now,
    advance(milliseconds) {
      ahead += milliseconds;
      const inOrder = [...timers].sort((one, other) => one.due - other.due);
      for (const timer of inOrder) {
        if (!timers.has(timer)) continue;
        if (timer.due <= now()) fire(timer);
        else arm(timer);
      }
    },
    after(milliseconds, run) {
      const timer: Timer = { due: now() + milliseconds, run, real: undefined };
      timers.add(timer);
      arm(timer);
      return () => callOff(timer);
    },
    stop() {
      for (const timer of [...timers]) callOff(timer);
    },
  };
}
