import type { AlertDesk, AlertStore, RootPictures } from '../alerts/ports.ts';
import type {
  Approvals,
  KillSwitches,
  Outbox,
  PolicyKeeper,
  Preapprovals,
  RunControl,
} from '../core/approval-ports.ts';
import type { AuditHead } from '../core/audit-chain.ts';
import type { CardStore } from '../core/card-store.ts';
import type { Clock } from '../core/clock.ts';
import type { AuditProof, DrillRecords } from '../core/drill.ts';
import type { Log } from '../core/log.ts';
import type { QueuePauses } from '../core/pause-ports.ts';
import type { RequestPages } from '../core/request-pages.ts';
import type { Secret } from '../core/secret.ts';
import type { AuditLog, Requests } from '../core/store-ports.ts';
import { createAlertDesk } from './alert-desk.ts';
import { createAlertStore } from './alert-store.ts';
import { createAnchorFile } from './anchors.ts';
import { createApprovals } from './approvals.ts';
import { type Behind, createAuditGuard } from './audit-guard.ts';
import { createAuditLog } from './audit-log.ts';
import { createAuditProof } from './audit-proof.ts';
import { type AuditWalk, verifyAuditLog } from './audit-verify.ts';
import { createCardStore } from './card-store.ts';
import { createStoreDatabase, type StoreDatabase, type StoreLimits, usualLimits } from './database.ts';
import { createDrills } from './drills.ts';
import { findWideRights } from './grants.ts';
import { createInbound, type StoreInbound } from './inbound.ts';
import { createKillSwitches } from './kill-switches.ts';
import { createOutbox } from './outbox.ts';
import { createQueuePauses } from './pauses.ts';
import { createPolicyKeeper } from './policy-keeper.ts';
import { createPreapprovals } from './preapprovals.ts';
import { createRequestPages } from './request-pages.ts';
import { createRequests } from './requests.ts';
import { createRootPictures } from './root-pictures.ts';
import { createRunControl } from './run-control.ts';
import { createSamples } from './samples.ts';
import { headOf } from './seal.ts';

export interface StoreParts {
  /** The running account's; see `grantsFor`. Migrations run by `migrateStore`, with their own url. */
  readonly url: Secret;
  /** `audit.key`: seals the chain. */
  readonly key: Secret;
  /** `slack.channels.approvals`: people are told there who came into a group that may vote and who left. */
  readonly rosterChannel?: string;
  /** `slack.channels.alerts`: where incidents are told; undefined: nowhere, though they are kept. */
  readonly alertsChannel?: string;
  /** `alerts.hold_after`: so long after its end one of our own operations still explains a queue. Left out: five minutes. */
  readonly holdAfterSeconds?: number;
  /** `audit.file`: anchors are appended here, best on another host. */
  readonly anchorFile?: string;
  /** `audit.spool`: READ rows wait here while the store is away. */
  readonly spoolFile?: string;
  /** Told (seq, hash) of each committed OUTCOME and once an hour; must return at once. */
  readonly onAnchor?: (head: AuditHead) => void;
  readonly limits?: StoreLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/** Queuekeeper's own tables behind core's ports. Nothing is opened before the first call. */
export interface Store {
  readonly audit: AuditLog;
  readonly requests: Requests;
  readonly inbound: StoreInbound;
  readonly cards: CardStore;
  readonly approvals: Approvals;
  readonly control: RunControl;
  readonly switches: KillSwitches;
  readonly preapprovals: Preapprovals;
  readonly policy: PolicyKeeper;
  readonly outbox: Outbox;
  readonly requestPages: RequestPages;
  readonly pauses: QueuePauses;
  readonly drills: DrillRecords;
  readonly auditProof: AuditProof;
  /** For the one evaluator of all replicas, and for people. */
  readonly alerts: AlertStore;
  readonly desk: AlertDesk;
  readonly rootPictures: RootPictures;
  /** For tests and tools of this room. */
  readonly database: StoreDatabase;
  /** Connects, compares the log with its anchors, and writes what an earlier process left in the spool. Rejects with `StoreUnavailable`. */
  start(): Promise<void>;
  /** Anchors the head and purges what is old, once an hour, until the signal ends it. */
  maintain(signal: AbortSignal): Promise<void>;
  /** What the parts know by now; asks nobody. */
  state(): StoreState;
  /** Walks the whole audit log. */
  verifyAudit(): Promise<AuditWalk>;
  /** Rights on the audit log that the running account should not have; empty is good. */
  findWideRights(): Promise<readonly string[]>;
  /** Writes (or spools) what waits, then closes every connection; takes at most about so many milliseconds and five seconds more. */
  stop(milliseconds: number): Promise<void>;
}

export interface StoreState {
  readonly reachable: boolean;
  /** Of the audit log: the last try to seal succeeded, and no rows are lost. */
  readonly writable: boolean;
  readonly behind: Behind | undefined;
}

const hourMs = 3_600_000;

export function createStore(parts: StoreParts): Store {
  const { key, clock, log, onAnchor = () => undefined } = parts;
  const database = createStoreDatabase(parts.url, parts.limits ?? usualLimits);
  // What is in a hurry waits for no connection that others hold.
  const brakes = createStoreDatabase(parts.url, { ...(parts.limits ?? usualLimits), connections: 2 });
  const anchors = createAnchorFile(parts.anchorFile);
  const guard = createAuditGuard({ anchors, log });
  database.onConnect(guard.look);
  const audit = createAuditLog({
    ...{ database, guard, anchors, key, spoolFile: parts.spoolFile, onAnchor, clock, log },
  });
  const inbound = createInbound(database);
  const requests = createRequests({ database, audit, key, clock, log });

  const alertParts = {
    ...{ database, audit, samples: createSamples(database), channel: parts.alertsChannel, log },
    holdAfterSeconds: parts.holdAfterSeconds ?? 300,
  };

  const anchorHead = async (): Promise<void> => {
    const [row] = await database.query((sql) =>
      sql.all('SELECT seq, hash, UTC_TIMESTAMP(6) AS at FROM audit_head WHERE one = 1'),
    );
    // A log that has lost rows must not put its anchors over the ones that show it.
    if (row === undefined || guard.behind() !== undefined) return;
    onAnchor(headOf(row));
    await anchors.append(String(row['at']), headOf(row));
  };

  return {
    ...{ audit, inbound, database, cards: createCardStore(database), outbox: createOutbox(database) },
    requestPages: createRequestPages(database, audit),
    rootPictures: createRootPictures(database),
    switches: createKillSwitches({ database, brakes, audit }),
    pauses: createQueuePauses(database),
    preapprovals: createPreapprovals({ database, audit, key }),
    policy: createPolicyKeeper({ database, audit, key, rosterChannel: parts.rosterChannel }),
    ...{ alerts: createAlertStore(alertParts), desk: createAlertDesk(alertParts) },
    ...{ requests, control: createRunControl({ database, audit, key }) },
    ...{ drills: createDrills(database), auditProof: createAuditProof(database, key) },
    approvals: createApprovals({
      ...{ database, audit, key },
      finish: (execution) => requests.finish(execution, 'not_started', { why: 'anchor' }),
    }),
    async start() {
      await database.query((sql) => sql.all('SELECT 1'));
      audit.notes.start();
    },
    async maintain(signal) {
      while (!signal.aborted) {
        await Promise.all([anchorHead(), inbound.purge()]).catch((error: unknown) => {
          log.warn({ err: error }, 'the hourly care of the store has to wait');
        });
        await clock.wait(hourMs, signal).catch(() => undefined);
      }
    },
    state: () => ({
      ...{ reachable: database.isReachable(), writable: audit.isWritable(), behind: guard.behind() },
    }),
    verifyAudit: () => verifyAuditLog({ database, key, anchors }),
    findWideRights: () => findWideRights(database),
    async stop(milliseconds) {
      await audit.notes.stop(milliseconds);
      await Promise.all([database.close(), brakes.close()]);
    },
  };
}
