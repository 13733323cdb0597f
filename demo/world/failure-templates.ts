import type { RowDataPacket } from 'mysql2/promise';
import type { Behaviour } from './laravel.ts';
import { resizeTrace } from './traces.ts';
import type { World } from './world.ts';

/** A failed job as a pattern: `uuid` and `key` are what stands in it and is to be replaced in each copy. */
export interface FailureTemplate {
  readonly connection: string;
  readonly queue: string;
  readonly jobClass: string;
  readonly uuid: string;
  /** Of its business row; may stand in payload and exception, any number of times. */
  readonly key: string;
  readonly payload: string;
  readonly exception: string;
}

const exceptions = ['content', 'provider', 'model', 'budget', 'deadlock', 'secret'] as const;
const throwing = [
  ...['GenerateReportSnapshotJob', 'GenerateReportJob', 'ExecuteApprovalJob', 'RunContentProbeJob'],
  ...['RefundOrderJob', 'GenerateInsightJob', 'SendReceiptJob'],
];
/** Catches what it throws, so no worker of ours ever records it as failed: it borrows another one's exceptions. */
const quiet = 'ReprocessPaymentEventJob';
const queues = [
  ['database', 'reports'],
  ['database', 'ops'],
  ['database', 'content'],
  ['database', 'commerce'],
  ['redis', 'insights'],
  ['redis', 'default'],
] as const;
const longTraceBytes = 40_000;

/**
 * Fifty failures of eight classes: dispatched by the application, failed by its own workers, then taken out of the table.
 * Two of them have traces of 40 KB, as deep recursions leave them. Jobs that wait in these queues are worked off too.
 */
export async function takeFailureTemplates(world: World): Promise<readonly FailureTemplate[]> {
  const { app, sql } = world;
  await demandShortQueues(world);
  const [[before]] = await sql.query<RowDataPacket[]>(
    'SELECT COALESCE(MAX(id), 0) AS id FROM fap.failed_jobs',
  );
  const keys = await Promise.all(throwing.map((kind) => app.dispatch(kind, exceptions.length)));
  const behaviours = keys.flatMap((own) =>
    own.map((key, index): [string, Behaviour] => [
      key,
      { do: 'throw', exception: exceptions[index] ?? 'content' },
    ]),
  );
  await app.behave(Object.fromEntries(behaviours));
  const quietOnes = await takeQuiet(world);
  await Promise.all(queues.map(([connection, queue]) => app.work(connection, queue)));
  await app.behave(Object.fromEntries(behaviours.map(([key]) => [key, undefined])));
  const [rows] = await sql.query<RowDataPacket[]>('SELECT * FROM fap.failed_jobs WHERE id > ? ORDER BY id', [
    before?.['id'],
  ]);
  await sql.query('DELETE FROM fap.failed_jobs WHERE id > ?', [before?.['id']]);
  const real = rows.map((row) => templateOf(row, keys.flat()));
  return withLongTraces([...real, ...borrow(quietOnes, real)]);
}

async function demandShortQueues({ sql }: World): Promise<void> {
  const [[row]] = await sql.query<RowDataPacket[]>('SELECT COUNT(*) AS waiting FROM fap.jobs');
  if (Number(row?.['waiting']) > 1_000)
    throw new Error('fill failures before jobs: workers would work them off');
}

/** Payloads of the class that never fails loudly, taken out of the queue before a worker sees them. */
async function takeQuiet({ app, sql }: World): Promise<readonly RowDataPacket[]> {
  const keys = await app.dispatch(quiet, exceptions.length);
  const [jobs] = await sql.query<RowDataPacket[]>(
    "SELECT id, queue, payload FROM fap.jobs WHERE payload LIKE CONCAT('%', ?, '%') ORDER BY id",
    [quiet],
  );
  await sql.query('DELETE FROM fap.jobs WHERE id IN (?)', [jobs.map(({ id }) => id)]);
  return jobs.map((job, index) => ({ ...job, key: keys[index] }));
}

function templateOf(row: RowDataPacket, keys: readonly string[]): FailureTemplate {
  const payload = String(row['payload']);
  const key = keys.find((one) => payload.includes(one));
  if (key === undefined) throw new Error('a failure appeared that nobody here made');
  return {
    ...{ connection: String(row['connection']), queue: String(row['queue']), jobClass: classOf(payload) },
    ...{ uuid: String(row['uuid']), key, payload, exception: String(row['exception']) },
  };
}

function classOf(payload: string): string {
  const { displayName }: { displayName?: unknown } = JSON.parse(payload);
  return String(displayName);
}

function borrow(
  jobs: readonly RowDataPacket[],
  real: readonly FailureTemplate[],
): readonly FailureTemplate[] {
  const lenders = real.filter(({ jobClass }) => jobClass.endsWith('RefundOrderJob'));
  return jobs.flatMap((job, index) => {
    const lender = lenders[index];
    if (lender === undefined) return [];
    const payload = String(job['payload']);
    const { uuid }: { uuid?: unknown } = JSON.parse(payload);
    const key = String(job['key']);
    const exception = lender.exception.replaceAll(lender.key, key).replaceAll('RefundOrderJob', quiet);
    return [
      { ...{ connection: 'database', queue: String(job['queue']), jobClass: classOf(payload) }, payload }, // as its worker records it
    ].map((one) => ({ ...one, uuid: String(uuid), key, exception }));
  });
}

function withLongTraces(templates: readonly FailureTemplate[]): readonly FailureTemplate[] {
  const long = templates
    .slice(0, 2)
    .map((template) => ({ ...template, exception: resizeTrace(template.exception, longTraceBytes) }));
  return [...templates, ...long];
}
