import { isPictureDue, pictureOf } from '../../alerts/picture-due.ts';
import type { RootPicture, RootPictures } from '../../alerts/ports.ts';
import type { PictureMaker } from '../../core/card-picture.ts';
import type { DescribedChart } from '../../core/chart.ts';
import type { Clock } from '../../core/clock.ts';
import type { Incident } from '../../core/incident.ts';
import type { Cards } from '../../core/invocation.ts';
import type { Log } from '../../core/log.ts';
import { createNaps } from '../../core/naps.ts';

export interface PictureKeeperParts {
  readonly pictures: RootPictures;
  readonly maker: PictureMaker;
  /** Undefined: there is nothing to draw. */
  readonly chartOf: (incident: Incident, now: Date) => Promise<DescribedChart | undefined>;
  readonly cards: Cards;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes pictures for the roots of incidents, one after the other; the roots wait for none of them. */
export interface PictureKeeper {
  /** Something has changed; returns at once. */
  kick(): void;
  /** Until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

const lookEveryMs = 5_000;
/** Slack looks through a file before it shows it. */
const readyInSeconds = 2;

export function createPictureKeeper(parts: PictureKeeperParts): PictureKeeper {
  const { pictures, maker, cards, clock, log } = parts;
  const naps = createNaps(clock);

  const makeOne = async (root: RootPicture, now: Date): Promise<void> => {
    const { incident } = root;
    if (!(await pictures.claim(root, pictureOf(incident)))) return;
    const chart = await parts.chartOf(incident, now);
    const picture = chart && (await maker.make(chart, `incident-${incident.number}`));
    if (chart !== undefined && picture === undefined) return pictures.failed(root);
    await pictures.made(root, picture, readyInSeconds);
    if (picture !== undefined) cards.changed(incident.id);
  };

  const look = async (signal: AbortSignal): Promise<void> => {
    if (!maker.isAble()) return;
    const { now, roots } = await pictures.list();
    for (const root of roots) {
      if (signal.aborted || !maker.isAble()) return;
      if (!isPictureDue(root, now)) continue;
      await makeOne(root, now).catch((error: unknown) => {
        log.warn({ err: error, incident: root.incident.id }, 'a picture of an incident can not be made now');
      });
    }
  };

  return {
    kick: naps.kick,
    async run(signal) {
      while (!signal.aborted) {
        naps.begin();
        await look(signal).catch((error: unknown) => {
          log.warn({ err: error }, 'the store does not say which pictures are wanted');
        });
        await naps.nap(lookEveryMs, signal);
      }
    },
  };
}
