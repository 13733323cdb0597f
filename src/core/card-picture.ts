import type { DescribedChart } from './chart.ts';

/** A picture that Slack has as a file of ours, with what goes around it in the reader's language. */
export interface CardPicture {
  /** Slack's id of the file: `F0123ABCD`. */
  readonly file: string;
  /** For those who can't see it. */
  readonly words: string;
  /** One line above it: what it is, and until when it goes. */
  readonly caption: string;
}

/** Draws charts and gives them to Slack. */
export interface PictureMaker {
  /** False: Slack takes none (the app lacks the scope), which has been logged once. */
  readonly isAble: () => boolean;
  /** `name`: of the file, without its ending. Undefined: it could not be made, which has been logged. Never throws. */
  make(chart: DescribedChart, name: string): Promise<CardPicture | undefined>;
}
