import type { ArchivedRow, RunControl } from '../../src/core/approval-ports.ts';
import type { FailedJobId } from '../../src/core/ids.ts';
import { AuditNotWritable } from '../../src/core/store-ports.ts';
import {
  countsOf,
  executionOf,
  findHolder,
  isRunning,
  type Memory,
  ownIn,
  runningIn,
  sealIn,
} from './memory.ts';

/** Run control in memory, with the same refusals as the store's. Takes the requests' memory, so that both see the same. */
export function createFakeRunControl(memory: Memory): RunControl {
  const find = (requestId: string) => memory.kept.find(({ request }) => request.id === requestId);
  let taken = 0;
  return {
    async mayGoOn(execution) {
      const { run } = ownIn(memory, execution);
      if (run.stoppedBy !== null) return { kind: 'stopped', by: run.stoppedBy };
      const freeze = memory.freezes.get(execution.app);
      const continued = run.continuedBy !== null;
      return freeze === undefined ? { kind: 'go', continued } : { kind: 'frozen', freeze, continued };
    },
    async progress(execution, progress) {
      const found = runningIn(memory, execution);
      found.run.progress = progress;
      found.version += 1;
    },
    async letSlotGo(execution) {
      runningIn(memory, execution).run.hasSlot = false;
    },
    async takeSlotAgain(execution) {
      const found = runningIn(memory, execution);
      const holder = findHolder(memory, found.request);
      if (holder !== undefined && holder !== found) return false;
      found.run.hasSlot = true;
      return true;
    },
    async askSlot(execution) {
      const found = runningIn(memory, execution);
      const holder = findHolder(memory, found.request);
      if (holder !== undefined && holder !== found) return holder.number;
      found.run.hasSlot = true;
      return undefined;
    },
    async press(kind, requestId, actor) {
      const found = find(requestId);
      if (found === undefined || !isRunning(found) || found.run.stoppedBy !== null) return false;
      if (kind === 'continue' && found.run.continuedBy !== null) return false;
      try {
        sealIn(memory, kind === 'stop' ? 'STOPPED' : 'CONTINUED');
      } catch (error) {
        if (!(error instanceof AuditNotWritable) || kind === 'continue') throw error;
        memory.events.push('STOPPED NOTED');
      }
      if (kind === 'stop') found.run.stoppedBy = actor;
      else found.run.continuedBy = actor;
      found.version += 1;
      return true;
    },
    async targetPage(requestId, { after, limit, states }) {
      const targets = find(requestId)?.targets ?? [];
      return targets
        .filter(({ failedId, state }) => failedId > after && (states?.includes(state) ?? true))
        .slice(0, limit);
    },
    async countsByState(requestId) {
      return countsOf(find(requestId)?.targets ?? []);
    },
    async archived(requestId, after, bytes) {
      const rows = [...(find(requestId)?.rows ?? [])].sort((a, b) => a.row.id - b.row.id);
      const page: ArchivedRow[] = [];
      let size = 0;
      for (const { row, restoredAt } of rows) {
        if (row.id <= after) continue;
        size += row.payload.length + row.exception.length;
        if (page.length > 0 && size > bytes) break;
        page.push({ ...row, intact: true, restoredAt });
      }
      return page;
    },
    async claimRestore(execution, from, ids) {
      runningIn(memory, execution);
      const ours = new Set<FailedJobId>();
      for (const kept of find(from)?.rows ?? []) {
        if (kept.restoredAt !== null || !ids.includes(kept.row.id)) continue;
        kept.restoredAt = memory.now();
        ours.add(kept.row.id);
      }
      return ours;
    },
    async restored(execution, from) {
      runningIn(memory, execution);
      const [restore, origin] = [find(execution.requestId), from === undefined ? undefined : find(from)];
      if (origin !== undefined) {
        origin.restored += countsOf(restore?.targets ?? []).restored ?? 0;
        origin.version += 1;
      }
      sealIn(memory, 'RESTORED');
    },
    async takeOverFollow() {
      const found = memory.kept.find(({ run }) => run.followToken === 'over');
      if (found === undefined) return undefined;
      taken += 1;
      found.run.followToken = `follow ${taken}`;
      return executionOf(found, true, found.run.followToken);
    },
    async keepFollow(execution, ended) {
      const found = find(execution.requestId);
      if (found === undefined || found.run.followToken !== execution.leaseToken) return false;
      if (!ended) return true;
      found.run.followToken = undefined;
      found.version += 1;
      return true;
    },
  };
}
