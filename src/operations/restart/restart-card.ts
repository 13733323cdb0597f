import type { Locale } from '../../core/people.ts';
import type { Button, Mood, Reply, ReplyPart } from '../../core/reply.ts';
import type { RequestView } from '../../core/request.ts';
import { type Rich, rich } from '../../core/rich.ts';
import { approvalText } from '../../text/approval.ts';
import { restartText } from '../../text/restart.ts';
import { hasEnded } from '../approval-card.ts';
import { appWords } from '../job-buttons.ts';
import type { World } from '../world.ts';
import { isWell, type Member } from './member.ts';
import { groupsIn, type PlannedGroup } from './plan-restart.ts';
import { findRelease, releaseParts } from './release-card.ts';
import { membersOf } from './settle-restart.ts';

/** The card of a restart: each process with its old and its new pid, and why one is not as it should be. Pure. */
export function drawRestartCard(view: RequestView, world: World, locale: Locale): Reply {
  const t = restartText[locale];
  const members = membersOf(view);
  const groups = groupsIn(view.facts['groups']);
  const { name, environment } = world.app.description;
  const buttons = buttonsOf(view, world, locale);
  return {
    heading: headline(view, world, members, locale),
    mood: moodOf(view),
    parts: [
      ...(view.execution?.state === 'unknown' ? [{ kind: 'text', text: t.unknownHelp } as const] : []),
      ...releaseParts(view, locale),
      ...groups.flatMap((group) => groupParts(group, members, view, locale)),
      { kind: 'facts', facts: [{ label: t.requester, value: t.by(view.requester.userId) }] },
      ...(buttons.length === 0 ? [] : [{ kind: 'buttons', buttons } as const]),
    ],
    notes: [t.environment(name, environment), t.everything(view.number)],
  };
}

function headline(view: RequestView, world: World, members: readonly Member[], locale: Locale): Rich {
  const t = restartText[locale];
  const { number, verb } = view;
  const queues = groupsIn(view.facts['groups']).flatMap((group) => group.queues);
  const what = verb === 'restart-all' ? t.ofAll(world.app.description.name) : t.ofQueues(queues);
  const well = members.filter(isWell).length;
  switch (view.execution?.state) {
    case 'succeeded':
      return t.succeeded(number, what, members.length);
    case 'partial':
      return t.partial(number, what, well, members.length);
    case 'failed':
      return t.failed(number, what);
    case 'not_started':
      return t.notStarted(number, what);
    case 'unknown':
      return t.unknown(number, what);
    default: {
      const { phase } = findRelease(view);
      if (phase === 'asking' || phase === 'rereading' || phase === 'updating') return t[phase](number);
      return t.executing(number, what, well, members.length);
    }
  }
}

function moodOf(view: RequestView): Mood {
  switch (view.execution?.state) {
    case 'succeeded':
      return 'good';
    case 'partial':
      return 'warning';
    case 'failed':
    case 'unknown':
      return 'bad';
    case 'not_started':
      return 'neutral';
    default:
      return findRelease(view).phase === 'asking' ? 'warning' : 'working';
  }
}

function groupParts(
  { group, queues }: PlannedGroup,
  members: readonly Member[],
  view: RequestView,
  locale: Locale,
): readonly ReplyPart[] {
  const t = restartText[locale];
  const own = members.filter((member) => member.group === group);
  if (own.length === 0) return [];
  const [only] = own;
  const ran = own.filter(({ before }) => before === 'RUNNING');
  const remarks = [
    // Of a whole release everybody knows; of one queue it is news, as long as it can be seen coming.
    ...(view.verb === 'restart' && !hasEnded(view) && own.length === 1 && only?.before === 'RUNNING'
      ? [t.alone(group)]
      : []),
    ...(ran.length === 0 && own.some(({ phase }) => phase !== 'unknown' && phase !== 'gone')
      ? [t.none(group)]
      : []),
    ...killsJobs(own, locale),
  ];
  return [
    { kind: 'text', text: t.group(group, queues) },
    { kind: 'items', items: own.map((member) => ({ text: memberLine(member, locale) })) },
    ...remarks.map((text) => ({ kind: 'text', text }) as const),
  ];
}

function killsJobs(members: readonly Member[], locale: Locale): readonly string[] {
  const risky = members.find(
    ({ stopWaitSeconds, jobSeconds }) =>
      stopWaitSeconds !== null && jobSeconds !== null && (jobSeconds === 0 || jobSeconds > stopWaitSeconds),
  );
  return risky === undefined
    ? []
    : [restartText[locale].killsJobs(risky.group, risky.stopWaitSeconds ?? 0, risky.jobSeconds ?? 0)];
}

function memberLine(member: Member, locale: Locale): Rich {
  const t = restartText[locale];
  const { name, host, why, killed, stopWaitSeconds, said } = member;
  const besides = [
    ...(why === null ? [] : [t.why[why]]),
    ...(killed && stopWaitSeconds !== null ? [t.killed(stopWaitSeconds)] : []),
    ...(member.by === null ? [] : [t.doneBy[member.by]]),
    ...(said === '' ? [] : [said]),
  ];
  const text = [phaseText(member, locale), ...besides].join(locale === 'en' ? '; ' : '；');
  return t.member(shortName(name), host, rich`${text}`);
}

/** `fap-queue-reports_00`, whose group stands above it. */
const shortName = (name: string): string => name.slice(name.indexOf(':') + 1);

function phaseText(member: Member, locale: Locale): string {
  const { phases } = restartText[locale];
  const { phase, pid, newPid, state, seconds, stopWaitSeconds, before } = member;
  switch (phase) {
    case 'waiting':
      return phases.waiting(pid);
    case 'restarting':
      return state === 'STOPPING' ? phases.stopping(seconds, stopWaitSeconds) : phases.restarting;
    case 'new':
      return phases.new(pid, newPid);
    case 'started':
      return before === 'STOPPED' ? phases.startedByHand(newPid) : phases.started(newPid);
    case 'old':
      return phases.old(pid);
    case 'down':
      return phases.down(state ?? before);
    default:
      return phases[phase];
  }
}

function buttonsOf(view: RequestView, world: World, locale: Locale): readonly Button[] {
  const { labels } = approvalText[locale];
  const state = view.execution?.state;
  if (state === 'executing') {
    const press = (verb: 'stop' | 'continue'): Pick<Button, 'label' | 'press'> => ({
      label: labels[verb],
      press: { kind: 'request', verb, requestId: view.id },
    });
    const waits = findRelease(view).phase === 'asking';
    return [
      ...(waits ? [{ ...press('continue'), style: 'primary' } as const] : []),
      ...(view.execution?.stoppedBy === null ? [{ ...press('stop'), style: 'danger' } as const] : []),
    ];
  }
  if (state === 'succeeded' || state === 'unknown') return [];
  const queue = groupsIn(view.facts['groups'])[0]?.queues[0] ?? '';
  const words = view.verb === 'restart-all' ? 'restart all' : `restart ${queue}`;
  return [
    {
      label: restartText[locale].restart,
      press: { kind: 'words', verb: view.verb, words: `${words}${appWords(world)}` },
    },
  ];
}
