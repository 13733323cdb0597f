import type { AuditEntry } from './audit.ts';
import type { SealedOperation } from './operation.ts';
import { parseAct } from './parse-act.ts';
import type { Locale } from './people.ts';
import { type Judged, refuse } from './refusal.ts';
import type { Reply } from './reply.ts';
import { within } from './within.ts';

export interface ShellParts<World> {
  readonly operations: readonly SealedOperation<World>[];
  readonly worlds: ReadonlyMap<string, World>;
  readonly note: (entry: AuditEntry) => void;
}

const lookLimitMs = 8_000;
const answerLimitMs = 9_000;
const nobody = { person: 'shell', teamId: '', userId: '', name: 'shell' } as const;

/** Reading verbs for a shell: it has no person, so nothing that changes anything can be asked from there. */
export async function readInShell<World>(
  parts: ShellParts<World>,
  text: string,
  locale: Locale,
): Promise<Judged<Reply>> {
  const act = parseAct(parts, text);
  if (!act.ok) return act;
  const { operation, words, world, app } = act.value;
  if (operation.effect !== 'read') return refuse({ code: 'no-person', verb: operation.verb });
  const parsed = operation.parse(words, world);
  if (!parsed.ok) return parsed;
  const signal = AbortSignal.timeout(lookLimitMs);
  const asker = { teamId: '', userId: '', name: 'shell', operator: false, approver: false };
  const answer = parsed.value.answer({ world, locale, signal, asker });
  parts.note({
    ...{ event: 'READ', actor: nobody, verb: operation.verb, app, target: parsed.value.target },
    ...{ outcome: 'answered', detail: { source: 'shell' } },
  });
  return within(answer, answerLimitMs, refuse({ code: 'part-missing', missing: [] }));
}
