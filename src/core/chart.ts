/** A measurement at a moment of the store's clock. */
export interface Sample {
  readonly at: Date;
  readonly value: number;
}

/**
 * Series over time as plain data, to be drawn as a picture. The picture's font has no other than Latin letters, and a
 * picture can't be read aloud: so what stands in it (`mark`) and what it is called in words (`label`) are told apart.
 */
export interface Chart {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  /** In the unit of the first line. */
  readonly threshold?: number;
  readonly events: readonly ChartEvent[];
  readonly from: Date;
  readonly until: Date;
  /** IANA name, for the labels of times; left out: UTC. */
  readonly zone?: string;
  /** Each line in a panel of its own, one below the other: their units differ. */
  readonly apart?: true;
}

export interface ChartLine {
  readonly label: string;
  /** Short and Latin; left out: the label. */
  readonly mark?: string;
  /** Of its values: per cent (100 is all), seconds; left out: a count. */
  readonly unit?: '%' | 's';
  readonly samples: readonly Sample[];
}

export interface ChartEvent {
  readonly at: Date;
  readonly label: string;
  /** Short and Latin; left out: the label. */
  readonly mark?: string;
}

/** A chart with what goes around it, in one language. */
export interface DescribedChart {
  readonly chart: Chart;
  /** All that can be seen in it, for those who can't see it. */
  readonly words: string;
  /** One line above it: what it is, until when it goes, what its marks mean. */
  readonly caption: string;
}
