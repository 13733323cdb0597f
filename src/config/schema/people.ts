import { z } from 'zod';
import { list, mapping } from '../leaf.ts';
import { boolean, duration, groupOrUserId, positiveInteger, userId, wholeNumber } from '../values.ts';

export const peopleSchema = mapping({
  operators: list(groupOrUserId).default([]),
  approvers: list(groupOrUserId).default([]),
  same_person: list(z.array(userId, { error: 'list' }).min(2, { error: 'several-accounts' })).default([]),
});

const quorum = mapping({
  'retry-all': positiveInteger.default(1),
  flush: positiveInteger.default(1),
  restore: positiveInteger.default(1),
});

const allowance = mapping({
  ids: wholeNumber.default(10),
  costly: wholeNumber.default(1),
  within: duration.default(3600),
});

export const approvalsSchema = mapping({
  expires: duration.default(1800),
  run_within: duration.default(300),
  quorum: quorum.prefault({}),
  retry_without_approval: allowance.prefault({}),
  page: boolean.default(false),
  preapproval: mapping({ longest: duration, most: positiveInteger }).optional(),
});
