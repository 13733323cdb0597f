import type { z } from 'zod';
import { findDangerousWord } from '../../core/drill-command.ts';
import { mapping, named, notEmptyList } from '../leaf.ts';
import { argument, identifier, sqlCondition } from '../values.ts';
import { queueNamePattern } from './app.ts';

const makeFailure = mapping({
  artisan: notEmptyList(argument).superRefine((words, context) => {
    const at = findDangerousWord(words);
    if (at !== undefined) context.addIssue({ code: 'custom', message: 'drill-command', path: [at] });
  }),
});

export const drillsSchema = named(
  'queue-name',
  queueNamePattern,
  mapping({
    make_failure: makeFailure.optional(),
    recovered: mapping({ table: identifier, where: sqlCondition, since: identifier }).optional(),
  }),
);

export type DrillSection = z.infer<typeof drillsSchema>[string];
