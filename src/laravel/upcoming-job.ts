import type { AppDescription } from '../core/app-description.ts';
import type { UpcomingJob } from '../operations/ports.ts';
import { businessKeyOf } from './failure-candidates.ts';
import type { PayloadOutline } from './payload.ts';

/** What the whole payload tells of a job that waits. */
export const upcomingPart = (
  outline: PayloadOutline,
  description: AppDescription,
): Pick<UpcomingJob, 'timeoutSeconds' | 'businessKey'> => ({
  timeoutSeconds: outline.decoded.timeoutSeconds,
  businessKey: businessKeyOf(outline, description),
});
