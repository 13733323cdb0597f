import type { PictureMaker } from '../../src/core/card-picture.ts';
import type { Log } from '../../src/core/log.ts';

export const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Of a Slack that takes none. */
export const noPictures: PictureMaker = { isAble: () => false, make: async () => undefined };
