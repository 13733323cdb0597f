import type { Clock } from './clock.ts';
import type { OpenMessage, Surface } from './invocation.ts';
import type { Picture } from './operation.ts';
import type { Locale } from './people.ts';

/** What ends so soon is posted once, with all that there is to say. */
const graceMs = 250;
/** Slack takes about one edit a second of a message. */
const editEveryMs = 1_100;
/** Pictures often come several at once; the last of them is drawn. */
const settleMs = 100;
/** So long after the end the last picture is still tried. */
const patienceMs = 45_000;
const longestRestMs = 30_000;

/** One message that shows the newest of many pictures. */
export interface LiveMessage {
  show(picture: Picture): void;
  /** From here on what is shown is posted and drawn again. Resolves when it is posted; false: it could not be. */
  begin(): Promise<boolean>;
  /** The last picture; false: nobody sees it there. Call `begin` before. */
  end(picture: Picture): Promise<boolean>;
}

export interface LiveParts {
  readonly open: NonNullable<Surface['open']>;
  readonly locale: Locale;
  readonly clock: Clock;
}

/** One edit is under way at a time, the newest picture wins, and the last one is drawn before it ends. */
export function createLiveMessage({ open, locale, clock }: LiveParts): LiveMessage {
  let newest: Picture | undefined;
  let ended: Date | undefined;
  let changed: () => void = () => undefined;
  let hasEnded: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    hasEnded = resolve;
  });
  // The last picture is one edit more, whenever it comes: nobody waits for all of it because a part was drawn just now.
  const soonAfterEnd = end.then(() => clock.wait(settleMs));
  let drawing: Promise<boolean> = Promise.resolve(false);

  const show = (picture: Picture): void => {
    newest = picture;
    changed();
  };

  /** Waits until there is another picture than this one, or the end. */
  const nextAfter = async (drawn: Picture | undefined): Promise<Picture | undefined> => {
    while (newest === drawn && ended === undefined) {
      await new Promise<void>((resolve) => {
        changed = resolve;
      });
    }
    return newest;
  };

  const isTooLate = (): boolean =>
    ended !== undefined && clock.now().getTime() - ended.getTime() > patienceMs;

  const keepDrawn = async (message: OpenMessage, first: Picture): Promise<boolean> => {
    let drawn: Picture | undefined = first;
    // The first edit need not wait: what was posted in time often shows that it looks, and nothing found yet.
    let drawnAt = clock.now().getTime() - editEveryMs;
    for (;;) {
      const next = await nextAfter(drawn);
      if (next === undefined || next === drawn) return true;
      const left = editEveryMs - (clock.now().getTime() - drawnAt);
      const rest = Math.min(editEveryMs, Math.max(settleMs, left));
      await (ended === undefined ? Promise.race([clock.wait(rest), soonAfterEnd]) : soonAfterEnd);
      const picture: Picture = newest ?? next;
      const redrawn = await message.draw(picture(locale), locale);
      drawnAt = clock.now().getTime();
      if (redrawn.kind === 'drawn') drawn = picture;
      else if (redrawn.kind === 'gone' || isTooLate()) return false;
      else await clock.wait(Math.min(redrawn.milliseconds, longestRestMs));
    }
  };

  const post = async (): Promise<Posted | undefined> => {
    await Promise.race([clock.wait(graceMs), end]);
    const first = await nextAfter(undefined);
    const message = first && (await open(first(locale), locale));
    return first === undefined || message === undefined ? undefined : { message, first };
  };

  return {
    show,
    begin() {
      const posting = post();
      drawing = posting.then((posted) => posted !== undefined && keepDrawn(posted.message, posted.first));
      // Whoever waits for the end hears of it; until then nobody does.
      drawing.catch(() => undefined);
      return posting.then((posted) => posted !== undefined);
    },
    end(picture) {
      ended = clock.now();
      hasEnded();
      show(picture);
      return drawing;
    },
  };
}

interface Posted {
  readonly message: OpenMessage;
  readonly first: Picture;
}
