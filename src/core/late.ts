/**
 * Calls after so many milliseconds and one turn of the event loop more: timers come before what was received, so that after
 * this process stood still itself an answer that lies here already is heard before anybody is called silent. Returns what
 * calls it off.
 */
export function whenLate(milliseconds: number, call: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    turn = setImmediate(call);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
