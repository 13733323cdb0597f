import type { RequestId } from './ids.ts';
import type { PipelineParts } from './pipeline-parts.ts';
import { judgeVoter } from './voter.ts';

/** Of these preapprovals those whose signers are other persons and still have their right, by facts of this moment. */
export async function findStandingSigners<World>(
  parts: PipelineParts<World>,
  ids: readonly (RequestId | string)[],
  requesterPerson: string,
): Promise<readonly RequestId[]> {
  const standing: RequestId[] = [];
  for (const id of ids) {
    // The store looks it up by its key and checks its seal, so another text finds nothing.
    const preapproval = await parts.approving.preapprovals.find(id as RequestId);
    if (preapproval === undefined || preapproval.signer.person === requesterPerson) continue;
    const { roster, directory, approving } = parts;
    const judge = { roster, directory: directory.fresh(), policyKeeper: approving.policyKeeper };
    if ((await judgeVoter(judge, preapproval.signer)) === 'may') standing.push(preapproval.id);
  }
  return standing;
}
