/** A Supervisor group as the runbook has it. */
export interface Group {
  readonly name: string;
  readonly connection: string;
  /** As `--queue=` takes them, first ones first. */
  readonly queues: string;
  readonly processes: number;
  readonly tries: number;
  readonly timeoutSeconds: number;
}

/** The runbook's six. */
export const groups = [
  group('fap-queue-default-high', 'redis', 'high,default', { processes: 2, timeoutSeconds: 120 }),
  group('fap-queue-reports', 'database', 'reports', { processes: 2, timeoutSeconds: 180 }),
  group('fap-queue-ops', 'database', 'ops', { timeoutSeconds: 120 }),
  group('fap-queue-commerce', 'database', 'commerce', { timeoutSeconds: 180 }),
  group('fap-queue-content', 'database', 'content', { timeoutSeconds: 120, tries: 2 }),
  group('fap-queue-insights', 'redis', 'insights', { timeoutSeconds: 180 }),
] as const;

export type GroupName = (typeof groups)[number]['name'];

function group<Name extends string>(
  name: Name,
  connection: string,
  queues: string,
  change: Partial<Group>,
): Group & { readonly name: Name } {
  return { connection, queues, processes: 1, tries: 3, timeoutSeconds: 120, ...change, name };
}
