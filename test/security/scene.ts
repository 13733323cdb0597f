import type { RowDataPacket } from 'mysql2/promise';
import { renderPlain } from '../../demo/slack/plain.ts';
import type { Message } from '../../demo/slack/timeline.ts';
import { numberOf, type People, peopleOn } from '../acceptance/bot/people.ts';
import { type Stage, type StageOptions, setStage } from '../acceptance/bot/stage.ts';

/** Attackers' stage: Anna asks, Bo and the leads (Chen) may approve, Anna's second account may too; two persons for a flush. */
export interface Scene {
  readonly stage: Stage;
  readonly people: People;
  /** Failures of one class, as a worker leaves them; their ids in order. */
  failures(count: number, queue?: string): Promise<readonly number[]>;
  /** Types words and returns the next answer that this person alone sees. */
  heard(words: string, who?: string): Promise<string>;
  /** A request that waits for its votes: its card. */
  pending(words?: string, values?: Readonly<Record<string, string>>): Promise<Message>;
  /** Of the request on a card. */
  state(card: Message): Promise<string>;
  untilState(card: Message, ...states: readonly string[]): Promise<string>;
  /** How the execution of the request on a card ended. */
  outcome(card: Message): Promise<string>;
  /** Events of the audit log that are about the request on a card, in order. */
  events(card: Message): Promise<readonly string[]>;
  /** Pushed jobs that wait, of any queue in the table. */
  waiting(): Promise<number>;
  present(): Promise<readonly number[]>;
  /** Nothing waits, nothing has failed, no request and no form is open; people may ask again as if they had not asked within the hour. */
  clean(): Promise<void>;
}

export const attackersConfig = {
  people: {
    operators: ['U0ANNA', 'U0BO', 'S0ONCALL'],
    approvers: ['U0BO', 'U0ANNA2', 'S0LEADS'],
  },
  approvals: { quorum: { flush: 2 } },
} as const;

export async function setScene(options: StageOptions = {}): Promise<Scene> {
  const stage = await setStage({ ...options, config: { ...attackersConfig, ...options.config } });
  return sceneOn(stage);
}

/** Who is in the leads' group. Changed before the bot starts, its members count from the start. */
export function setGroup(stage: Pick<Stage, 'slack'>, id: string, members: string[]): void {
  const group = stage.slack.workspace.groups.find((one) => one.id === id);
  if (group === undefined) throw new Error(`the default workspace has no group ${id}`);
  group.members = members;
}

/** An unclean call is judged only when nothing of it can live any more. */
const patienceMs = 100_000;

export function sceneOn(stage: Stage): Scene {
  const people = peopleOn(stage);
  // With a clock of its own the store has a server of its own, too.
  const storeRows = async (
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly RowDataPacket[]> => {
    const [rows] = await stage.world.store.root.query<RowDataPacket[]>(sql, [...values]);
    return rows;
  };
  const rowOf = async (card: Message): Promise<Readonly<Record<string, unknown>>> => {
    const [row] = await storeRows(
      `SELECT a.id, a.state, e.state AS execution FROM queuekeeper.approvals a
       LEFT JOIN queuekeeper.executions e ON e.request_id = a.id WHERE a.number = ?`,
      [numberOf(card)],
    );
    if (row === undefined) throw new Error(`no request stands behind: ${renderPlain(card)}`);
    return row;
  };
  const until = async (what: string, look: () => Promise<string | undefined>): Promise<string> => {
    const end = Date.now() + patienceMs;
    for (;;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      if (Date.now() > end) throw new Error(`${what} did not come\n${stage.bot.logs().slice(-3_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const ended = new Set(['succeeded', 'partial', 'failed', 'not_started']);
  return {
    ...{ stage, people },
    async failures(count, queue = 'reports') {
      const [one] = await stage.rows('SELECT id FROM queuekeeper_pattern.failed_jobs').catch(() => []);
      if (one === undefined) await keepPattern(stage);
      const before = Number(
        (await stage.rows('SELECT COALESCE(MAX(id), 0) AS id FROM fap.failed_jobs'))[0]?.['id'],
      );
      for (let made = 0; made < count; made += 1) await copyPattern(stage, queue);
      const rows = await stage.rows('SELECT id FROM fap.failed_jobs WHERE id > ? ORDER BY id', [before]);
      return rows.map((row) => Number(row['id']));
    },
    async heard(words, who = 'U0ANNA') {
      const { slack } = stage;
      const said = slack.nextMessage(`an answer to "${words}"`, ({ ephemeralFor }) => ephemeralFor === who);
      await slack.as(who).command('C0OPS', words);
      return renderPlain(await said);
    },
    pending: (words = 'retry all queue=reports', values = {}) => people.askRetryAll(words, values),
    state: async (card) => String((await rowOf(card))['state']),
    untilState: (card, ...states) =>
      until(`state ${states.join(' or ')}`, async () => {
        const state = String((await rowOf(card))['state']);
        return states.includes(state) ? state : undefined;
      }),
    outcome: (card) =>
      until('an outcome', async () => {
        const state = String((await rowOf(card))['execution']);
        return ended.has(state) ? state : undefined;
      }),
    async events(card) {
      const { id } = await rowOf(card);
      const rows = await storeRows(
        "SELECT event FROM queuekeeper.audit_log WHERE request_id = ? AND event NOT IN ('READ', 'AUTH_DENIED') ORDER BY seq",
        [String(id)],
      );
      return rows.map((row) => String(row['event']));
    },
    waiting: async () => Number((await stage.rows('SELECT COUNT(*) AS n FROM fap.jobs'))[0]?.['n']),
    present: async () =>
      (await stage.rows('SELECT id FROM fap.failed_jobs ORDER BY id')).map((row) => Number(row['id'])),
    async clean() {
      await storeRows(
        "UPDATE queuekeeper.approvals SET state = 'cancelled' WHERE state IN ('pending', 'approved')",
      );
      await storeRows('UPDATE queuekeeper.approval_terms SET open_target = NULL');
      for (const { id } of stage.slack.workspace.users) stage.slack.as(id).reload();
      await stage.rows('DELETE FROM fap.jobs');
      await stage.rows('DELETE FROM fap.failed_jobs');
      await storeRows('UPDATE queuekeeper.approvals SET requested_at = requested_at - INTERVAL 2 HOUR');
    },
  };
}

/** One failure that a real worker made, kept aside. */
async function keepPattern(stage: Stage): Promise<void> {
  const { app } = stage.world;
  await app.behave({ GenerateReportSnapshotJob: { do: 'throw', exception: 'content' } });
  await app.dispatch('GenerateReportSnapshotJob');
  await app.work('database', 'reports');
  await app.behave({ GenerateReportSnapshotJob: undefined });
  await stage.rows('CREATE DATABASE queuekeeper_pattern');
  await stage.rows(
    'CREATE TABLE queuekeeper_pattern.failed_jobs AS SELECT * FROM fap.failed_jobs ORDER BY id DESC LIMIT 1',
  );
  await stage.rows('DELETE FROM fap.failed_jobs WHERE id = (SELECT id FROM queuekeeper_pattern.failed_jobs)');
}

/** The same job with a uuid of its own. */
const copyPattern = async (stage: Stage, queue: string): Promise<void> => {
  await stage.rows(
    `INSERT INTO fap.failed_jobs (uuid, connection, queue, payload, exception, failed_at)
     SELECT u.uuid, connection, ?, REPLACE(payload, p.uuid, u.uuid), exception, UTC_TIMESTAMP()
     FROM queuekeeper_pattern.failed_jobs p, (SELECT UUID() AS uuid) u`,
    [queue],
  );
};
