import type { Locale } from '../../core/people.ts';
import type { ReplyPart } from '../../core/reply.ts';
import type { RequestView } from '../../core/request.ts';
import { type ReleaseEnd, restartText } from '../../text/restart.ts';
import type { AnnouncedGroup } from '../ports.ts';

/** What Supervisor would change, on which host, and whether it is a group of this application. */
export interface Announcement extends AnnouncedGroup {
  readonly host: string;
  readonly ours: boolean;
}

/** How far a release has come: plain data in the run's progress, and in its outcome. */
export interface Release {
  readonly phase?: 'rereading' | 'asking' | 'updating' | 'restarting';
  readonly announced?: readonly Announcement[];
  readonly end?: ReleaseEnd;
  /** Supervisor's or the host's own words, redacted. */
  readonly said?: string;
}

/** From what came back from the store, where this room put it; a restart of one queue has none of it. */
export const findRelease = (view: RequestView): Release => {
  const { detail, progress } = view.execution ?? { detail: {}, progress: {} };
  return { ...(progress as Release), ...(detail as Release) };
};

/** What was announced, what is asked, and how it ended. */
export function releaseParts(view: RequestView, locale: Locale): readonly ReplyPart[] {
  const t = restartText[locale];
  const { phase, announced = [], end, said = '' } = findRelease(view);
  // From then on every one of them was seen to be as announced.
  const isUpdated = phase === 'restarting' && end === undefined;
  const isAsking = phase === 'asking' && view.execution?.state === 'executing';
  return [
    ...(announced.length === 0
      ? []
      : [
          { kind: 'text', text: t.announced(isUpdated) } as const,
          {
            kind: 'items',
            items: announced.map((one) => ({ text: t.announcement(one, isUpdated) })),
          } as const,
        ]),
    ...(isAsking ? [{ kind: 'text', text: t.goesOn } as const] : []),
    ...(end === undefined ? [] : [{ kind: 'text', text: t.ends[end] } as const]),
    ...(said === '' ? [] : [{ kind: 'quote', text: said } as const]),
  ];
}
