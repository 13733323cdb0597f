/**
 * Text that a person reads. A string is always plain: the renderer escapes it, so text from outside can't ping, link or
 * imitate. What shall look different is a span.
 */
export type Span =
  | string
  | { readonly bold: string }
  | { readonly code: string }
  /** A mention by Slack user id; the only way to name a person so that Slack shows the name. */
  | { readonly person: string }
  /** A user group, mentioned by its id. */
  | { readonly group: string }
  | { readonly channel: string }
  /** An instant, shown in the reader's own zone where the medium can do it, else in `zone` (IANA). */
  | { readonly time: Date; readonly zone: string }
  | { readonly link: string; readonly label: string };

export type Rich = string | readonly Span[];

export const bold = (text: string): Span => ({ bold: text });
export const code = (text: string): Span => ({ code: text });
export const person = (slackUserId: string): Span => ({ person: slackUserId });

/** `` rich`Retrying ${code('123')} of ${queue}` `` → spans, with plain neighbours joined. */
export function rich(strings: TemplateStringsArray, ...values: readonly (Rich | Span | number)[]): Rich {
  const spans: Span[] = [];
  const push = (span: Span): void => {
    const last = spans.at(-1);
    if (typeof span === 'string' && typeof last === 'string') spans[spans.length - 1] = last + span;
    else if (span !== '') spans.push(span);
  };
  strings.forEach((text, index) => {
    push(text);
    const value = values[index];
    if (value === undefined) return;
    if (typeof value === 'number') push(String(value));
    else if (isSpans(value)) value.forEach(push);
    else push(value);
  });
  return spans;
}

function isSpans(value: Rich | Span): value is readonly Span[] {
  return Array.isArray(value);
}

/** The spans of a text, whichever form it has. */
export const spansOf = (text: Rich): readonly Span[] => (typeof text === 'string' ? [text] : text);

/** Joins texts with a plain separator. */
export function joinRich(texts: readonly Rich[], separator: string): Rich {
  return texts.flatMap((text, index) => (index === 0 ? spansOf(text) : [separator, ...spansOf(text)]));
}
