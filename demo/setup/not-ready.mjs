/** A reason to stop, in words for the person at the terminal. */
export class NotReady extends Error {}
