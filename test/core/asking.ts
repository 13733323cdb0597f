import type { Form, OpenForm, Submission } from '../../src/core/form.ts';
import type { RequestId } from '../../src/core/ids.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { RequestView } from '../../src/core/request.ts';
import { type Bench, type BenchOptions, createBench } from './bench.ts';
import { createTiny, type TinySwitches } from './tiny.ts';

/** The bench with the tiny operation, a Slack that opens forms, and people who fill them in and press buttons. */
export interface Asking extends Bench {
  readonly tiny: TinySwitches;
  readonly forms: Form[];
  readonly told: Reply[];
  /** False: Slack opens no form any more. */
  readonly slack: { opens: boolean };
  submit(who?: string, values?: Submission['values'], change?: Record<string, unknown>): Promise<void>;
  press(
    verb: string,
    who: string,
    change?: { readonly argument?: string; readonly id?: string },
  ): Promise<void>;
  /** As the store has it: the newest request. */
  view(): Promise<RequestView>;
  /** Lets the claimer look so often. */
  claim(): Promise<void>;
}

export function createAsking(options: BenchOptions = {}): Asking {
  const { operation, switches } = createTiny();
  const forms: Form[] = [];
  const told: Reply[] = [];
  const slack = { opens: true };
  const opened: OpenForm = {
    fill: async (form) => void forms.push(form),
    tell: async (reply) => void told.push(reply),
  };
  const bench = createBench({
    ...options,
    operations: [operation],
    surface: {
      async openForm(form) {
        if (slack.opens) forms.push(form);
        return slack.opens ? opened : undefined;
      },
      ...options.surface,
    },
  });
  switches.fake = bench.fake;
  let acts = 0;
  return {
    ...bench,
    ...{ tiny: switches, forms, told, slack },
    submit: (who = 'U0ANNA', values = new Map([['reason', 'the cause is gone']]), change = {}) =>
      bench.say('tidy', {
        ...{ who, source: 'modal', dedupeKey: `form:${++acts}` },
        submission: { values, carried: { words: 'tidy', channel: 'C0OPS', highest: 4 } },
        ...change,
      }),
    async press(verb, who, { argument = '', id } = {}) {
      const requestId = id ?? bench.memory.kept.at(-1)?.request.id ?? '';
      await bench.say('', {
        ...{ who, source: 'button', channel: 'C0APPROVE', messageTs: '1.1', dedupeKey: `action:${++acts}` },
        press: { verb, requestId, argument },
      });
    },
    async view() {
      const id = bench.memory.kept.at(-1)?.request.id ?? ('' as RequestId); // none was asked
      const found = await bench.requests.find({ id });
      if (found === undefined) throw new Error('nothing was asked');
      return found;
    },
    async claim() {
      const stop = new AbortController();
      const running = bench.claimer.run(stop.signal);
      await bench.settled();
      stop.abort();
      await running;
    },
  };
}
