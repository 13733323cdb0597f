import { type ClaimParts, claimApproved, type Rest } from './claim-approved.ts';
import { createNaps } from './naps.ts';
import type { RequestView } from './request.ts';
import { StoreUnavailable } from './store-ports.ts';

/** Starts what other persons have approved: on every replica, each request by exactly one of them. */
export interface ApprovalClaimer {
  /** A hint that something may have been approved; returns at once. */
  kick(): void;
  /** Until the signal; resolves when no claim is under way any more. */
  run(signal: AbortSignal): Promise<void>;
}

const lookEveryMs = 2_000;
const storeGoneMs = 5_000;
const mostAtOnce = 20;

export function createApprovalClaimer<World>(parts: ClaimParts<World>): ApprovalClaimer {
  const { approvals, clock, log } = parts;
  /** Requests that can't begin yet are left alone until then, in milliseconds of Unix time. */
  const resting = new Map<string, number>();
  const naps = createNaps(clock);

  const restOf = (id: string, { milliseconds }: Rest): void => {
    if (milliseconds === 0) resting.delete(id);
    else resting.set(id, clock.now().getTime() + milliseconds);
  };

  const claimEach = async (views: readonly RequestView[], signal: AbortSignal): Promise<void> => {
    for (const view of views) {
      if (signal.aborted) return;
      if ((resting.get(view.id) ?? 0) > clock.now().getTime()) continue;
      const rest = await claimApproved(parts, view, signal).catch((error: unknown): Rest => {
        const level = signal.aborted || error instanceof StoreUnavailable ? 'info' : 'error';
        log[level]({ err: error, request: view.number }, 'an approved request can not be started now');
        return { milliseconds: storeGoneMs };
      });
      restOf(view.id, rest);
    }
  };

  /** Of one application one after the other, the longest waiting first; applications wait for nobody else's data. */
  const look = async (signal: AbortSignal): Promise<void> => {
    const approved = await approvals.approved(mostAtOnce);
    const apps = new Set(approved.map(({ app }) => app));
    const ofApp = (app: string): readonly RequestView[] => approved.filter((view) => view.app === app);
    await Promise.all([...apps].map((app) => claimEach(ofApp(app), signal)));
    for (const [id, until] of resting) if (until <= clock.now().getTime()) resting.delete(id);
  };

  return {
    kick: naps.kick,
    async run(signal) {
      while (!signal.aborted) {
        naps.begin();
        await look(signal).catch((error: unknown) => {
          log.warn({ err: error }, 'the store does not say what is approved');
        });
        await naps.nap(lookEveryMs, signal);
      }
    },
  };
}
