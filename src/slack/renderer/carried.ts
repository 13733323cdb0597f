import type { Carried } from '../../core/form.ts';
import type { Locale } from '../../core/people.ts';

export interface ReadCarried {
  readonly carried: Carried;
  /** Of the person whom the form was drawn for: what is said before the acknowledgement is said in it. */
  readonly locale: Locale;
}

/** What comes back with a form, as Slack keeps it: 3,000 characters at most. */
export const writeCarried = (carried: Carried, locale: Locale): string =>
  JSON.stringify({ ...carried, locale });

/** Undefined: no form of ours, or one of another version. */
export function readCarried(metadata: string): ReadCarried | undefined {
  const value = parse(metadata);
  if (typeof value !== 'object' || value === null) return undefined;
  const { words, channel, threadTs, highest, locale } = value as Readonly<Record<string, unknown>>; // each is checked
  if (typeof words !== 'string' || typeof channel !== 'string') return undefined;
  return {
    carried: {
      ...{ words, channel },
      ...(typeof threadTs === 'string' ? { threadTs } : {}),
      ...(typeof highest === 'number' ? { highest } : {}),
    },
    locale: locale === 'zh-CN' ? 'zh-CN' : 'en',
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
