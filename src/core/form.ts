import type { Locale } from './people.ts';
import type { Reply, ReplyPart } from './reply.ts';

/**
 * What is asked of a person before something dangerous: plain data like a reply, drawn as a modal by the one renderer
 * that knows Slack's limits.
 */
export interface Form {
  /** At most 24 characters. */
  readonly title: string;
  /** What it would touch, before the fields. */
  readonly parts: readonly ReplyPart[];
  readonly fields: readonly Field[];
  readonly submit: string;
  readonly close: string;
  /** Nothing has to be looked at first: it opens with its fields. Left out: they come when `fill` is called. */
  readonly isWhole?: true;
  /** Comes back with the submission. */
  readonly carries: Carried;
}

/** The words that the form was opened for, and where; what bounds the set that it showed. No secret, no person. */
export interface Carried {
  /** Words that would ask for the same again, without the form's own values. */
  readonly words: string;
  readonly channel: string;
  readonly threadTs?: string;
  /** Highest `failed_jobs.id` that the form's numbers cover: what fails later does not join. */
  readonly highest?: number;
}

export type Field =
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly label: string;
      readonly hint?: string;
      readonly longest: number;
      readonly initial?: string;
    }
  | { readonly kind: 'link'; readonly name: string; readonly label: string; readonly hint?: string }
  /** Must be ticked, or the form is not taken. */
  | { readonly kind: 'tick'; readonly name: string; readonly label: string }
  /** May be left empty. */
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly label: string;
      readonly hint?: string;
      readonly least: number;
      readonly most: number;
      readonly initial?: number;
    };

/** By field name: text as typed, `true` for a tick. What was left empty is absent. */
export type FormValues = ReadonlyMap<string, string | true>;

export interface Submission {
  readonly values: FormValues;
  readonly carried: Carried;
}

/** Why a field is not taken, by field name; sentences in the person's language. Empty: all is well. */
export type FieldErrors = ReadonlyMap<string, string>;

/** A modal that is open. Implementations never throw: a form that can't be shown any more is logged. */
export interface OpenForm {
  fill(form: Form, locale: Locale): Promise<void>;
  /** In place of the form: why nothing can be asked, or what was asked. */
  tell(reply: Reply, locale: Locale): Promise<void>;
}
