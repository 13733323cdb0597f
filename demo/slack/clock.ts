/** The simulated Slack's time: real, and moved on by tests. */
export interface SlackClock {
  now(): number;
  advance(milliseconds: number): void;
}

export function createSlackClock(): SlackClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}
