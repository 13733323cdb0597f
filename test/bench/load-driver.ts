import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Burst {
  readonly kind: 'burst';
  readonly appUrl: string;
  readonly signingSecret: string;
  /** One command each, all at once. */
  readonly texts: readonly string[];
  /** 0: does not wait for answers. */
  readonly answersWithinMs: number;
}

export interface BurstResult {
  readonly kind: 'burst';
  readonly ackMs: readonly number[];
  /** `body`: the JSON that was posted to the response_url of the command `text`. */
  readonly answers: readonly { readonly text: string; readonly afterMs: number; readonly body: string }[];
}

export interface Stream {
  readonly kind: 'stream';
  readonly appUrl: string;
  readonly signingSecret: string;
  readonly text: string;
  readonly count: number;
  readonly people: number;
}

export interface StreamResult {
  readonly kind: 'stream';
  readonly seconds: number;
  readonly answerMs: readonly number[];
  /** Of the driver itself so far: where it comes near the seconds, it was the bottleneck. */
  readonly cpuSeconds: number;
}

export type Order = Burst | Stream;

export interface LoadDriver {
  burst(order: Omit<Burst, 'kind'>): Promise<BurstResult>;
  stream(order: Omit<Stream, 'kind'>): Promise<StreamResult>;
  stop(): void;
}

type Said = BurstResult | StreamResult | { readonly kind: 'ready' | 'broken'; readonly message?: string };

/** One order at a time. */
export async function startLoadDriver(): Promise<LoadDriver> {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  const hear = async (): Promise<Said> => {
    const [said] = await once(child, 'message');
    return said as Said; // load.ts says nothing else
  };
  await hear();
  const tell = async (order: Order): Promise<Said> => {
    const heard = hear();
    child.send(order);
    return heard;
  };
  return {
    async burst(order) {
      const said = await tell({ kind: 'burst', ...order });
      if (said.kind !== 'burst') throw new Error(`the load driver broke: ${JSON.stringify(said)}`);
      return said;
    },
    async stream(order) {
      const said = await tell({ kind: 'stream', ...order });
      if (said.kind !== 'stream') throw new Error(`the load driver broke: ${JSON.stringify(said)}`);
      return said;
    },
    stop: () => child.disconnect(),
  };
}
