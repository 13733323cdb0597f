import type { RunContext } from '../../core/operation.ts';
import type { WorkerProcess } from '../ports.ts';
import type { World } from '../world.ts';
import type { Member } from './member.ts';

const lookLimitMs = 8_000;

/** `away`: nobody could look; undefined: Supervisor does not list it. */
export type SeenMember = WorkerProcess | 'away' | undefined;

/** One member as Supervisor sees it now. */
export async function lookAt(
  { world, signal }: Pick<RunContext<World>, 'world' | 'signal'>,
  { host, name }: Pick<Member, 'host' | 'name'>,
): Promise<SeenMember> {
  const listed = await listHost({ world, signal }, host);
  return listed === 'away' ? 'away' : listed.find((process) => process.name === name);
}

export async function listHost(
  { world, signal }: Pick<RunContext<World>, 'world' | 'signal'>,
  host: string,
): Promise<readonly WorkerProcess[] | 'away'> {
  signal.throwIfAborted();
  const limited = AbortSignal.any([signal, AbortSignal.timeout(lookLimitMs)]);
  const read = await world.app.supervisor.status(host, limited);
  signal.throwIfAborted();
  return read.ok ? read.value : 'away';
}
