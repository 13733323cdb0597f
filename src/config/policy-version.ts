import { createHash } from 'node:crypto';
import type { AppConfiguration, Configuration } from '../core/configuration.ts';

/**
 * SHA-256, lower-case hex, over people, approvals and apps in a canonical form: defaults filled in, keys sorted, secrets
 * left out. Two replicas with the same policy have the same version, whatever their passwords and comments. Runbooks and
 * drills do not belong to it: nothing that is approved runs by them, and a request's own record says what a drill runs.
 */
export function policyVersionOf(
  policy: Pick<Configuration, 'people' | 'approvals'> & { readonly apps: readonly AppConfiguration[] },
): string {
  const { people, approvals, apps } = policy;
  return createHash('sha256').update(canonical({ people, approvals, apps })).digest('hex');
}

/** JSON with sorted keys; a map is a list of its entries, and a secret says nothing of itself. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Map) return [...inner].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
