import type { Locale } from '../core/people.ts';

/** What stands between words that were put together elsewhere, as each language writes it. */
export interface Punctuation {
  /** Between a label and what it says. */
  readonly colon: string;
  /** Between clauses, between things of a list, and between names. */
  readonly semicolon: string;
  readonly comma: string;
  readonly and: string;
  /** An aside behind a text; nothing where it is empty. */
  aside(text: string): string;
}

export const punctuation: Readonly<Record<Locale, Punctuation>> = {
  en: {
    colon: ': ',
    semicolon: '; ',
    comma: ', ',
    and: ', ',
    aside: (text) => (text === '' ? '' : ` (${text})`),
  },
  'zh-CN': {
    ...{ colon: '：', semicolon: '；', comma: '，', and: '、' },
    aside: (text) => (text === '' ? '' : `（${text}）`),
  },
};
