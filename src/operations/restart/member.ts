import type { ProgramSettings, WorkerProcess } from '../ports.ts';

/**
 * One process of a restart: as it was before, and what became of it. Plain data, as it stands in a request's facts, in the
 * run's progress and in its outcome.
 */
export interface Member {
  readonly host: string;
  readonly group: string;
  /** As Supervisor lists it; of a host that could not be asked, the group's. */
  readonly name: string;
  readonly before: WorkerProcess['state'];
  /** Before; null: it did not run. */
  readonly pid: number | null;
  /** Supervisor kills it so long after it was told to stop; null: not known. */
  readonly stopWaitSeconds: number | null;
  /** What its command line lets a job take; 0: no limit; null: not known. */
  readonly jobSeconds: number | null;
  readonly phase: Phase;
  /** Now. */
  readonly state: WorkerProcess['state'] | null;
  readonly newPid: number | null;
  /** That its restart has taken so far. */
  readonly seconds: number;
  readonly why: Why | null;
  /** Its job was still running when Supervisor had waited long enough. */
  readonly killed: boolean;
  /** Who else has restarted it meanwhile; null: nobody, or this request. */
  readonly by: 'others' | 'update' | null;
  /** Supervisor's or the host's own words, redacted, at most 200 characters. */
  readonly said: string;
}

export type Phase =
  | 'waiting'
  | 'restarting'
  /** RUNNING with another pid. */
  | 'new'
  /** Did not run before, and is RUNNING. */
  | 'started'
  /** Still the process that it was. */
  | 'old'
  /** Does not run, or not for long. */
  | 'down'
  /** Supervisor does not list it. */
  | 'gone'
  /** Taken out by the update that somebody let go on. */
  | 'removed'
  | 'unknown';

/** Why it is not as it should be. */
export type Why =
  | 'host-away'
  /** Its job goes on, and Supervisor still waits for it. */
  | 'long-job'
  /** The host did not start the command. */
  | 'refused'
  | 'unchanged'
  /** One before it did not come back, and the queue keeps those that work. */
  | 'after-down'
  /** Somebody pressed Stop. */
  | 'stopped'
  /** Queuekeeper ended in the middle, and nobody goes on with a restart by itself. */
  | 'cut-off'
  /** What comes before it in a release did not go well. */
  | 'not-reached';

/** What a restart is about, as it was planned. */
export const waitingMember = (
  process: WorkerProcess,
  group: string,
  settings: ProgramSettings | undefined,
): Member => ({
  ...{ host: process.host, group, name: process.name, before: process.state, pid: process.pid ?? null },
  stopWaitSeconds: settings?.stopWaitSeconds ?? null,
  jobSeconds: settings?.command?.timeoutSeconds ?? null,
  ...{ phase: 'waiting', state: process.state, newPid: null },
  ...{ seconds: 0, why: null, killed: false, by: null, said: '' },
});

/** Of a group on a host where nobody could look, or where Supervisor knows no such group. */
export const unseenMember = (host: string, group: string, phase: 'unknown' | 'gone'): Member => ({
  ...{ host, group, name: group, before: 'UNKNOWN', pid: null, phase, state: null },
  ...{
    stopWaitSeconds: null,
    jobSeconds: null,
    newPid: null,
    seconds: 0,
    why: phase === 'unknown' ? 'host-away' : null,
  },
  ...{ killed: false, by: null, said: '' },
});

const well: ReadonlySet<Phase> = new Set(['new', 'started', 'removed']);

/** It is as whoever asked wants it. */
export const isWell = ({ phase }: Member): boolean => well.has(phase);

/** RUNNING, and not the process that it was: the only proof of a restart. */
export const isRenewed = (member: Pick<Member, 'pid'>, seen: WorkerProcess | undefined): boolean =>
  seen?.state === 'RUNNING' && seen.pid !== undefined && seen.pid !== member.pid;

export const renewed = (
  member: Member,
  seen: WorkerProcess,
): Pick<Member, 'phase' | 'newPid' | 'state' | 'why'> => ({
  phase: member.pid === null ? 'started' : 'new',
  ...{ newPid: seen.pid ?? null, state: seen.state, why: null },
});

/** From what came back from the store, where this room put it. */
export function membersIn(value: unknown): readonly Member[] {
  return Array.isArray(value) ? (value as readonly Member[]) : [];
}
