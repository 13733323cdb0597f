import type { RunContext } from '../../core/operation.ts';
import type { TargetRecord } from '../../core/request.ts';
import type { World } from '../world.ts';

/** The failure that a drill has found; a step that needs it comes after the one that found it. */
export async function onlyTarget({ requests, execution }: RunContext<World>): Promise<TargetRecord> {
  const [target] = await requests.targets(execution.requestId);
  if (target === undefined) throw new Error('a drill went on without its failure');
  return target;
}
