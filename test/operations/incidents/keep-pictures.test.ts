import { describe, expect, it } from 'vitest';
import type { LastPicture, RootPicture, RootPictures } from '../../../src/alerts/ports.ts';
import type { CardPicture, PictureMaker } from '../../../src/core/card-picture.ts';
import { createPictureKeeper } from '../../../src/operations/incidents/keep-pictures.ts';
import { silent } from '../../slack/silent.ts';
import { at, incidentOf } from './scene.ts';

const described = {
  ...{ words: 'Waiting jobs', caption: 'until 04:00' },
  chart: { title: 'x', lines: [], events: [], from: at(0), until: at(60) },
};
const picture: CardPicture = { file: 'F0ONE', words: described.words, caption: described.caption };

/** One root over two looks, and what became of it. */
async function keep(
  maker: PictureMaker['make'],
  change: { able?: boolean; chart?: undefined; mine?: boolean } = {},
) {
  const told: string[] = [];
  const done = new AbortController();
  let last: LastPicture | undefined;
  let looks = 0;
  const root = (): RootPicture => ({ incident: incidentOf(), channel: 'C0ALERTS', turn: 0, last });
  const pictures: RootPictures = {
    list: async () => ({ now: at(20), roots: [root()] }),
    async claim(_, of) {
      last = { of, at: at(20), failures: 0, unfinished: false };
      told.push(`claim ${of}`);
      return change.mine ?? true;
    },
    made: async (_, made, seconds) => void told.push(`made ${made?.file} in ${seconds}`),
    failed: async () => void told.push('failed'),
  };
  const keeper = createPictureKeeper({
    ...{ pictures, maker: { isAble: () => change.able ?? true, make: maker } },
    chartOf: async () => ('chart' in change ? undefined : described),
    cards: { changed: (id) => void told.push(`changed ${id}`) },
    clock: {
      now: () => at(20),
      async wait() {
        looks += 1;
        if (looks === 2) done.abort();
      },
    },
    log: silent,
  });
  await keeper.run(done.signal);
  return told;
}

describe('who keeps the pictures of roots', () => {
  const { id, severity } = incidentOf();

  it('makes one, says where it is, and makes no other while it is new', async () => {
    expect(await keep(async () => picture)).toEqual([
      `claim ${severity}`,
      'made F0ONE in 2',
      `changed ${id}`,
    ]);
  });

  it('notes that it failed, and does not try at once again', async () => {
    expect(await keep(async () => undefined)).toEqual([`claim ${severity}`, 'failed']);
  });

  it('goes on after a bug, which leaves the claim to its end', async () => {
    const broken = async (): Promise<never> => {
      throw new Error('a bug');
    };
    expect(await keep(broken)).toEqual([`claim ${severity}`]);
  });

  it('leaves it to another replica that was first', async () => {
    expect(await keep(async () => picture, { mine: false })).toEqual([`claim ${severity}`]);
  });

  it('notes that there is nothing to draw', async () => {
    expect(await keep(async () => picture, { chart: undefined })).toEqual([
      `claim ${severity}`,
      'made undefined in 2',
    ]);
  });

  it('asks the store for nothing while Slack takes no pictures', async () => {
    expect(await keep(async () => picture, { able: false })).toEqual([]);
  });
});
