import { type Changes, createChanges } from './changes.ts';
import { createSlackClock, type SlackClock } from './clock.ts';
import { createFaults, type Faults } from './faults.ts';
import { createFiles, type Files } from './files.ts';
import { Filled } from './interactive.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';
import { createReads, type Reads } from './reads.ts';
import { createResponseUrls, type ResponseUrls } from './response-urls.ts';
import { createTimeline, type Message, type Timeline } from './timeline.ts';
import { createTriggers, type Triggers } from './triggers.ts';
import { createViews, type Views } from './views.ts';
import { createWireLog, type WireLog } from './wire-log.ts';
import type { Workspace } from './workspace.ts';

/** All that the simulated Slack knows. The Web API, people and control act on it. */
export interface SlackState {
  readonly workspace: Workspace;
  readonly clock: SlackClock;
  readonly changes: Changes;
  readonly timeline: Timeline;
  readonly reads: Reads;
  readonly views: Views;
  readonly files: Files;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly faults: Faults;
  readonly rateLimits: RateLimits;
  readonly wireLog: WireLog;
  /** Where this server listens, without a slash at the end. */
  readonly base: () => string;
  /** What one person has filled in on a message. */
  filledBy(user: string, message: Message): Filled;
}

export function createState(workspace: Workspace, base: () => string): SlackState {
  const clock = createSlackClock();
  const changes = createChanges();
  const timeline = createTimeline(clock, changes);
  const files = createFiles(clock);
  const filled = new WeakMap<Message, Map<string, Filled>>();
  return {
    workspace,
    clock,
    changes,
    timeline,
    reads: createReads(workspace, timeline, changes),
    files,
    base,
    views: createViews(workspace, changes, clock.now),
    triggers: createTriggers(clock),
    responseUrls: createResponseUrls({ workspace, timeline, clock, files, base }),
    faults: createFaults(),
    rateLimits: createRateLimits(clock),
    wireLog: createWireLog(clock, changes),
    filledBy(user, message) {
      const persons = filled.get(message) ?? new Map<string, Filled>();
      filled.set(message, persons);
      const own = persons.get(user) ?? new Filled();
      persons.set(user, own);
      return own;
    },
  };
}
