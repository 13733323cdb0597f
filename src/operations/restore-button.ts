import type { Locale } from '../core/people.ts';
import type { Button } from '../core/reply.ts';
import type { RequestView } from '../core/request.ts';
import { approvalText } from '../text/approval.ts';
import { appWords } from './job-buttons.ts';
import type { World } from './world.ts';

/** Asks by words like a typed command: bringing back needs other persons, too. */
export const restoreButton = ({ number }: RequestView, world: World, locale: Locale): Button => ({
  label: approvalText[locale].labels.restore,
  press: { kind: 'words', verb: 'restore', words: `restore #${number}${appWords(world)}` },
});
