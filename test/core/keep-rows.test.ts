import { describe, expect, it } from 'vitest';
import { failedJobId } from '../../src/core/ids.ts';
import { keepRows } from '../../src/core/keep-rows.ts';
import type { FrozenTarget } from '../../src/core/request.ts';

const target = (id: number): FrozenTarget => ({
  ...{ failedId: failedJobId(id), uuid: null, jobUuid: null, connection: 'database', queue: 'reports' },
  ...{ payloadSha256: 'a'.repeat(64), jobClass: 'Job', businessKey: null },
});

interface Stage {
  readonly seen: string[];
  /** Lets the oldest batch that is being kept end. */
  end(error?: Error): void;
  readonly run: Promise<string>;
}

function start(batches: number, fail?: Error): Stage {
  const seen: string[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  async function* rows(): AsyncGenerator<readonly FrozenTarget[], string> {
    try {
      for (let id = 1; id <= batches; id += 1) {
        seen.push(`made ${id}`);
        yield [target(id)];
      }
      if (fail !== undefined) throw fail;
      return 'all';
    } finally {
      seen.push('stream over');
    }
  }
  const keep = (some: readonly FrozenTarget[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const id = some[0]?.failedId;
      seen.push(`keeping ${id}`);
      waiting.push((error) => {
        seen.push(`kept ${id}`);
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  const run = keepRows(rows(), { add: ({ failedId }) => void seen.push(`digested ${failedId}`) }, keep);
  run.catch(() => undefined);
  return { seen, run, end: (error) => waiting.shift()?.(error) };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('keeping a stream of rows', () => {
  it('makes the next batch while one is kept, and no further one', async () => {
    const { seen, end, run } = start(3);
    await settle();
    expect(seen).toEqual(['made 1', 'digested 1', 'keeping 1', 'made 2']);
    end();
    await settle();
    expect(seen.slice(4)).toEqual(['kept 1', 'digested 2', 'keeping 2', 'made 3']);
    end();
    await settle();
    end();
    expect(await run).toBe('all');
    expect(seen.filter((what) => what.startsWith('digested'))).toHaveLength(3);
  });

  it('returns only when the last batch is kept', async () => {
    const { end, run } = start(1);
    let isOver = false;
    void run.then(() => {
      isOver = true;
    });
    await settle();
    expect(isOver).toBe(false);
    end();
    expect(await run).toBe('all');
  });

  it('rejects when a batch was not kept, keeps no other one, and ends the stream', async () => {
    const { seen, end, run } = start(3);
    await settle();
    end(new Error('the store is away'));
    await expect(run).rejects.toThrow('the store is away');
    expect(seen.filter((what) => what.startsWith('keeping'))).toEqual(['keeping 1']);
    expect(seen).toContain('stream over');
  });

  it("rejects with the stream's error once nothing is being kept any more", async () => {
    const { seen, end, run } = start(1, new Error('the database is away'));
    await settle();
    expect(seen).not.toContain('kept 1');
    end();
    await expect(run).rejects.toThrow('the database is away');
    expect(seen).toContain('kept 1');
  });
});
