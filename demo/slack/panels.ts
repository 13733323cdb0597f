/** A page beside the messages, on this server's own origin. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  /** A path here, e.g. `/world/`; usually below one that was given to `mount`. */
  readonly url: string;
}
