import type { SealedOperation } from '../core/operation.ts';
import { accept } from './accept.ts';
import { ack } from './ack.ts';
import { alerts } from './alerts.ts';
import { approvals } from './approvals.ts';
import { audit } from './audit.ts';
import { diagnose } from './diagnose.ts';
import { drill } from './drill.ts';
import { failed } from './failed.ts';
import { find } from './find.ts';
import { flush } from './flush.ts';
import { forget } from './forget.ts';
import { freeze } from './freeze.ts';
import { createHelp } from './help.ts';
import { once } from './once.ts';
import { overview } from './overview.ts';
import { pause } from './pause.ts';
import { preapprove } from './preapprove.ts';
import { restart } from './restart.ts';
import { restartAll } from './restart-all.ts';
import { restore } from './restore.ts';
import { resume } from './resume.ts';
import { retry } from './retry.ts';
import { retryAll } from './retry-all.ts';
import { running } from './running.ts';
import { show } from './show.ts';
import { silence } from './silence.ts';
import { status } from './status.ts';
import { trend } from './trend.ts';
import { unfreeze } from './unfreeze.ts';
import { whoami } from './whoami.ts';
import { workers } from './workers.ts';
import type { World } from './world.ts';

/** In the order in which help lists them. A new verb is one file and one line here. */
const verbs: readonly SealedOperation<World>[] = [
  overview,
  status,
  running,
  failed,
  show,
  find,
  workers,
  diagnose,
  trend,
  alerts,
  approvals,
  audit,
  whoami,
  retry,
  retryAll,
  forget,
  flush,
  restore,
  once,
  pause,
  resume,
  restart,
  restartAll,
  ack,
  silence,
  accept,
  drill,
  freeze,
  unfreeze,
  preapprove,
];

export const operations: readonly SealedOperation<World>[] = [...verbs, createHelp(verbs)];
