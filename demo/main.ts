/** The demo: the world in miniature with failures made by real workers, a simulated Slack, and the bot between them. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type RunningBot, startBot } from './bot.ts';
import { createSlack, type SimulatedSlack } from './slack/server.ts';
import { startWorld, type World } from './world/world.ts';

const usage = 'Usage: npm run demo -- [--socket] [--lang en|zh-CN]';

interface Options {
  readonly socket: boolean;
  readonly locale: string;
  readonly port: number;
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: { socket: { type: 'boolean', default: false }, lang: { type: 'string', default: 'en' } },
    });
    const port = Number(process.env['DEMO_PORT'] ?? 4390);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error('DEMO_PORT is no port');
    if (values.lang !== 'en' && values.lang !== 'zh-CN') throw new Error('--lang is en or zh-CN');
    return { socket: values.socket, locale: values.lang, port };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

async function openSlack(port: number): Promise<SimulatedSlack> {
  try {
    return await createSlack({ port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      console.error(`Port ${port} is taken. Choose another one: DEMO_PORT=4400 npm run demo`);
      process.exit(2);
    }
    throw error;
  }
}

/** What somebody finds at 3 a.m.: reports hang without workers, refunds failed at the provider, insights ran out of budget. */
async function makeTrouble({ app, supervisor, sql }: World): Promise<void> {
  await app.behave({
    GenerateReportSnapshotJob: { do: 'throw', exception: 'content' },
    RefundOrderJob: { do: 'throw', exception: 'provider' },
    GenerateInsightJob: { do: 'throw', exception: 'budget' },
  });
  for (const [kind, count] of [
    ['GenerateReportSnapshotJob', 6],
    ['RefundOrderJob', 2],
    ['GenerateInsightJob', 3],
  ] as const) {
    await app.dispatch(kind, count);
  }
  const failed = async (): Promise<number> => {
    const [rows] = await sql.query<never>('SELECT COUNT(*) AS n FROM fap.failed_jobs');
    return Number((rows as readonly { readonly n: number }[])[0]?.n); // what the query selects
  };
  const until = Date.now() + 20_000;
  while ((await failed()) < 11 && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 200));
  await supervisor?.ctl('stop', 'fap-queue-reports:*');
  await app.behave({
    GenerateReportSnapshotJob: undefined,
    RefundOrderJob: undefined,
    GenerateInsightJob: undefined,
  });
  await app.dispatch('GenerateReportSnapshotJob', 12);
}

function say(options: Options, world: World, bot: RunningBot): void {
  const how = options.socket ? 'Socket Mode' : 'signed HTTP';
  console.log(`
Queuekeeper is up (${how}), and reports hang.

  http://127.0.0.1:${options.port}   the simulated Slack
  ${bot.opsUrl}/readyz       is the bot well?
  ${world.folder}

In a second terminal, type as Anna, who is on call:

  npm run demo:say -- "status"
  npm run demo:say -- "failed reports"
  npm run demo:say -- "show 1"
  npm run demo:say -- "retry 1"            (her reports' workers are stopped, so it waits)
  npm run demo:say -- "workers reports"
  npm run demo:say -- --click Share        press a button of the last answer
  npm run demo:say -- "whoami" --as chen   Chen's Slack is Chinese

Start the workers again:  supervisorctl -c ${world.folder}/supervisord.conf start fap-queue-reports:*
Stop the demo with Ctrl-C.
`);
}

async function main(): Promise<void> {
  const options = readOptions();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
  const slack = await openSlack(options.port);
  console.log('Starting MariaDB, Redis, sshd, supervisord and a Laravel application …');
  const world = await startWorld({ workers: 'all', tries: 1 });
  let bot: RunningBot | undefined;
  try {
    const config = await world.config({ locale: options.locale });
    const [started] = await Promise.all([
      startBot({
        slack,
        config,
        env: world.env,
        socket: options.socket,
        logFile: `${world.folder}/queuekeeper.log`,
      }),
      makeTrouble(world),
    ]);
    bot = started;
    say(options, world, bot);
    if (!stopping.signal.aborted)
      await Promise.race([once(stopping.signal, 'abort'), once(bot.process, 'exit')]);
    if (!stopping.signal.aborted) console.error(`The bot ended by itself:\n${bot.logs().slice(-2_000)}`);
  } finally {
    console.log('Stopping …');
    const late = new Promise((resolve) => setTimeout(resolve, 2_000));
    if (bot !== undefined) await Promise.race([bot.stop(), late]);
    await bot?.kill();
    await slack.close();
    await world.stop();
  }
}

await main();
process.exit(0);
