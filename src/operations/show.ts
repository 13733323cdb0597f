import { queueLabel, shortClass } from '../core/app-description.ts';
import type { JobReference } from '../core/ids.ts';
import { type ReadContext, sealRead } from '../core/operation.ts';
import { accept, type Judged, refuse } from '../core/refusal.ts';
import type { Fact, Reply, ReplyPart } from '../core/reply.ts';
import { code, joinRich, type Rich, rich } from '../core/rich.ts';
import type { EarlierRequest } from '../core/store-ports.ts';
import { within } from '../core/within.ts';
import { duration, time } from '../text/format.ts';
import { missingNotes } from '../text/parts.ts';
import { punctuation } from '../text/punctuation.ts';
import { showText } from '../text/show.ts';
import { atMost, parseJob, referenceText } from './arguments.ts';
import { findQueue, forgetButton, retryButton } from './job-buttons.ts';
import { createMissing } from './look.ts';
import type { BusinessRow, FailedJob } from './ports.ts';
import type { World } from './world.ts';

const declared = { verb: 'show', usage: 'ID' } as const;
const historyLimitMs = 2_000;

/** Everything about one failure. */
export const show = sealRead<{ readonly job: JobReference }, World>({
  ...declared,
  typed: ['show'],
  who: 'everybody',
  filters: [],
  effect: 'read',
  parse(words) {
    const typed = words.plain[0];
    if (typed === undefined) return refuse({ code: 'missing-argument', ...declared });
    const fits = atMost(words, 1, declared);
    if (!fits.ok) return fits;
    const job = parseJob(typed);
    return job.ok ? accept({ job: job.value }) : job;
  },
  target: ({ job }) => `failed_job=${referenceText(job)}`,
  answer: ({ job }, context) => answer(job, context),
});

async function answer(reference: JobReference, context: ReadContext<World>): Promise<Judged<Reply>> {
  const { world, locale, signal } = context;
  const missing = createMissing();
  const read = await world.app.failures.find(reference, signal);
  const job = missing.of(read);
  if (!read.ok) return refuse({ code: 'part-missing', missing: missing.all });
  if (job === undefined) {
    return refuse({ code: 'job-not-found', verb: 'show', typed: [referenceText(reference)], others: [] });
  }
  const [row, earlier] = await Promise.all([businessRow(job, context), history(job, context)]);
  const business = row === undefined ? undefined : { row: missing.of(row) };
  return accept({
    heading: showText[locale].heading(job.id, shortClass(job.jobClass), queueLabel(job)),
    mood: 'neutral',
    parts: [
      { kind: 'facts', facts: facts(job, business, earlier, context) },
      ...warnings(job, context),
      ...texts(job, context),
      ...buttons(job, context),
    ],
    notes: [showText[locale].redacted, ...missingNotes(missing.all, locale)],
  });
}

function businessRow(
  job: FailedJob,
  { world, signal }: ReadContext<World>,
): ReturnType<World['app']['business']['isGood']> | undefined {
  if (job.businessKey === null) return undefined;
  return world.app.business.isGood(shortClass(job.jobClass), job.businessKey, signal);
}

/** What Queuekeeper did with this job before; a store that is away costs this line, not the answer. */
async function history(job: FailedJob, { world }: ReadContext<World>): Promise<readonly EarlierRequest[]> {
  if (job.uuid === null) return [];
  const asked = world.requests.history(world.app.description.name, job.uuid).catch(() => []);
  return within(asked, historyLimitMs, []);
}

function facts(
  job: FailedJob,
  business: { readonly row: BusinessRow | undefined } | undefined,
  earlier: readonly EarlierRequest[],
  { world, locale }: ReadContext<World>,
): readonly Fact[] {
  const t = showText[locale];
  const { payload } = job;
  const { timezone } = world.app.description;
  const instant = time(job.failedInstant, timezone);
  const when = t.failedAt(job.failedAt, timezone, instant, duration(job.ageSeconds, locale));
  const found: readonly (readonly [string, Rich | undefined])[] = [
    [t.labels.failedAt, when],
    [t.labels.exception, rich`${job.exceptionClass}: ${job.exceptionMessage}`],
    [t.labels.kind, payload.kind === 'job' ? undefined : t.kinds[payload.kind]],
    [t.labels.uuid, job.uuid === null ? '–' : [code(job.uuid)]],
    [t.labels.attempts, t.attempts(payload.attempts, payload.maxTries)],
    [t.labels.limits, limits(job, world, locale)],
    [t.labels.created, payload.createdAt === undefined ? undefined : [time(payload.createdAt, timezone)]],
    [
      t.labels.batch,
      payload.batchId === undefined ? undefined : t.batch(payload.batchId, job.batchCancelled),
    ],
    [t.labels.chain, payload.chained.length === 0 ? undefined : payload.chained.join(' → ')],
    [t.labels.business, business === undefined ? undefined : businessText(job, business.row, locale)],
    [
      t.labels.earlier,
      earlier.length === 0 ? undefined : joinRich(earlier.slice(0, 5).map(earlierText(locale, world)), '\n'),
    ],
    [t.labels.size, t.size(job.payloadBytes, job.exceptionBytes)],
  ];
  return found.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

function limits(job: FailedJob, world: World, locale: ReadContext<World>['locale']): string {
  const t = showText[locale];
  const queue = findQueue(world, job);
  const retryAfter = world.app.description.connections.get(
    queue?.connection ?? job.connection,
  )?.retryAfterSeconds;
  const { timeoutSeconds } = job.payload;
  const trap = timeoutSeconds !== undefined && retryAfter !== undefined && timeoutSeconds > retryAfter;
  return `${t.limits(timeoutSeconds, retryAfter)}${trap ? punctuation[locale].aside(t.trap) : ''}`;
}

function businessText(
  job: FailedJob,
  row: BusinessRow | undefined,
  locale: ReadContext<World>['locale'],
): string {
  const t = showText[locale];
  if (row === undefined) return t.noRow(job.businessKey ?? '');
  return (row.good ? t.good : t.notGood)(row.table, row.key, row.shows);
}

const earlierText =
  (locale: ReadContext<World>['locale'], world: World) =>
  (earlier: EarlierRequest): Rich => {
    const t = showText[locale];
    const age = duration((world.clock.now().getTime() - earlier.at.getTime()) / 1000, locale);
    return t.earlier(
      earlier.number,
      earlier.verb,
      earlier.requesterUserId,
      age,
      t.states[earlier.targetState],
    );
  };

function warnings(job: FailedJob, { locale }: ReadContext<World>): readonly ReplyPart[] {
  const t = showText[locale];
  if (job.uuid === null) return [{ kind: 'text', text: t.noUuid }];
  return job.uuidCount > 1 ? [{ kind: 'text', text: t.sharedUuid(job.uuidCount) }] : [];
}

function texts(job: FailedJob, { locale }: ReadContext<World>): readonly ReplyPart[] {
  const t = showText[locale];
  const properties = [...job.payload.properties].map(([name, value]) => `${name} = ${value}`).join('\n');
  return [
    ...(properties === '' ? [] : [{ kind: 'code', title: t.properties, text: properties } as const]),
    ...(job.trace.length === 0
      ? []
      : [{ kind: 'code', title: t.trace, text: job.trace.join('\n') } as const]),
    // Properties say it better; the raw payload is for what could not be taken apart.
    ...(properties === '' ? [{ kind: 'code', title: t.payload, text: job.payloadText } as const] : []),
  ];
}

function buttons(job: FailedJob, { world, locale, asker }: ReadContext<World>): readonly ReplyPart[] {
  if (!asker.operator) return [];
  return [{ kind: 'buttons', buttons: [retryButton(job, world, locale), forgetButton(job, world, locale)] }];
}
