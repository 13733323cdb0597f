import type { Logger } from 'pino';
import { describeFault, describeWarning } from '../config/describe.ts';
import type { ConfigFault } from '../config/fault.ts';
import type { Loaded } from '../config/load.ts';
import { type ProcessSettings, readProcessSettings } from '../config/process-settings.ts';
import { within } from '../core/within.ts';
import { createHealthServer, type HealthServer } from '../health/server.ts';
import { createCleaner, createLog } from '../log.ts';
import { cliTexts } from '../text/cli.ts';
import type { Bot, Readiness } from './bot.ts';
import type { CommandLine } from './command-line.ts';
import { configFileOf, load, reportFaults } from './configured.ts';
import { portsOf, sayError } from './say-error.ts';
import { secretsIn } from './secrets-in.ts';
import { type Terminal, terminalLocale } from './terminal.ts';

/** The contract gives 30 s from SIGTERM to the end; what has not ended by then is the next process's. */
const stopLimitMs = 25_000;

/** Why a running process ends. */
type End =
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'fatal'; readonly error: unknown }
  | { readonly kind: 'start-failed'; readonly error: unknown };

/**
 * `start`: runs the bot until a signal, with JSON lines on stdout. 0 after a signal, 1 when it could not start or met an
 * error that nobody handled, 2 for faults in the configuration or the environment.
 */
export async function start(command: CommandLine, terminal: Terminal): Promise<number> {
  const file = configFileOf(command, terminal);
  const loaded = load(file, terminal);
  const read = readProcessSettings(terminal.env, terminal.readFile);
  if (!loaded.ok || !read.ok) {
    const faults = [...(loaded.ok ? [] : loaded.faults), ...(read.ok ? [] : read.faults)];
    refuse(file, faults, terminal);
    return 2;
  }
  return run(loaded, read.settings, terminal);
}

/** The faults in words for whoever looks at the terminal, and as log lines for whoever collects those. */
function refuse(file: string, faults: readonly ConfigFault[], terminal: Terminal): void {
  const log = createLog({ level: 'info', base: baseOf(terminal), secrets: [], write: terminal.out });
  for (const fault of faults) {
    // Not the whole sentence: "SLACK_BOT_TOKEN: expected" looks to the log like a token that must be hidden.
    const { text: _, ...fields } = describeFault(fault, 'en');
    log.error({ file, ...fields }, 'the configuration is faulty');
  }
  reportFaults(file, faults, false, terminal);
}

const baseOf = ({ version, instance }: Terminal): Record<string, string> => ({ version, instance });

async function run(
  { configuration, warnings }: Extract<Loaded, { ok: true }>,
  { slack, ops, logLevel }: ProcessSettings,
  terminal: Terminal,
): Promise<number> {
  const { clock, version, instance } = terminal;
  const secrets = secretsIn(configuration, slack);
  const log = createLog({ level: logLevel, base: baseOf(terminal), secrets, write: terminal.out });
  for (const warning of warnings) log.warn({ path: warning.path }, describeWarning(warning, 'en').text);
  const life = new Life();
  const stopListening = listen(terminal, life);
  let bot: Bot | undefined;
  const health = createHealthServer({ readiness: () => life.readiness(bot), version, instance });
  try {
    const address = await health.listen(ops.port, ops.host);
    log.info({ ...address }, 'health server listens');
    const buildBot = await terminal.loadBot();
    bot = buildBot({ configuration, slack, clock, log, version, instance });
    const apps = configuration.apps.map(({ description }) => description.name);
    launch(bot, life, log, apps);
  } catch (error) {
    life.end({ kind: 'start-failed', error });
  }
  const end = await life.ended;
  if (end.kind === 'start-failed') {
    // The log has it whole; this is for whoever looks at the terminal.
    const texts = cliTexts[terminalLocale(terminal.env)];
    const said = sayError(end.error, texts, createCleaner(secrets), portsOf({ ops, slack }));
    terminal.err(`${texts.notStarted(said)}\n`);
  }
  try {
    return await shutDown(end, bot, health, log, life);
  } finally {
    stopListening();
  }
}

/** What this process is about to do, from which readiness follows. */
class Life {
  readonly ended: Promise<End>;
  readonly hurried: Promise<void>;
  readonly end: (end: End) => void;
  readonly hurry: () => void;
  started = false;
  stopping = false;

  constructor() {
    let end: (end: End) => void = () => {};
    let hurry: () => void = () => {};
    this.ended = new Promise((resolve) => {
      end = resolve;
    });
    this.hurried = new Promise((resolve) => {
      hurry = resolve;
    });
    this.end = (why) => {
      this.stopping = true;
      end(why);
    };
    this.hurry = hurry;
  }

  readiness(bot: Bot | undefined): Readiness {
    const own = this.stopping
      ? { name: 'process', ok: false, detail: 'stopping' }
      : { name: 'process', ok: this.started, detail: this.started ? 'started' : 'starting' };
    const parts = bot?.readiness() ?? { ready: false, checks: [] };
    return { ready: own.ok && parts.ready, checks: [own, ...parts.checks] };
  }
}

function listen(terminal: Terminal, life: Life): () => void {
  const forgetStop = terminal.signals.onStop((signal) => {
    if (life.stopping) life.hurry();
    else life.end({ kind: 'signal', signal });
  });
  const forgetFatal = terminal.signals.onFatal((error) => {
    if (life.stopping) return;
    life.end({ kind: 'fatal', error });
  });
  return () => {
    forgetStop();
    forgetFatal();
  };
}

/** Starts without being waited for: a signal may come while the store or Slack is still not there. */
function launch(bot: Bot, life: Life, log: Logger, apps: readonly string[]): void {
  bot.start().then(
    () => {
      life.started = true;
      log.info({ apps }, 'ready');
    },
    (error: unknown) => life.end({ kind: 'start-failed', error }),
  );
}

async function shutDown(
  end: End,
  bot: Bot | undefined,
  health: HealthServer,
  log: Logger,
  life: Life,
): Promise<number> {
  if (end.kind === 'signal') log.info({ signal: end.signal }, 'stopping');
  if (end.kind === 'fatal') log.fatal({ err: end.error }, 'an error that nobody handled: stopping');
  if (end.kind === 'start-failed') log.fatal({ err: end.error }, 'could not start');
  const stopped = bot === undefined ? Promise.resolve() : bot.stop();
  const how = await within(
    Promise.race([stopped.then(() => 'stopped' as const), life.hurried.then(() => 'hurried' as const)]),
    stopLimitMs,
    'late' as const,
  ).catch((error: unknown) => {
    log.error({ err: error }, 'stopping failed');
    return 'stopped' as const;
  });
  // The health server goes last, so that whoever asks meanwhile hears "stopping" instead of nothing.
  await health.close();
  if (how === 'stopped') log.info({}, 'stopped');
  else log.warn({ how }, 'ended before everything was handed back; the next process reconciles the rest');
  return end.kind === 'signal' ? 0 : 1;
}
