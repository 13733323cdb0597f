import type { Clock } from '../../src/core/clock.ts';
import type {
  AnnouncedGroup,
  ControlResult,
  ProgramSettings,
  SupervisorControl,
  WorkerProcess,
} from '../../src/operations/ports.ts';

type State = WorkerProcess['state'];

/** A process as a test wants it. */
export interface FakeProcess {
  state: State;
  pid: number | undefined;
  /** From TERM until it has stopped. */
  stopSeconds: number;
  /** What becomes of it when it is started. */
  comesUpAs: State;
  /** Instead of doing it. */
  answer: ControlResult | undefined;
}

export interface FakeSupervisor {
  readonly control: SupervisorControl;
  /** By host, then by name. */
  readonly hosts: Map<string, Map<string, FakeProcess>>;
  /** What a host announces until it is updated; undefined: Supervisor refuses its configuration. */
  readonly announces: Map<string, readonly AnnouncedGroup[] | undefined>;
  readonly settings: Map<string, ProgramSettings>;
  /** Hosts that nobody can reach. */
  readonly away: Set<string>;
  /** `restart api-1 g:g_00`, in their order. */
  readonly calls: string[];
  /** The least number of RUNNING processes of each group at any moment. */
  readonly least: Map<string, number>;
  /** Done at each step of a stop. */
  onStep: (host: string, name: string) => void | Promise<void>;
  process(host: string, name: string): FakeProcess;
}

export const fakeSettings: ProgramSettings = {
  ...{ command: undefined, processes: 1, autostart: true, autorestart: 'always' },
  ...{ startSeconds: 1, stopWaitSeconds: 360, user: undefined },
};
const done: ControlResult = { kind: 'ended', rc: 0, stdout: '', stderr: '', durationMs: 1_000 };

/** Supervisors in memory: `{ 'api-1': { 'g:g_00': {} } }` is one RUNNING process. */
export function createFakeSupervisor(
  clock: Clock,
  hosts: Readonly<Record<string, Readonly<Record<string, Partial<FakeProcess>>>>>,
): FakeSupervisor {
  let nextPid = 1_000;
  const newPid = (): number => {
    nextPid += 1;
    return nextPid;
  };
  const made = new Map(
    Object.entries(hosts).map(([host, processes]) => [
      host,
      new Map(
        Object.entries(processes).map(([name, change]): [string, FakeProcess] => {
          const runs = change.state === undefined || change.state === 'RUNNING';
          const pid = runs ? newPid() : undefined;
          return [
            name,
            { state: 'RUNNING', pid, stopSeconds: 1, comesUpAs: 'RUNNING', answer: undefined, ...change },
          ];
        }),
      ),
    ]),
  );
  const groupOf = (name: string): string => name.split(':')[0] ?? name;
  const note = (): void => {
    const running = new Map<string, number>();
    for (const processes of made.values())
      for (const [name, { state }] of processes) {
        const group = groupOf(name);
        running.set(group, (running.get(group) ?? 0) + (state === 'RUNNING' ? 1 : 0));
      }
    for (const [group, count] of running)
      fake.least.set(group, Math.min(count, fake.least.get(group) ?? Number.POSITIVE_INFINITY));
  };
  const set = (process: FakeProcess, state: State): void => {
    Object.assign(process, { state, pid: state === 'RUNNING' ? newPid() : undefined });
    note();
  };
  const fake: FakeSupervisor = {
    ...{
      hosts: made,
      announces: new Map(),
      settings: new Map(),
      away: new Set(),
      calls: [],
      least: new Map(),
    },
    onStep: () => undefined,
    process(host, name) {
      const found = made.get(host)?.get(name);
      if (found === undefined) throw new Error(`no ${name} on ${host}`);
      return found;
    },
    control: {
      async status(host) {
        const processes = made.get(host);
        if (fake.away.has(host) || processes === undefined)
          return { ok: false, missing: { part: 'host', name: host, why: 'unreachable' } };
        return {
          ok: true,
          value: [...processes].map(([name, { state, pid }]) => ({
            ...{ host, name, state, pid, uptimeSeconds: pid === undefined ? undefined : 60 },
            description: state === 'FATAL' ? 'Exited too quickly' : '',
          })),
        };
      },
      settings: async (host) =>
        fake.away.has(host)
          ? { ok: false, missing: { part: 'host', name: host, why: 'unreachable' } }
          : { ok: true, value: fake.settings },
      async restart(host, name, { signal }) {
        fake.calls.push(`restart ${host} ${name}`);
        const process = fake.process(host, name);
        const began = clock.now().getTime();
        if (process.answer?.kind === 'not-started') return process.answer;
        if (process.state === 'RUNNING') {
          const pid = process.pid;
          set(process, 'STOPPING');
          process.pid = pid;
          for (let second = 0; second < process.stopSeconds; second += 1) {
            await fake.onStep(host, name);
            await clock.wait(1_000, signal);
            if (process.answer !== undefined) return process.answer;
          }
        }
        set(process, process.comesUpAs);
        return { ...done, durationMs: clock.now().getTime() - began };
      },
      async reread(host) {
        fake.calls.push(`reread ${host}`);
        const announced = fake.announces.has(host) ? fake.announces.get(host) : [];
        return announced === undefined
          ? { ...done, stdout: 'ERROR: CANT_REREAD: bad' }
          : { ...done, announced };
      },
      async update(host, groups) {
        fake.calls.push(`update ${host} ${groups.join(' ')}`);
        const announced = fake.announces.get(host) ?? [];
        for (const { group, what } of announced.filter((one) => groups.includes(one.group))) {
          const own = [...(made.get(host) ?? [])].filter(([name]) => groupOf(name) === group);
          for (const [name, process] of own) {
            if (what === 'disappeared') made.get(host)?.delete(name);
            else set(process, 'RUNNING');
          }
        }
        const left = announced.filter((one) => !groups.includes(one.group));
        fake.announces.set(host, left);
        return done;
      },
    },
  };
  note();
  return fake;
}
