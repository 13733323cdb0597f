/**
 * The simulated Slack's time: real, and moved on by tests. All its deadlines are kept by this clock. Time in which this
 * process itself did not run (a busy machine) brings none of them nearer: whoever it waits for could not run either.
 */
export interface SlackClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds in which somebody could have answered: as `now`, from an arbitrary beginning, without stalls. */
  lived(): number;
  /** Moves the clock, back too; what has become due happens before this returns. */
  advance(milliseconds: number): void;
  /** Runs something once, when so much has been lived; gives back a function that calls it off. */
  after(milliseconds: number, run: () => void): () => void;
  /** Calls off everything. */
  stop(): void;
}

interface Timer {
  /** As `lived` counts. */
  readonly due: number;
  readonly run: () => void;
  real: NodeJS.Timeout | undefined;
}

/** So often it is looked whether this process runs; what comes later than twice that is a stall. */
const beatMs = 50;

/** `real`: milliseconds of a clock that nobody sets. */
export function createSlackClock(real: () => number = () => performance.now()): SlackClock {
  const timers = new Set<Timer>();
  let ahead = 0;
  let stalled = 0;
  let beatAt = real();
  const late = (): number => Math.max(0, real() - beatAt - 2 * beatMs);
  const beats = setInterval(() => {
    stalled += late();
    beatAt = real();
  }, beatMs);
  beats.unref();
  const lived = (): number => real() + ahead - stalled - late();
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
    timer.real = setTimeout(
      () => {
        if (timer.due <= lived()) fire(timer);
        else arm(timer);
      },
      Math.max(0, timer.due - lived()),
    );
    timer.real.unref();
  };
  return {
    now: () => Date.now() + ahead,
    lived,
    advance(milliseconds) {
      ahead += milliseconds;
      const inOrder = [...timers].sort((one, other) => one.due - other.due);
      for (const timer of inOrder) {
        if (!timers.has(timer)) continue;
        if (timer.due <= lived()) fire(timer);
        else arm(timer);
      }
    },
    after(milliseconds, run) {
      const timer: Timer = { due: lived() + milliseconds, run, real: undefined };
      timers.add(timer);
      arm(timer);
      return () => callOff(timer);
    },
    stop() {
      clearInterval(beats);
      for (const timer of [...timers]) callOff(timer);
    },
  };
}
