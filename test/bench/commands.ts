import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RowDataPacket } from 'mysql2/promise';
import { type Bench, type Line, median, milliseconds, pause, percentile, times } from './bench.ts';
import { startLoadDriver } from './load-driver.ts';
import { startRival } from './rival.ts';
import { onScene, type Scene } from './scene.ts';

const people = 50;
const warmUp = 1_000;
const count = 4_000;
const rounds = 3;
const word = 'whoami';

/** Commands answered a second over HTTP, each with its sealed audit row. */
export const commands: Bench = {
  name: 'commands',
  about: `commands answered a second, ${people} people at once`,
  run: (say) =>
    onScene({}, async (scene) => {
      const driver = await startLoadDriver();
      const rival = await startRival(scene.slack, 'only-answers');
      try {
        const bot = await scene.bot();
        const { signingSecret } = scene.slack.workspace.tokens;
        const measure = async (appUrl: string, n: number): Promise<Round> => {
          const { seconds, answerMs, cpuSeconds } = await driver.stream({
            ...{ appUrl, signingSecret, text: word, count: n, people },
          });
          return { aSecond: n / seconds, p99: percentile(answerMs, 0.99), cpuSeconds };
        };
        const ours = bot.appUrl ?? '';
        await measure(rival.appUrl, warmUp);
        await measure(ours, warmUp);
        const found = { ours: [] as Round[], rival: [] as Round[] };
        for (let n = 0; n < rounds; n += 1) {
          found.rival.push(await measure(rival.appUrl, count));
          found.ours.push(await measure(ours, count));
          say(`round ${n + 1}: ${rate(found.ours.at(-1))}; only answers: ${rate(found.rival.at(-1))}`);
        }
        const audit = await checkAudit(scene, warmUp + rounds * count);
        return linesOf(found.ours, found.rival, audit);
      } finally {
        driver.stop();
        await rival.stop();
      }
    }),
};

interface Round {
  readonly aSecond: number;
  readonly p99: number;
  readonly cpuSeconds: number;
}

const rate = (round: Round | undefined): string =>
  `${round?.aSecond.toFixed(0)}/s (p99 ${milliseconds(round?.p99 ?? 0)})`;

interface AuditCheck {
  readonly rows: number;
  readonly wanted: number;
  readonly holds: boolean;
  readonly behindMs: number;
}

function linesOf(ours: readonly Round[], rival: readonly Round[], audit: AuditCheck): readonly Line[] {
  const mine = median(ours.map(({ aSecond }) => aSecond));
  const theirs = median(rival.map(({ aSecond }) => aSecond));
  return [
    {
      what: `commands answered a second, HTTP, ${people} people, median of ${rounds} × ${count.toLocaleString('en')}`,
      ours: `${mine.toFixed(0)}/s, p99 ${milliseconds(median(ours.map(({ p99 }) => p99)))}`,
      rival: `only answers ${theirs.toFixed(0)}/s, p99 ${milliseconds(median(rival.map(({ p99 }) => p99)))}`,
      ...{ ratio: times(mine / theirs), asked: '≥ 0.5 ×', holds: mine / theirs >= 0.5 },
    },
    {
      what: 'each with its sealed audit row',
      ours: `${audit.rows.toLocaleString('en')} rows, the last ${milliseconds(audit.behindMs)} after; chain ${audit.holds ? 'holds' : 'BROKEN'}`,
      ...{ rival: '', ratio: '', asked: `${audit.wanted.toLocaleString('en')} rows, chain holds` },
      holds: audit.rows === audit.wanted && audit.holds,
    },
  ];
}

const auditLimitMs = 20_000;

async function checkAudit(scene: Scene, wanted: number): Promise<AuditCheck> {
  const began = performance.now();
  let rows = await auditRows(scene);
  while (rows < wanted && performance.now() - began < auditLimitMs) {
    await pause(50);
    rows = await auditRows(scene);
  }
  const behindMs = performance.now() - began;
  return { rows, wanted, behindMs, holds: (await verifyAudit(scene)) === 0 };
}

async function auditRows({ world }: Scene): Promise<number> {
  const [[row]] = await world.sql.query<RowDataPacket[]>(
    `SELECT COUNT(*) AS n FROM queuekeeper.audit_log WHERE event = 'READ' AND verb = ?`,
    [word],
  );
  return Number(row?.['n']);
}

/** As a user would: `queuekeeper audit`; its exit code. */
async function verifyAudit({ world, config }: Scene): Promise<unknown> {
  const launcher = fileURLToPath(new URL('../../src/launch.mjs', import.meta.url));
  const child = spawn(process.execPath, [launcher, 'audit', '--config', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'], ...world.env },
  });
  const [code] = await once(child, 'exit');
  return code;
}
