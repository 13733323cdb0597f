import { createHash } from 'node:crypto';
import type { AlertRule } from '../core/alert-description.ts';
import { canonicalJson } from '../core/canonical.ts';

/**
 * What a rule's states were made by: everything that decides what it finds. How often it looks, how long it may take, what
 * its message shows and whose jobs write its rows are not in it, so changing those keeps its states. 16 hex digits.
 */
export function ruleHashOf(rule: AlertRule): string {
  const { everySeconds: _, timeoutSeconds: __, ...deciding } = rule;
  const { show: ___, writtenBy: ____, ...judged } = { show: undefined, writtenBy: undefined, ...deciding };
  return createHash('sha256').update(canonicalJson(judged)).digest('hex').slice(0, 16);
}
