import type { AlertRule } from '../../../src/core/alert-description.ts';
import {
  type Fingerprint,
  fingerprintOf,
  type Incident,
  type IncidentId,
} from '../../../src/core/incident.ts';
import type { Reply } from '../../../src/core/reply.ts';
import { type Rich, type Span, spansOf } from '../../../src/core/rich.ts';
import type { IncidentScene } from '../../../src/operations/incidents/scene.ts';
import { backlogRule, staleShareRule, surgeRule, utilizationRule } from '../../alerts/rules.ts';
import { createFakeRequests } from '../../fakes/requests.ts';
import { createFakeApp, createFakeClock, createFakeWorld } from '../../fakes/world.ts';

export const fakeWorld = createFakeWorld(createFakeApp().app, createFakeRequests(), createFakeClock());
export const anna = { person: 'U0ANNA', teamId: 'T0FAP', userId: 'U0ANNA', name: 'Anna' };
export const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 25, 3, minute));

const base = { app: 'fap', forSeconds: 300 };
export const rules: readonly AlertRule[] = [
  {
    ...base,
    name: 'failed-jobs',
    watch: 'failed_jobs',
    above: 0,
    recoverTicks: 2,
    tellEverySeconds: 900,
    severity: 'warning',
  },
  { ...base, name: 'reports-backlog', ...backlogRule },
  { ...base, name: 'snapshots-pending', ...staleShareRule },
  { ...base, name: 'payment-failures', ...surgeRule },
  { ...base, name: 'no-workers', watch: 'workers', severity: 'critical' },
  { ...base, name: 'slo', ...utilizationRule, severity: 'warning' },
];

export const scene = (locale: IncidentScene['locale'] = 'en'): IncidentScene => ({
  ...{ rules, world: fakeWorld, locale },
});

export const incidentOf = (change: Partial<Incident> = {}): Incident => ({
  ...{ id: '01JD0000000000000000000012' as IncidentId, number: 12, rule: 'reports-backlog', app: 'fap' },
  ...{ queue: 'database:reports', severity: 'critical', state: 'open', breachedAt: at(0), firedAt: at(10) },
  ...{
    resolvedAt: undefined,
    acknowledgement: undefined,
    value: 150,
    worst: 180,
    facts: {},
    flapping: false,
  },
  ...{ steps: [], hushed: false, gatheredIn: undefined, entries: 0, version: 1 },
  fingerprint: fingerprintOf('reports-backlog', 'fap', 'database:reports') satisfies Fingerprint,
  ...change,
});

const spanText = (span: Span): string => {
  if (typeof span === 'string') return span;
  if ('time' in span) return span.time.toISOString().slice(11, 16);
  if ('link' in span) return span.label;
  return Object.values(span).join('');
};
export const plain = (text: Rich): string => spansOf(text).map(spanText).join('');

/** All words of a reply, a line for each part. */
export function wordsOf(reply: Reply | undefined): string {
  if (reply === undefined) return '';
  const parts = reply.parts.map((part): string => {
    switch (part.kind) {
      case 'text':
        return plain(part.text);
      case 'facts':
        return part.facts.map(({ label, value }) => `${label}: ${plain(value)}`).join('\n');
      case 'buttons':
        return part.buttons.map(({ label }) => `[${label}]`).join(' ');
      case 'items':
        return part.items.map(({ text }) => plain(text)).join('\n');
      case 'quote':
        return `> ${part.text}`;
      default:
        return '';
    }
  });
  return [plain(reply.heading), ...parts, ...(reply.notes ?? []).map(plain)].join('\n');
}
