import type { CardPicture } from './card-picture.ts';
import type { DescribedChart } from './chart.ts';
import type { Rich } from './rich.ts';

/**
 * What an operation answers: plain data, no Slack blocks. One renderer turns it into Block Kit and another one into
 * text for a terminal; they alone know limits and escaping.
 */
export interface Reply {
  /** One line that says it all: also the notification and what a screen reader says first. */
  readonly heading: Rich;
  /** What a notification says in its place, where the heading can be shorter because of what stands beside it. */
  readonly notification?: Rich;
  /** How it stands: decides the mark before the heading. */
  readonly mood: Mood;
  readonly parts: readonly ReplyPart[];
  /** Small print at the end: environment, how old, what was not looked at. */
  readonly notes?: readonly Rich[];
}

export type Mood = 'good' | 'neutral' | 'working' | 'warning' | 'bad';

export type ReplyPart =
  /** `once`: on a request's main card alone, so that who is mentioned there is called once. */
  | { readonly kind: 'text'; readonly text: Rich; readonly once?: true }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    }
  /** A list whose entries can carry buttons: one stands beside its text, more stand below it. */
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  /** Verbatim text from outside: traces, payloads, output. */
  | { readonly kind: 'code'; readonly title?: string; readonly text: string }
  /** A sentence from outside, shown as somebody's words. */
  | { readonly kind: 'quote'; readonly text: string }
  | { readonly kind: 'buttons'; readonly buttons: readonly Button[] }
  | { readonly kind: 'divider' }
  /** To be drawn by whoever shows it; the other parts must do where nothing can be drawn. */
  | ({ readonly kind: 'chart' } & DescribedChart)
  /** One that was drawn before, and that Slack has. */
  | { readonly kind: 'picture'; readonly picture: CardPicture };

export interface Fact {
  readonly label: string;
  readonly value: Rich;
}

export interface Column {
  readonly label: string;
  readonly align?: 'left' | 'right';
}

export interface Item {
  readonly text: Rich;
  readonly buttons?: readonly Button[];
}

/**
 * A button is an operation with its arguments: pressing it walks the same way as typing `words` after `/queue`.
 * A request's button carries nothing but the request's id (and, on a list, where its next page begins).
 */
export interface Button {
  readonly label: string;
  readonly press: Press;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: {
    readonly title: string;
    readonly text: string;
    readonly yes: string;
    readonly no: string;
  };
}

export type Press =
  | { readonly kind: 'words'; readonly verb: string; readonly words: string }
  | {
      readonly kind: 'request';
      readonly verb: string;
      readonly requestId: string;
      /** Nothing that decides anything: where a page begins. */
      readonly argument?: string;
    };
