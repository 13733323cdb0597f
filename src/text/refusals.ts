import type { Locale } from '../core/people.ts';
import type { Refusal, SupervisorStop, UnsafeJob } from '../core/refusal.ts';
import type { Button, Reply } from '../core/reply.ts';
import { bold, code, joinRich, person, type Rich, rich } from '../core/rich.ts';
import { capText } from '../core/strip.ts';
import { approvalText } from './approval.ts';
import { duration, number, plural } from './format.ts';
import { onceText } from './once.ts';
import { missingNotes } from './parts.ts';
import { pauseText } from './pause.ts';

/** What was refused and why (heading), and what the person can do instead (advice). */
interface Saying {
  readonly heading: Rich;
  readonly advice?: Rich;
}

type Sayings = {
  readonly [Code in Refusal['code']]: (refusal: Extract<Refusal, { readonly code: Code }>) => Saying;
};

/** The audit log writes `retry-all`, people type `retry all`. */
const asTyped = (verb: string): string => verb.replaceAll('-', ' ');

const list = (words: readonly string[]): Rich =>
  joinRich(
    words.map((word) => [code(word)]),
    ', ',
  );

const en = {
  sayings: {
    'unknown-verb': ({ typed, nearest }) => ({
      heading: rich`There is no ${code(typed)}.`,
      advice:
        nearest === undefined
          ? rich`${code('/queue help')} lists what there is.`
          : rich`Did you mean ${code(nearest)}?`,
    }),
    'unknown-queue': ({ typed, nearest, known }) => ({
      heading: rich`No queue is called ${code(typed)}.`,
      advice:
        nearest === undefined
          ? rich`Configured: ${list(known)}. Any other queue is written with its connection, as ${code('database:name')}.`
          : rich`Did you mean ${code(nearest)}?`,
    }),
    'ambiguous-queue': ({ typed, candidates }) => ({
      heading: rich`${code(typed)} is the name of several queues.`,
      advice: rich`Name its connection too: ${list(candidates)}.`,
    }),
    'unknown-app': ({ typed, known }) => ({
      heading: rich`No application is called ${code(typed)}.`,
      advice: rich`Configured: ${list(known)}.`,
    }),
    'unknown-filter': ({ verb, key, known }) => ({
      heading: rich`${code(asTyped(verb))} knows no ${code(`${key}=`)}.`,
      advice:
        known.length === 0
          ? rich`It takes no filters but ${code('app=')}.`
          : rich`It takes ${list([...known, 'app'].map((k) => `${k}=`))}.`,
    }),
    'unclosed-quote': ({ quote }) => ({
      heading: rich`A quote (${code(quote)}) opens and is never closed.`,
      advice: 'Close it, or leave it out.',
    }),
    'filter-twice': ({ key }) => ({
      heading: rich`${code(`${key}=`)} is there twice.`,
      advice: 'Give it once.',
    }),
    'missing-argument': ({ verb, usage }) => ({
      heading: rich`${code(asTyped(verb))} needs to know more.`,
      advice: rich`Write ${code(`/queue ${asTyped(verb)} ${usage}`)}.`,
    }),
    'too-many-arguments': ({ verb, usage, extra }) => ({
      heading: rich`${code(asTyped(verb))} does not know what to do with ${code(extra)}.`,
      advice: rich`Write ${code(`/queue ${asTyped(verb)} ${usage}`.trim())}. A value with spaces stands in quotes.`,
    }),
    'not-a-job-id': ({ typed }) => ({
      heading: rich`${code(typed)} is no failed job's number or uuid.`,
      advice: rich`${code('/queue failed')} lists them.`,
    }),
    'not-a-number': ({ key, typed, least, most }) => ({
      heading: rich`${code(typed)} is no number for ${code(`${key}=`)}.`,
      advice: `A whole number from ${number(least)} to ${number(most)}.`,
    }),
    'not-a-duration': ({ key, typed }) => ({
      heading: rich`${code(key === '' ? typed : `${key}=${typed}`)} is no duration.`,
      advice: rich`Write ${code('90s')}, ${code('10m')}, ${code('2h')} or ${code('1d')}.`,
    }),
    'duration-too-long': ({ typed, mostSeconds }) => ({
      heading: rich`${code(typed)} is too long: the most is ${duration(mostSeconds, 'en')}.`,
      advice: 'Leave it out for something that somebody will end.',
    }),
    'not-a-person': ({ typed }) => ({
      heading: rich`${code(typed)} is no person here.`,
      advice: 'Mention somebody, or give a Slack user id.',
    }),
    'too-long': ({ what, limit }) => ({
      heading: `That is too long: ${what} may have ${number(limit)} characters.`,
    }),
    'not-a-member': ({ standing }) =>
      standing === 'unknown'
        ? { heading: 'Slack did not say who you are, so nothing was done.', advice: 'Try again in a moment.' }
        : { heading: 'Queuekeeper answers full members of this workspace only.' },
    'needs-role': ({ role, verb, unreadableGroups }) => ({
      heading: rich`Only ${role === 'operator' ? 'operators' : 'approvers'} may ${code(asTyped(verb))}.`,
      advice:
        unreadableGroups.length === 0
          ? rich`Ask one of them, or look with ${code('/queue status')} and ${code('/queue failed')}, which are open to you.`
          : rich`You may be one, but Slack could not be asked who is in ${joinRich(
              unreadableGroups.map((group) => [code(group)]),
              ', ',
            )}. Try again in a moment.`,
    }),
    'channel-not-allowed': ({ allowed }) => ({
      heading: 'Queuekeeper does not answer in this channel.',
      advice: rich`It does in ${joinRich(
        allowed.map((channel) => [{ channel }]),
        ', ',
      )}, and in a direct message.`,
    }),
    'channel-shared': () => ({
      heading: 'This channel is shared with another workspace; Queuekeeper does not answer here.',
    }),
    'not-in-channel': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} changes something, so everybody in the channel must be able to see it, and Queuekeeper is not in this channel.`,
      advice: rich`Invite it with ${code('/invite @Queuekeeper')}, then try again.`,
    }),
    'not-in-direct-message': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} changes something, so it must happen where colleagues see it.`,
      advice: 'Type it in a channel that Queuekeeper is in.',
    }),
    'slack-unreadable': () => ({
      heading: 'Slack could not be asked who you are and where this is, so nothing was done.',
      advice: 'Try again in a moment.',
    }),
    'no-person': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} changes something, and a shell has no person who could be asked or named.`,
      advice: 'Type it in Slack.',
    }),
    'job-not-found': ({ typed }) => ({
      heading: rich`There is no failed job ${list(typed)}.`,
      advice: rich`It may have been retried, forgotten or pruned. A job that fails again gets a new number: ${code('/queue failed')} shows it, and ${code(`/queue audit ${typed[0] ?? 'ID'}`)} what was done to it.`,
    }),
    'job-unsafe': ({ jobs }) => ({
      heading: `Nothing was done: artisan can't do this safely with ${jobs.length === 1 ? 'this job' : 'these jobs'}.`,
      advice: joinRich(
        jobs.map(({ id, why }) => rich`${code(String(id))}: ${unsafeEn[why]}`),
        '\n',
      ),
    }),
    'needs-approval': ({ count, limit, costly, usedInWindow, withinSeconds }) => ({
      heading: `This needs another person's approval: ${plural(count, 'job')} now${usedInWindow > 0 ? `, ${number(usedInWindow)} already in the last ${duration(withinSeconds, 'en')}` : ''}; alone, one person may do ${number(limit)} within ${duration(withinSeconds, 'en')}${costly ? ' on queues where running twice is costly' : ''}.`,
      advice: 'The button asks for it; choose fewer jobs, or wait. Nothing was done.',
    }),
    'app-frozen': ({ reason, byUserId, at }) => ({
      heading: rich`Changes are frozen since ${{ time: at, zone: 'UTC' }} by ${person(byUserId)}: ${reason}`,
      advice: rich`Nothing was done. An approver can type ${code('/queue unfreeze')}.`,
    }),
    'not-frozen': () => ({ heading: 'Nothing is frozen here, so there was nothing to do.' }),
    'policy-outdated': () => ({
      heading: 'This replica of Queuekeeper runs an older configuration, so it changes nothing.',
      advice: 'Another replica has a newer one. Try again; if it stays so, restart this replica.',
    }),
    'nothing-to-do': ({ verb, leftOut }) => ({
      heading:
        leftOut === 0
          ? rich`No failed job matches, so ${code(asTyped(verb))} has nothing to do.`
          : verb === 'restore'
            ? `None of the ${plural(leftOut, 'failed job')} can be put back now: each is in failed_jobs again, or waits in its queue or is being run.`
            : rich`${code(asTyped(verb))} has nothing to do: ${plural(leftOut, 'failed job')} match, and artisan can't do it safely with any of them.`,
      advice: rich`${code('/queue failed')} lists what there is.`,
    }),
    'open-request': ({ request }) => ({
      heading: `Request #${request} asks for the same and is still open.`,
      advice: rich`Its card is in the approvals channel; ${code('/queue approvals')} lists it. Nothing was asked a second time.`,
    }),
    'too-many-requests': ({ limit }) => ({
      heading: `You have asked ${limit} times within an hour; that is the most.`,
      advice: 'Wait, or let a colleague ask. Nothing was done.',
    }),
    'own-request': ({ request }) => ({
      heading: `Request #${request} is your own: another person must decide it.`,
      advice: 'All accounts of one person count as that person. You can cancel it.',
    }),
    'only-requester': ({ request }) => ({
      heading: `Only who asked can cancel request #${request}.`,
      advice: 'An approver can reject it, and Stop ends it while it runs.',
    }),
    'voted-already': ({ request }) => ({
      heading: `Your vote on request #${request} counts already; one person has one vote.`,
    }),
    'no-vote': ({ request }) => ({ heading: `You have no vote on request #${request} to withdraw.` }),
    'request-moved-on': ({ request, state }) => ({
      heading: `Too late: request #${request} is ${stateEn[state] ?? state}.`,
      advice: 'Nothing was changed. Its card shows how it stands.',
    }),
    'unknown-request': ({ typed }) => ({
      heading: rich`There is no request ${code(typed)} here.`,
      advice: rich`${code('/queue approvals')} lists the recent ones.`,
    }),
    'not-its-card': () => ({
      heading: 'This is not the card of that request: a copy, or one from another channel.',
      advice: 'Nothing was done. Use the card that Queuekeeper posted.',
    }),
    'group-too-young': ({ hours }) => ({
      heading: `You joined the approvers' group less than ${hours} hours ago, so your vote does not count yet.`,
      advice: 'Another approver can decide. Nothing was done.',
    }),
    'reason-missing': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} needs a reason, in a few words.`,
      advice: rich`${code(`/queue help ${asTyped(verb)}`)} shows how it is written.`,
    }),
    'too-few-hours': ({ typed }) => ({
      heading: rich`${code(`older=${typed}`)} is too short: the least is ${code('2h')}.`,
      advice: 'What failed within the last two hours can only be flushed one by one.',
    }),
    'no-preapproval': ({ why }) => ({ heading: noPreapprovalEn[why] }),
    'restore-impossible': ({ request, why }) => ({
      heading: `Request #${request} can't be restored: ${noRestoreEn[why]}`,
      advice: rich`${code(`/queue audit #${request}`)} shows what it did.`,
    }),
    'restart-impossible': ({ queue, why, group = '' }) =>
      why === 'no-workers'
        ? {
            heading: rich`No workers are configured for ${code(queue)}, so there is nothing to restart.`,
            advice: rich`Whoever looks after Queuekeeper's configuration can name their group (${code('workers:')}).`,
          }
        : {
            heading: rich`Supervisor lists no ${code(group)}, so nothing was restarted.`,
            advice: rich`${code('/queue restart all')} reads Supervisor's configuration again and adds what is new in it.`,
          },
    'drill-in-production': ({ said, environment }) => ({
      heading:
        said === 'configuration'
          ? rich`Drills are not run in production, and the configuration says ${code(environment)}.`
          : rich`Drills are not run in production, and the application itself says APP_ENV=${code(environment)}, whatever the configuration says.`,
      advice: rich`A drill makes a real job fail, so it belongs to a test environment: one of the configured applications that is no production, named by ${code('app=NAME')}.`,
    }),
    'drill-environment-unknown': ({ missing }) => ({
      heading: 'Whether this is production could not be found out, so nothing was done.',
      advice: joinRich(missingNotes([missing], 'en'), '\n'),
    }),
    'drill-command': ({ words }) => ({
      heading: rich`A drill may not run ${code(words)}: it could touch real jobs or the schema.`,
      advice: rich`In the configuration ${code('make_failure')} may name nothing with queue:, db:, migrate or tinker. Without it the drill waits for a failure made by hand.`,
    }),
    'form-lost': () => ({
      heading: 'Slack did not open the form: its three seconds were over.',
      advice: 'Press the button to open it again. Nothing was done.',
    }),
    'no-pause': ({ verb, queue, why, version, instead }) => ({
      heading: rich`${code(queue)} can't be ${verb === 'pause' ? 'paused' : 'resumed'} by artisan: ${noPauseEn(why, version)}`,
      advice: rich`Nothing was done. ${stopEn(instead)}`,
    }),
    'pause-blind': ({ verb, queue, paused, missing, instead }) => ({
      heading: rich`${code(queue)} was not ${verb === 'pause' ? 'paused' : 'resumed'}: nobody could see whether it worked.`,
      advice: rich`${missingNotes(missing, 'en').join('\n')}\n${pausedEn(paused)} ${stopEn(instead)}`,
    }),
    'already-paused': ({ queue, resume, by }) => ({
      heading:
        by === undefined
          ? rich`${code(queue)} is paused already, not by Queuekeeper.`
          : rich`${code(queue)} is paused already, by ${person(by.userId)} (#${by.request}), until somebody resumes it.`,
      advice: rich`Nothing was changed. ${code(`/queue ${resume}`)} lets workers come back.`,
    }),
    'not-paused': ({ queue }) => ({
      heading: rich`${code(queue)} is not paused, so there was nothing to do.`,
    }),
    'paused-by-run': ({ queue, request }) => ({
      heading: rich`Request #${request} keeps workers from ${code(queue)} while it pushes jobs, for at most a minute.`,
      advice: 'It lets them come back by itself. Stop on its card ends it. Nothing was changed.',
    }),
    'no-once': ({ queue, why }) => ({
      heading: rich`No job of ${code(queue)} was run: ${noOnceEn[why]}`,
      advice: rich`${code('/queue status')} shows how the queues stand.`,
    }),
    'once-paused': ({ queue, resume }) => ({
      heading: rich`No job of ${code(queue)} was run: it is paused.`,
      advice: rich`${code(`/queue ${resume}`)} lets workers come back.`,
    }),
    'queue-empty': ({ queue, delayed, reserved }) => ({
      heading: rich`No job of ${code(queue)} waits to be run, so nothing was run.`,
      advice: `Due later: ${delayed === undefined ? '?' : number(delayed)}. Being run: ${reserved === undefined ? '?' : number(reserved)}.`,
    }),
    'once-costly': ({ queue }) => ({
      heading: rich`On ${code(queue)} a job that runs twice costs something (money, a mail).`,
      advice: 'The button runs one. Nothing was run yet.',
    }),
    busy: ({ request }) => ({
      heading: `Request #${request} is running on this application; one at a time.`,
      advice: rich`See it with ${code(`/queue audit #${request}`)}, and try again when it has ended. Nothing was done.`,
    }),
    'audit-not-writable': () => ({
      heading: 'The audit log can not be written, so nothing was done.',
      advice: "Reading still works. Whoever looks after Queuekeeper's store can mend it.",
    }),
    'store-unreachable': () => ({
      heading: "Queuekeeper's own store does not answer, so nothing was done.",
      advice: "Reading still works. Whoever looks after Queuekeeper's store can mend it.",
    }),
    'part-missing': ({ missing, change }) => ({
      heading:
        change === true
          ? 'Nothing was done: what has to be looked at first did not answer.'
          : 'No answer: what it needs to look at did not answer.',
      ...(missing.length === 0 ? {} : { advice: missingNotes(missing, 'en').join('\n') }),
    }),
    'out-of-date': () => ({ heading: 'This card is out of date.', advice: 'Nothing was done.' }),
    'unknown-incident': ({ typed }) => ({
      heading: rich`There is no incident ${code(typed)}.`,
      advice: rich`${code('/queue alerts')} lists the open ones.`,
    }),
    'incident-resolved': ({ incident, at }) => ({
      heading: rich`Incident #${incident} is over since ${{ time: at, zone: 'UTC' }}.`,
      advice: rich`There is nothing to acknowledge. ${code(`/queue audit #${incident}`)} tells its story.`,
    }),
    'which-incident': ({ verb, incidents }) => ({
      heading: rich`${code(verb)} of which one? ${incidents.length === 1 ? 'One incident is' : `${incidents.length} incidents are`} open below this message.`,
      advice: rich`Write its number, or press:${joinRich(
        incidents
          .slice(0, mostWhich)
          .map(
            ({ number: its, rule, queue, severity }) =>
              rich`\n${bold(`#${its}`)} ${severity}: ${code(rule)}${queue === undefined ? '' : rich` of ${code(queue)}`}`,
          ),
        '',
      )}${incidents.length > mostWhich ? `\n${incidents.length - mostWhich} more` : ''}`,
    }),
    'other-kind': ({ number: its, is, verb }) => ({
      heading:
        is === 'request'
          ? rich`#${its} is a request, not an incident: ${code(asTyped(verb))} is for incidents.`
          : rich`#${its} is an incident, not a request: ${code(asTyped(verb))} is for requests.`,
      advice: rich`${code(`/queue audit #${its}`)} tells everything about it. ${code(is === 'request' ? '/queue alerts' : '/queue approvals')} lists the other kind.`,
    }),
    'unknown-rule': ({ typed, nearest, known }) => ({
      heading: rich`No alert rule is called ${code(typed)}.`,
      advice:
        nearest !== undefined
          ? rich`Did you mean ${code(nearest)}?`
          : known.length === 0
            ? rich`None is configured for this application (${code('alerts.rules')}).`
            : rich`Configured: ${list(known)}.`,
    }),
    'rule-without-queue': ({ rule, queue, only }) => ({
      heading: rich`${code(rule)} is not about ${code(queue)}: it watches ${only === undefined ? 'the whole application' : code(only)}.`,
      advice: rich`Leave out ${code('queue=')}. Nothing was silenced.`,
    }),
    'silence-too-long': ({ typed }) => ({
      heading: rich`${code(typed)} is too long: a silence lasts at most 24 h.`,
      advice: rich`Silence again when it ends. For failures that are known and stay there is ${code('/queue accept REASON')}.`,
    }),
    'trend-too-long': ({ typed }) => ({
      heading: rich`${code(`since=${typed}`)} is too long: values are kept for 30 days.`,
      advice: rich`Write at most ${code('since=30d')}.`,
    }),
    'silence-critical': ({ rule, incident }) => ({
      heading:
        incident === undefined
          ? rich`${code(rule)} is critical: only approvers may silence it.`
          : rich`${code(rule)} has a critical incident (#${incident}): only approvers may silence it.`,
      advice: rich`Ask one of them. ${incident === undefined ? rich`${code('/queue ack #N')}` : code(`/queue ack #${incident}`)} stops its escalation without hiding it. Nothing was silenced.`,
    }),
    'not-yet': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} needs two persons, and this version can't ask for them yet.`,
      advice: rich`${code('/queue retry ID…')} retries the jobs that you name. Nothing was done.`,
    }),
    'shutting-down': () => ({
      heading: 'Queuekeeper is restarting; nothing was done.',
      advice: 'Try again in a moment.',
    }),
  } satisfies Sayings,
  doOthers: (verb: string, howMany: number) =>
    `${verb === 'forget' ? 'Forget' : 'Retry'} the other ${howMany}`,
  ask: 'Ask for approval…',
  fault: (auditId: string): Saying => ({
    heading: 'Something went wrong inside Queuekeeper.',
    advice: rich`Nothing more is known here; the log has it under ${code(auditId)}.`,
  }),
};

const noOnceEn: Record<Extract<Refusal, { code: 'no-once' }>['why'], string> = {
  'not-configured': 'this queue is not in the configuration.',
  maintenance: 'the application is in maintenance mode, in which workers take nothing.',
};

type NoPause = Extract<Refusal, { code: 'no-pause' }>;

const noPauseEn = (why: NoPause['why'], version: string): string =>
  ({
    'not-configured': 'this queue is not in the configuration.',
    'no-shared-cache':
      'its default cache store is not on a Redis that all hosts share, or the configuration does not say where it is (cache), so a pause would not reach every worker, or nobody could see that it did.',
    'old-laravel': `Laravel ${version} has no pause; 12.40 and later do.`,
  })[why];
const stopEn = (stop: SupervisorStop | undefined): Rich =>
  stop === undefined
    ? 'Supervisor can stop its workers instead.'
    : rich`Supervisor can stop its workers instead: ${code(`supervisorctl stop ${stop.group}:*`)} on ${stop.hosts.join(', ')}, and later ${code(`supervisorctl start ${stop.group}:*`)}.`;
const pausedEn = (paused: boolean | undefined): string =>
  paused === undefined
    ? 'Whether it is paused now is not known.'
    : `It is ${paused ? '' : 'not '}paused now.`;

const stateEn: Readonly<Record<string, string>> = {
  approved: 'approved already',
  consumed: 'running or over',
  rejected: 'rejected',
  expired: 'expired',
  cancelled: 'cancelled',
  invalidated: 'void, because what it was about has changed',
  pending: 'still waiting for votes',
  withdrawn: 'withdrawn already',
};

const noPreapprovalEn: Record<Extract<Refusal, { code: 'no-preapproval' }>['why'], string> = {
  'not-configured': 'Preapprovals are not configured here (approvals.preapproval).',
  costly: 'Queues where running twice is costly are never preapproved.',
  'too-long': 'That is longer than a preapproval may last (approvals.preapproval.longest).',
  'too-many': 'That is more jobs than a preapproval may cover (approvals.preapproval.most).',
};

const noRestoreEn: Record<Extract<Refusal, { code: 'restore-impossible' }>['why'], string> = {
  'no-write-account': 'no account that may write failed_jobs is configured (database_write).',
  'nothing-archived': 'nothing that it removed is left to bring back.',
  running: 'it is still running.',
};

const unsafeEn: Record<UnsafeJob['why'], string> = {
  'uuid-missing':
    "its row has no uuid; artisan would delete it without pushing it. The application's owner can fill failed_jobs.uuid from the payload.",
  'uuid-doubled': 'other rows have the same uuid; artisan would delete them all and push one.',
  'payload-undecodable': 'its payload can not be read; artisan would stop at it.',
  'double-risk': 'an earlier retry was cut off and may have pushed it already; it could run twice.',
  'connection-unknown': 'its connection is not in the configuration; artisan would stop at it.',
};

const zh: typeof en = {
  sayings: {
    'unknown-verb': ({ typed, nearest }) => ({
      heading: rich`没有 ${code(typed)} 这个命令。`,
      advice:
        nearest === undefined
          ? rich`用 ${code('/queue help')} 查看全部命令。`
          : rich`是不是想输入 ${code(nearest)}？`,
    }),
    'unknown-queue': ({ typed, nearest, known }) => ({
      heading: rich`没有名为 ${code(typed)} 的队列。`,
      advice:
        nearest === undefined
          ? rich`已配置的队列：${list(known)}。其他队列请带上连接名，如 ${code('database:name')}。`
          : rich`是不是想输入 ${code(nearest)}？`,
    }),
    'ambiguous-queue': ({ typed, candidates }) => ({
      heading: rich`有多个队列名为 ${code(typed)}。`,
      advice: rich`请带上连接名：${list(candidates)}。`,
    }),
    'unknown-app': ({ typed, known }) => ({
      heading: rich`没有名为 ${code(typed)} 的应用。`,
      advice: rich`已配置的应用：${list(known)}。`,
    }),
    'unknown-filter': ({ verb, key, known }) => ({
      heading: rich`${code(asTyped(verb))} 不支持 ${code(`${key}=`)}。`,
      advice:
        known.length === 0
          ? rich`它只接受 ${code('app=')}。`
          : rich`它接受 ${list([...known, 'app'].map((k) => `${k}=`))}。`,
    }),
    'unclosed-quote': ({ quote }) => ({
      heading: rich`引号（${code(quote)}）没有配对。`,
      advice: '请补上另一半，或去掉它。',
    }),
    'filter-twice': ({ key }) => ({ heading: rich`${code(`${key}=`)} 出现了两次。`, advice: '请只写一次。' }),
    'missing-argument': ({ verb, usage }) => ({
      heading: rich`${code(asTyped(verb))} 还缺少参数。`,
      advice: rich`写法：${code(`/queue ${asTyped(verb)} ${usage}`)}。`,
    }),
    'too-many-arguments': ({ verb, usage, extra }) => ({
      heading: rich`${code(asTyped(verb))} 不认识多出来的 ${code(extra)}。`,
      advice: rich`写法：${code(`/queue ${asTyped(verb)} ${usage}`.trim())}。含空格的值请加引号。`,
    }),
    'not-a-job-id': ({ typed }) => ({
      heading: rich`${code(typed)} 不是失败任务的编号或 uuid。`,
      advice: rich`用 ${code('/queue failed')} 查看失败任务。`,
    }),
    'not-a-number': ({ key, typed, least, most }) => ({
      heading: rich`${code(`${key}=`)} 不接受 ${code(typed)}。`,
      advice: `请填写 ${number(least)} 到 ${number(most)} 之间的整数。`,
    }),
    'not-a-duration': ({ key, typed }) => ({
      heading: rich`${code(key === '' ? typed : `${key}=${typed}`)} 不是有效的时长。`,
      advice: rich`请写成 ${code('90s')}、${code('10m')}、${code('2h')} 或 ${code('1d')}。`,
    }),
    'duration-too-long': ({ typed, mostSeconds }) => ({
      heading: rich`${code(typed)} 太长：最长 ${duration(mostSeconds, 'zh-CN')}。`,
      advice: '若将由人手动结束，请省略时长。',
    }),
    'not-a-person': ({ typed }) => ({
      heading: rich`${code(typed)} 不是这里的成员。`,
      advice: '请 @ 某人，或填写 Slack 用户 ID。',
    }),
    'too-long': ({ what, limit }) => ({ heading: `太长了：${what} 最多 ${number(limit)} 个字符。` }),
    'not-a-member': ({ standing }) =>
      standing === 'unknown'
        ? { heading: 'Slack 没有返回你的身份，因此没有执行任何操作。', advice: '请稍后再试。' }
        : { heading: 'Queuekeeper 只回应本工作区的正式成员。' },
    'needs-role': ({ role, verb, unreadableGroups }) => ({
      heading: rich`只有${role === 'operator' ? '操作员' : '审批人'}可以执行 ${code(asTyped(verb))}。`,
      advice:
        unreadableGroups.length === 0
          ? rich`请联系他们；${code('/queue status')} 和 ${code('/queue failed')} 你可以随时查看。`
          : rich`你也许在名单内，但暂时无法向 Slack 查询 ${joinRich(
              unreadableGroups.map((group) => [code(group)]),
              '、',
            )} 的成员。请稍后再试。`,
    }),
    'channel-not-allowed': ({ allowed }) => ({
      heading: 'Queuekeeper 不在这个频道回应。',
      advice: rich`请到 ${joinRich(
        allowed.map((channel) => [{ channel }]),
        '、',
      )} 或私信中使用。`,
    }),
    'channel-shared': () => ({ heading: '这个频道与其他工作区共享，Queuekeeper 不在这里回应。' }),
    'not-in-channel': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} 会改变线上状态，必须让频道里的人都看到，但 Queuekeeper 不在这个频道。`,
      advice: rich`请先 ${code('/invite @Queuekeeper')}，然后重试。`,
    }),
    'not-in-direct-message': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} 会改变线上状态，必须在同事看得到的地方执行。`,
      advice: '请在 Queuekeeper 所在的频道里输入。',
    }),
    'slack-unreadable': () => ({
      heading: '暂时无法向 Slack 确认你的身份和所在频道，没有执行任何操作。',
      advice: '请稍后再试。',
    }),
    'no-person': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} 会改变线上状态，而命令行没有可以确认身份的人。`,
      advice: '请在 Slack 中输入。',
    }),
    'job-not-found': ({ typed }) => ({
      heading: rich`没有失败任务 ${list(typed)}。`,
      advice: rich`它可能已被重试、删除或清理。再次失败的任务会有新编号：用 ${code('/queue failed')} 查看，用 ${code(`/queue audit ${typed[0] ?? 'ID'}`)} 查看处理记录。`,
    }),
    'job-unsafe': ({ jobs }) => ({
      heading: `没有执行：这${jobs.length === 1 ? '个' : '些'}任务无法由 artisan 安全处理。`,
      advice: joinRich(
        jobs.map(({ id, why }) => rich`${code(String(id))}：${unsafeZh[why]}`),
        '\n',
      ),
    }),
    'needs-approval': ({ count, limit, costly, usedInWindow, withinSeconds }) => ({
      heading: `需要另一个人审批：本次 ${number(count)} 个任务${usedInWindow > 0 ? `，最近 ${duration(withinSeconds, 'zh-CN')}内已有 ${number(usedInWindow)} 个` : ''}；${costly ? '在重复执行代价高的队列上，' : ''}一个人在 ${duration(withinSeconds, 'zh-CN')}内最多可处理 ${number(limit)} 个。`,
      advice: '可用按钮发起审批，也可以减少任务数或稍后再试。没有执行任何操作。',
    }),
    'app-frozen': ({ reason, byUserId, at }) => ({
      heading: rich`变更操作已冻结（${{ time: at, zone: 'UTC' }}，${person(byUserId)}）：${reason}`,
      advice: rich`没有执行任何操作。审批人可用 ${code('/queue unfreeze')} 解除。`,
    }),
    'not-frozen': () => ({ heading: '当前没有冻结，无需解除。' }),
    'policy-outdated': () => ({
      heading: '这个 Queuekeeper 实例的配置不是最新的，因此不执行变更。',
      advice: '其他实例已使用新配置。请重试；若一直如此，请重启该实例。',
    }),
    'nothing-to-do': ({ verb, leftOut }) => ({
      heading:
        leftOut === 0
          ? rich`没有符合条件的失败任务，${code(asTyped(verb))} 无事可做。`
          : verb === 'restore'
            ? `${number(leftOut)} 个失败任务目前都不能恢复：已在 failed_jobs 中，或正在队列中、正在执行。`
            : rich`${code(asTyped(verb))} 无事可做：符合条件的 ${number(leftOut)} 个失败任务都无法由 artisan 安全处理。`,
      advice: rich`用 ${code('/queue failed')} 查看失败任务。`,
    }),
    'open-request': ({ request }) => ({
      heading: `请求 #${request} 内容相同，仍在等待处理。`,
      advice: rich`它的卡片在审批频道；${code('/queue approvals')} 可列出。没有重复发起。`,
    }),
    'too-many-requests': ({ limit }) => ({
      heading: `你在一小时内已发起 ${limit} 次，达到上限。`,
      advice: '请稍后再试，或请同事发起。没有执行任何操作。',
    }),
    'own-request': ({ request }) => ({
      heading: `请求 #${request} 是你自己发起的，必须由另一个人决定。`,
      advice: '同一个人的所有账号都算同一个人。你可以取消它。',
    }),
    'only-requester': ({ request }) => ({
      heading: `只有发起人可以取消请求 #${request}。`,
      advice: '审批人可以拒绝它；执行中可以停止。',
    }),
    'voted-already': ({ request }) => ({ heading: `你对请求 #${request} 的投票已经生效；每人只有一票。` }),
    'no-vote': ({ request }) => ({ heading: `你在请求 #${request} 上没有可撤回的投票。` }),
    'request-moved-on': ({ request, state }) => ({
      heading: `太晚了：请求 #${request} ${stateZh[state] ?? state}。`,
      advice: '没有任何改变。卡片显示它的当前状态。',
    }),
    'unknown-request': ({ typed }) => ({
      heading: rich`这里没有请求 ${code(typed)}。`,
      advice: rich`用 ${code('/queue approvals')} 查看最近的请求。`,
    }),
    'not-its-card': () => ({
      heading: '这不是该请求的卡片：可能是复制的，或来自其他频道。',
      advice: '没有执行任何操作。请使用 Queuekeeper 发布的卡片。',
    }),
    'group-too-young': ({ hours }) => ({
      heading: `你加入审批人用户组还不到 ${hours} 小时，投票暂不生效。`,
      advice: '请其他审批人决定。没有执行任何操作。',
    }),
    'reason-missing': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} 需要写明原因。`,
      advice: rich`写法见 ${code(`/queue help ${asTyped(verb)}`)}。`,
    }),
    'too-few-hours': ({ typed }) => ({
      heading: rich`${code(`older=${typed}`)} 太短：最少 ${code('2h')}。`,
      advice: '最近两小时内的失败任务只能逐个清除。',
    }),
    'no-preapproval': ({ why }) => ({ heading: noPreapprovalZh[why] }),
    'restore-impossible': ({ request, why }) => ({
      heading: `请求 #${request} 无法恢复：${noRestoreZh[why]}`,
      advice: rich`用 ${code(`/queue audit #${request}`)} 查看它做了什么。`,
    }),
    'restart-impossible': ({ queue, why, group = '' }) =>
      why === 'no-workers'
        ? {
            heading: rich`队列 ${code(queue)} 没有配置 worker，无可重启。`,
            advice: rich`请维护 Queuekeeper 配置的同事补上进程组（${code('workers:')}）。`,
          }
        : {
            heading: rich`Supervisor 中没有 ${code(group)}，没有重启任何进程。`,
            advice: rich`${code('/queue restart all')} 会重新读取 Supervisor 的配置，并加入其中新增的进程组。`,
          },
    'drill-in-production': ({ said, environment }) => ({
      heading:
        said === 'configuration'
          ? rich`生产环境不做演练，而配置写的是 ${code(environment)}。`
          : rich`生产环境不做演练：无论配置怎么写，应用自己的 APP_ENV 是 ${code(environment)}。`,
      advice: rich`演练会让一个真实任务失败，请在测试环境进行：用 ${code('app=NAME')} 指定配置中的非生产应用。`,
    }),
    'drill-environment-unknown': ({ missing }) => ({
      heading: '无法确认这里是不是生产环境，因此没有执行任何操作。',
      advice: joinRich(missingNotes([missing], 'zh-CN'), '\n'),
    }),
    'drill-command': ({ words }) => ({
      heading: rich`演练不能执行 ${code(words)}：它可能触及真实任务或表结构。`,
      advice: rich`配置中的 ${code('make_failure')} 不能包含 queue:、db:、migrate 或 tinker。不配置时，演练会等待人工制造失败。`,
    }),
    'form-lost': () => ({
      heading: 'Slack 没有打开表单：三秒时限已过。',
      advice: '请按按钮重新打开。没有执行任何操作。',
    }),
    'no-pause': ({ verb, queue, why, version, instead }) => ({
      heading: rich`无法用 artisan ${verb === 'pause' ? '暂停' : '恢复'} ${code(queue)}：${noPauseZh(why, version)}`,
      advice: rich`未做任何改动。${stopZh(instead)}`,
    }),
    'pause-blind': ({ verb, queue, paused, missing, instead }) => ({
      heading: rich`未${verb === 'pause' ? '暂停' : '恢复'} ${code(queue)}：无法确认是否生效。`,
      advice: rich`${missingNotes(missing, 'zh-CN').join('\n')}\n${pausedZh(paused)}${stopZh(instead)}`,
    }),
    'already-paused': ({ queue, resume, by }) => ({
      heading:
        by === undefined
          ? rich`${code(queue)} 已处于暂停状态，并非通过 Queuekeeper。`
          : rich`${code(queue)} 已由 ${person(by.userId)} 暂停（#${by.request}），直到有人恢复。`,
      advice: rich`未做任何改动。用 ${code(`/queue ${resume}`)} 可让 worker 恢复取任务。`,
    }),
    'not-paused': ({ queue }) => ({ heading: rich`${code(queue)} 没有被暂停，无需操作。` }),
    'paused-by-run': ({ queue, request }) => ({
      heading: rich`#${request} 在重新入队期间不让 worker 取 ${code(queue)} 的任务，最多一分钟。`,
      advice: '它会自行放开；其卡片上的“停止”可结束它。未做任何改动。',
    }),
    'no-once': ({ queue, why }) => ({
      heading: rich`没有执行 ${code(queue)} 的任务：${noOnceZh[why]}`,
      advice: rich`用 ${code('/queue status')} 查看各队列的状况。`,
    }),
    'once-paused': ({ queue, resume }) => ({
      heading: rich`没有执行 ${code(queue)} 的任务：它已被暂停。`,
      advice: rich`用 ${code(`/queue ${resume}`)} 可让 worker 恢复取任务。`,
    }),
    'queue-empty': ({ queue, delayed, reserved }) => ({
      heading: rich`${code(queue)} 没有等待执行的任务，因此没有执行。`,
      advice: `延迟：${delayed === undefined ? '?' : number(delayed)}；执行中：${reserved === undefined ? '?' : number(reserved)}。`,
    }),
    'once-costly': ({ queue }) => ({
      heading: rich`在 ${code(queue)} 上，任务重复执行会带来代价（款项、邮件等）。`,
      advice: '点击按钮即执行一个。目前尚未执行。',
    }),
    busy: ({ request }) => ({
      heading: `请求 #${request} 正在此应用上执行，一次只能进行一个。`,
      advice: rich`用 ${code(`/queue audit #${request}`)} 查看进展，结束后再试。没有执行任何操作。`,
    }),
    'audit-not-writable': () => ({
      heading: '审计日志无法写入，因此没有执行任何操作。',
      advice: '查询类命令仍可使用。请联系维护 Queuekeeper 存储的同事。',
    }),
    'store-unreachable': () => ({
      heading: 'Queuekeeper 自己的存储没有响应，因此没有执行任何操作。',
      advice: '查询类命令仍可使用。请联系维护 Queuekeeper 存储的同事。',
    }),
    'part-missing': ({ missing, change }) => ({
      heading:
        change === true
          ? '没有执行任何操作：需要先查看的部分没有响应。'
          : '无法回答：需要查看的部分没有响应。',
      ...(missing.length === 0 ? {} : { advice: missingNotes(missing, 'zh-CN').join('\n') }),
    }),
    'out-of-date': () => ({ heading: '这张卡片已过期。', advice: '没有执行任何操作。' }),
    'unknown-incident': ({ typed }) => ({
      heading: rich`没有告警事件 ${code(typed)}。`,
      advice: rich`用 ${code('/queue alerts')} 查看未恢复的告警。`,
    }),
    'incident-resolved': ({ incident, at }) => ({
      heading: rich`告警 #${incident} 已于 ${{ time: at, zone: 'UTC' }} 恢复。`,
      advice: rich`无需确认。用 ${code(`/queue audit #${incident}`)} 查看经过。`,
    }),
    'which-incident': ({ verb, incidents }) => ({
      heading: rich`${code(verb)} 针对哪一个告警？这条消息下有 ${incidents.length} 个未恢复的告警。`,
      advice: rich`请写明编号，或按下按钮：${joinRich(
        incidents
          .slice(0, mostWhich)
          .map(
            ({ number: its, rule, queue, severity }) =>
              rich`\n${bold(`#${its}`)} ${severity === 'critical' ? '严重' : '警告'}：${code(rule)}${queue === undefined ? '' : rich`，队列 ${code(queue)}`}`,
          ),
        '',
      )}${incidents.length > mostWhich ? `\n另有 ${incidents.length - mostWhich} 个` : ''}`,
    }),
    'other-kind': ({ number: its, is, verb }) => ({
      heading:
        is === 'request'
          ? rich`#${its} 是请求，不是告警；${code(asTyped(verb))} 只用于告警。`
          : rich`#${its} 是告警，不是请求；${code(asTyped(verb))} 只用于请求。`,
      advice: rich`用 ${code(`/queue audit #${its}`)} 查看它的全部记录，用 ${code(is === 'request' ? '/queue alerts' : '/queue approvals')} 查看${is === 'request' ? '告警' : '请求'}。`,
    }),
    'unknown-rule': ({ typed, nearest, known }) => ({
      heading: rich`没有名为 ${code(typed)} 的告警规则。`,
      advice:
        nearest !== undefined
          ? rich`是不是 ${code(nearest)}？`
          : known.length === 0
            ? rich`此应用没有配置告警规则（${code('alerts.rules')}）。`
            : rich`已配置：${list(known)}。`,
    }),
    'rule-without-queue': ({ rule, queue, only }) => ({
      heading: rich`${code(rule)} 与 ${code(queue)} 无关：它监控的是${only === undefined ? '整个应用' : rich` ${code(only)}`}。`,
      advice: rich`请去掉 ${code('queue=')}。没有静默任何告警。`,
    }),
    'silence-too-long': ({ typed }) => ({
      heading: rich`${code(typed)} 太长：静默最长 24 小时。`,
      advice: rich`到期后可再次静默。已知且会一直存在的失败任务，请用 ${code('/queue accept REASON')}。`,
    }),
    'trend-too-long': ({ typed }) => ({
      heading: rich`${code(`since=${typed}`)} 太长：数值保存 30 天。`,
      advice: rich`最长可写 ${code('since=30d')}。`,
    }),
    'silence-critical': ({ rule, incident }) => ({
      heading:
        incident === undefined
          ? rich`${code(rule)} 是严重级别的规则，只有审批人可以静默。`
          : rich`${code(rule)} 有严重告警（#${incident}），只有审批人可以静默。`,
      advice: rich`请联系审批人。${code(incident === undefined ? '/queue ack #N' : `/queue ack #${incident}`)} 可停止逐级通知而不隐藏告警。没有静默任何告警。`,
    }),
    'not-yet': ({ verb }) => ({
      heading: rich`${code(asTyped(verb))} 需要两个人，当前版本还不能发起审批。`,
      advice: rich`${code('/queue retry ID…')} 可重试指定的任务。没有执行任何操作。`,
    }),
    'shutting-down': () => ({ heading: 'Queuekeeper 正在重启，没有执行任何操作。', advice: '请稍后再试。' }),
  } satisfies Sayings,
  doOthers: (verb, howMany) => `${verb === 'forget' ? '删除' : '重试'}其余 ${howMany} 个`,
  ask: '发起审批…',
  fault: (auditId) => ({
    heading: 'Queuekeeper 内部出错了。',
    advice: rich`详细信息在日志中，编号 ${code(auditId)}。`,
  }),
};

const stateZh: Readonly<Record<string, string>> = {
  approved: '已获批准',
  consumed: '正在执行或已结束',
  rejected: '已被拒绝',
  expired: '已过期',
  cancelled: '已取消',
  invalidated: '已作废，因为对象发生了变化',
  pending: '仍在等待投票',
  withdrawn: '已撤回',
};

const noPreapprovalZh: typeof noPreapprovalEn = {
  'not-configured': '这里没有配置预先批准（approvals.preapproval）。',
  costly: '重复执行代价高的队列不能预先批准。',
  'too-long': '超过了预先批准的最长时限（approvals.preapproval.longest）。',
  'too-many': '超过了预先批准的任务数上限（approvals.preapproval.most）。',
};

const noRestoreZh: typeof noRestoreEn = {
  'no-write-account': '没有配置可写入 failed_jobs 的账号（database_write）。',
  'nothing-archived': '它删除的内容已没有可恢复的。',
  running: '它仍在执行。',
};

const unsafeZh: Record<UnsafeJob['why'], string> = {
  'uuid-missing':
    '这一行没有 uuid，artisan 会直接删除而不会重新入队。可由应用负责人从 payload 补上 failed_jobs.uuid。',
  'uuid-doubled': '有其他行使用相同的 uuid，artisan 会全部删除却只入队一个。',
  'payload-undecodable': '无法读取它的 payload，artisan 会在此中断。',
  'double-risk': '之前的一次重试被中断，可能已经入队；再次重试可能执行两次。',
  'connection-unknown': '它的连接不在配置中，artisan 会在此中断。',
};

const noOnceZh: Record<Extract<Refusal, { code: 'no-once' }>['why'], string> = {
  'not-configured': '此队列不在配置中。',
  maintenance: '应用处于维护模式，worker 不取任务。',
};
const noPauseZh = (why: NoPause['why'], version: string): string =>
  ({
    'not-configured': '此队列不在配置中。',
    'no-shared-cache':
      '默认缓存不在各主机共享的 Redis 上，或配置（cache）没有写明其位置，暂停可能到不了所有 worker，或无法确认是否生效。',
    'old-laravel': `Laravel ${version} 不支持暂停，12.40 起才支持。`,
  })[why];
const stopZh = (stop: SupervisorStop | undefined): Rich =>
  stop === undefined
    ? '可改用 Supervisor 停止其 worker。'
    : rich`可改用 Supervisor 停止其 worker：在 ${stop.hosts.join('、')} 上执行 ${code(`supervisorctl stop ${stop.group}:*`)}，之后再 ${code(`supervisorctl start ${stop.group}:*`)}。`;
const pausedZh = (paused: boolean | undefined): string =>
  paused === undefined ? '目前是否已暂停尚不确定。' : `目前${paused ? '已' : '未'}暂停。`;

const catalogue: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** The answer to something that was not done. */
export function sayRefusal(refusal: Refusal, locale: Locale): Reply {
  const t = catalogue[locale];
  // The table has exactly one entry for each code, which the compiler can't follow through an index.
  const say = t.sayings[refusal.code] as (refusal: Refusal) => Saying;
  const said = replyOf(say(withShortEchoes(refusal)));
  const buttons = refusalButtons(refusal, locale);
  return {
    ...said,
    ...(buttons.length === 0 ? {} : withButtons(said, buttons)),
  };
}

const longestEcho = 100;

/** What was typed is said back in short: whoever pasted a page needs the advice below it on the screen. */
function withShortEchoes(refusal: Refusal): Refusal {
  const entries = Object.entries(refusal).map(([key, value]: [string, unknown]) =>
    typeof value === 'string' && echoed.has(key) ? [key, capText(value, longestEcho)] : [key, value],
  );
  // The same keys with the same kinds of values.
  return Object.fromEntries(entries) as Refusal;
}
const echoed: ReadonlySet<string> = new Set(['typed', 'extra', 'key']);

/** The answer when nobody foresaw what happened. */
export const sayFault = (auditId: string, locale: Locale): Reply => replyOf(catalogue[locale].fault(auditId));

function replyOf({ heading, advice }: Saying): Reply {
  return { heading, mood: 'warning', parts: advice === undefined ? [] : [{ kind: 'text', text: advice }] };
}

function withButtons(reply: Reply, buttons: readonly Button[]): Reply {
  return { ...reply, parts: [...reply.parts, { kind: 'buttons', buttons }] };
}

/** So many are listed, each with its button. */
const mostWhich = 10;

/** A typo's nearest verb, or the rest of a list of ids, is one press away. */
function refusalButtons(refusal: Refusal, locale: Locale): readonly Button[] {
  if (refusal.code === 'unknown-verb' && refusal.nearest !== undefined) {
    const word = refusal.nearest;
    return readingVerbs.has(word) ? [{ label: word, press: { kind: 'words', verb: word, words: word } }] : [];
  }
  if (refusal.code === 'which-incident') {
    const { verb, incidents } = refusal;
    return incidents
      .slice(0, mostWhich)
      .map(({ number: its, words }) => ({ label: `#${its}`, press: { kind: 'words', verb, words } }));
  }
  if (refusal.code === 'form-lost') {
    const { verb, words } = refusal;
    return [{ label: approvalText[locale].openForm, press: { kind: 'words', verb, words } }];
  }
  if (refusal.code === 'needs-approval') {
    const { verb, instead } = refusal;
    return [{ label: catalogue[locale].ask, press: { kind: 'words', verb, words: instead } }];
  }
  if (refusal.code === 'already-paused' || refusal.code === 'once-paused') {
    const label = pauseText[locale].resumeButton;
    return [{ label, press: { kind: 'words', verb: 'resume', words: refusal.resume } }];
  }
  if (refusal.code === 'once-costly') {
    const { button, confirm } = onceText[locale];
    return [{ label: button, press: { kind: 'words', verb: 'once', words: refusal.words }, confirm }];
  }
  if (refusal.code === 'job-unsafe' || refusal.code === 'job-not-found') {
    const { verb, others } = refusal;
    const words = `${verb} ${others.join(' ')}`;
    const label = catalogue[locale].doOthers(verb, others.length);
    return [
      ...(others.length === 0 ? [] : [{ label, press: { kind: 'words', verb, words } } as const]),
      ...(refusal.code === 'job-unsafe' && verb === 'retry' ? riskButtons(refusal.jobs, locale) : []),
    ];
  }
  return [];
}

/** Never unasked; where others approve it and its risk is ticked by name, it can be. */
function riskButtons(jobs: readonly UnsafeJob[], locale: Locale): readonly Button[] {
  const ids = jobs.filter(({ why }) => why === 'double-risk').map(({ id }) => id);
  if (ids.length === 0) return [];
  const words = `retry all ids=${ids.join(',')}`;
  return [{ label: catalogue[locale].ask, press: { kind: 'words', verb: 'retry-all', words } }];
}

const readingVerbs = new Set(['help', 'status', 'running', 'failed', 'workers', 'whoami', 'audit']);

/** Why a failed job is not retried, as the end of a sentence. */
export const unsafeText: Record<Locale, Record<UnsafeJob['why'], string>> = {
  en: unsafeEn,
  'zh-CN': unsafeZh,
};
