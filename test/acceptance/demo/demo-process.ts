import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../demo/world/port.ts';
import { findProcesses } from '../world/processes.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const startLimitMs = 120_000;
/** As long as `expect.poll` waits here. */
const patienceMs = 60_000;

/**
 * Five seconds are promised and kept by a timer (demo/ending.ts), which a busy machine fires late; where that was needed the
 * exit code says so.
 */
export const endsWithinMs = 10_000;

/** The demo as its users start it, in a temporary folder of its own. */
export interface DemoProcess {
  readonly address: string;
  readonly child: ChildProcess;
  /** From the start to the address on the terminal. */
  readonly startedAfterMs: number;
  /** Its temporary folder; a relative `--keep` lands in it. */
  readonly folder: string;
  /** The newest state of a panel. */
  look<T>(panel: 'world' | 'tour'): Promise<T>;
  /** Presses a panel's button: `world/break/redis`. What it answers. */
  press<T>(what: string): Promise<T>;
  /** Types a command in #ops and resolves with the text of the answer that this person sees. */
  ask(words: string, who?: string): Promise<string>;
  /** Types a command in #ops. */
  type(words: string, who: string): Promise<void>;
  /** Resolves when a person sees these words in #ops. */
  sees(words: string, who: string): Promise<void>;
  /** The first newest request or answer on the wire that is so. */
  wire(isSo: (entry: WireSeen) => boolean): Promise<WireSeen>;
  /** What a person sees in #ops. */
  messages(who?: string): Promise<readonly SeenMessage[]>;
  /** All that it said so far. */
  output(): string;
  /** Resolves when it has said this. */
  says(words: string, limitMs?: number): Promise<void>;
  /** Sends a signal, or several at once, and waits for its end. */
  end(...signals: readonly NodeJS.Signals[]): Promise<Ended>;
  /** What was left behind in its temporary folder, and who works there. */
  leftovers(): Promise<{ readonly files: readonly string[]; readonly processes: readonly string[] }>;
  /** Whatever happened. */
  remove(): Promise<void>;
}

export interface SeenMessage {
  readonly ts: string;
  readonly botId?: string;
  readonly edits: number;
  readonly plain: string;
}

export interface WireSeen {
  readonly what: string;
  readonly httpStatus?: number;
  readonly error?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly milliseconds: number;
}

export interface DemoStart {
  readonly words?: readonly string[];
  /** Of an earlier demo. */
  readonly folder?: string;
  readonly port?: number;
  /** `main` leaves out the set-up, which tests of this machine have behind them. */
  readonly script?: 'main.ts' | 'run.mjs';
  /** Resolve before it is up. */
  readonly unready?: boolean;
}

export async function startDemo(start: DemoStart = {}): Promise<DemoProcess> {
  const { words = [], script = 'main.ts' } = start;
  const folder = start.folder ?? (await realpath(await mkdtemp(join(tmpdir(), 'queuekeeper-demo-'))));
  const temporary = `${folder}/tmp`;
  await mkdir(temporary, { recursive: true });
  const port = start.port ?? (await freePort());
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [...(script === 'main.ts' ? ['--import', 'tsx'] : []), `demo/${script}`, '--no-open', ...words],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEMO_PORT: String(port), TMPDIR: temporary, INIT_CWD: folder },
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const says = async (wanted: string, limitMs = startLimitMs): Promise<void> => {
    const until = Date.now() + limitMs;
    while (!said.includes(wanted)) {
      if (hasEnded() || Date.now() > until) throw new Error(`the demo never said "${wanted}":\n${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const address = `http://127.0.0.1:${port}`;
  const remove = async (): Promise<void> => {
    child.kill('SIGKILL');
    while (!hasEnded()) await new Promise((resolve) => setTimeout(resolve, 10));
    // What it had started may still write for a moment.
    await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  };
  if (start.unready !== true)
    await says(address).catch(async (error: unknown) => {
      await remove();
      throw error;
    });
  const control = createHands(address);
  return {
    ...control,
    ...{ folder, address, child, says, output: () => said, startedAfterMs: performance.now() - begun },
    async end(...signals) {
      const asked = performance.now();
      for (const signal of signals) child.kill(signal);
      while (!hasEnded()) await new Promise((resolve) => setTimeout(resolve, 10));
      return { code: child.exitCode, milliseconds: performance.now() - asked };
    },
    async leftovers() {
      // The leash outlives whom it guards, by moments.
      const until = Date.now() + patienceMs;
      for (;;) {
        // Whatever tsx runs leaves its cache there.
        const files = (await readdir(temporary)).filter((name) => !name.startsWith('tsx-'));
        const left = { files, processes: await findProcesses(temporary) };
        if ((left.files.length === 0 && left.processes.length === 0) || Date.now() > until) return left;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    remove,
  };
}

type Hands = Pick<DemoProcess, 'look' | 'press' | 'ask' | 'type' | 'sees' | 'wire' | 'messages'>;

/** Resolves with the first answer that is something. */
async function waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`there never was ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What tests do in a running demo, over the same paths as its pages. */
function createHands(address: string): Hands {
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${address}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const messages: DemoProcess['messages'] = async (who = 'U0ANNA') =>
    (await (await fetch(`${address}/control/messages?who=${who}&channel=C0OPS`)).json()) as SeenMessage[]; // ours
  const type: DemoProcess['type'] = async (words, who) =>
    void (await post('/control/command', { who, channel: 'C0OPS', text: words }));
  return {
    ...{ messages, type },
    async look<T>(panel: string): Promise<T> {
      const { body } = await fetch(`${address}/panel/${panel}/stream`);
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      let data: string | undefined;
      while (data === undefined) {
        const read = await reader?.read();
        if (read === undefined || read.done) throw new Error(`${panel} told nothing`);
        text += read.value;
        data = /^data: (.*)\n\n/m.exec(text)?.[1];
      }
      await reader?.cancel();
      return JSON.parse(data);
    },
    press: async (what) => (await post(`/panel/${what}`, {})).json() as never, // the test knows what it answers
    async ask(words, who = 'U0ANNA') {
      const known = new Set((await messages(who)).map(({ ts }) => ts));
      await type(words, who);
      return waitFor(
        `an answer to "${words}"`,
        async () =>
          (await messages(who)).find(({ ts, botId }) => botId !== undefined && !known.has(ts))?.plain,
      );
    },
    async sees(words, who) {
      await waitFor(`"${words}"`, async () =>
        (await messages(who)).find(({ plain }) => plain.includes(words)),
      );
    },
    wire: (isSo) =>
      waitFor('such a thing on the wire', async () => {
        const entries = (await (await fetch(`${address}/control/wire`)).json()) as WireSeen[]; // ours
        return entries.findLast(isSo);
      }),
  };
}
