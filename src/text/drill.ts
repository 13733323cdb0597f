import type { DrillStepName, Seen, StepMark } from '../core/drill.ts';
import type { Locale } from '../core/people.ts';
import type { TargetState } from '../core/request.ts';
import { code, joinRich, person, type Rich, rich, type Span } from '../core/rich.ts';
import { number as digits, duration, plural } from './format.ts';
import { missingNotes } from './parts.ts';
import { unsafeText } from './refusals.ts';
import { retryText } from './retry.ts';

type Says = { readonly [Code in Seen['code']]: (seen: Extract<Seen, { readonly code: Code }>) => Rich };

const names = (classes: readonly string[], separator: string): Rich =>
  joinRich(
    classes.map((name) => [code(name)]),
    separator,
  );

/** Marks that a colour-blind eye tells apart, too. */
const marks: Readonly<Record<StepMark | 'todo', string>> = {
  ...{ todo: '▫️', running: '⏳', waiting: '✋', done: '✅' },
  ...{ partly: '☑️', failed: '❌', stopped: '⏹️', 'cut-short': '✂️' },
};

/** Below ten seconds with a tenth: most steps take less than one. */
const took = (ms: number, locale: Locale): string =>
  ms < 10_000 ? `${(ms / 1_000).toFixed(1)} ${locale === 'en' ? 's' : '秒'}` : duration(ms / 1_000, locale);

const en = {
  steps: {
    make: 'Make a failure',
    see: 'See it in the table and from artisan alike',
    retry: 'Retry it',
    job: 'The job',
    business: 'The business',
    audit: 'The audit log',
  } satisfies Record<DrillStepName, string>,
  step: (mark: StepMark | 'todo', place: number, name: string): Rich =>
    rich`${marks[mark]} ${{ bold: `${place}. ${name}` }}`,
  began: (at: Span, ms: number | undefined): Rich =>
    ms === undefined ? rich`  ${at}` : rich`  ${at}, ${took(ms, 'en')}`,
  running: (number: number, queue: string, place: number, of: number): Rich =>
    rich`#${number} Drill of ${queue}: step ${place} of ${of}`,
  waiting: (number: number, queue: string): Rich =>
    rich`#${number} Drill of ${queue}: make a failure by hand`,
  unknown: (number: number, queue: string): Rich =>
    rich`#${number} Drill of ${queue}: what it did is not known yet`,
  passed: (number: number, queue: string, seconds: number): Rich =>
    rich`#${number} Drill of ${queue} passed in ${duration(seconds, 'en')}`,
  failed: (number: number, queue: string, place: number, name: string): Rich =>
    rich`#${number} Drill of ${queue} failed at step ${place}: ${name}`,
  stopped: (number: number, queue: string, place: number, name: string): Rich =>
    rich`#${number} Drill of ${queue} stopped at step ${place}: ${name}`,
  cutShort: (number: number, queue: string, place: number, name: string): Rich =>
    rich`#${number} Drill of ${queue} cut short at step ${place}: ${name}`,
  notBegun: (number: number, queue: string, other: number): Rich =>
    rich`#${number} Drill of ${queue} not begun: drill #${other} is under way`,
  cutShortHelp: 'Its process was gone. Nothing of it was run again; begin a new drill.',
  notBegunHelp: 'One drill at a time in an application. Nothing was done.',
  unknownHelp: 'The data can not be read at the moment. Nothing is run again; it is looked at again.',
  reservations: (places: readonly number[]) =>
    `Passed, but step ${places.join(' and ')} could not look at all that it should.`,
  left: 'It is still in failed_jobs:',
  /** Its own failure was not found. */
  leftLike: 'Failures like it came into failed_jobs meanwhile, of this drill or not:',
  leftLine: (id: number): Rich => rich`${{ bold: `#${id}` }}`,
  facts: { by: 'By', failure: 'Failure', stoppedBy: 'Stopped by' },
  by: (userId: string): Rich => [person(userId)],
  stop: 'Stop',
  failure: (id: number, jobClass: string, state: TargetState): Rich =>
    rich`#${id} ${code(jobClass)}: ${retryText.en.states[state]}`,
  environment: (app: string, environment: string, appEnv: string) =>
    `${app}, ${environment} (APP_ENV=${appEnv})`,
  everything: (number: number) =>
    `Everything about it: /queue audit #${number}. All drills: /queue audit verb=drill`,
  /** Behind an OUTCOME row in `audit`. */
  conclusions: {
    passed: () => 'passed',
    failed: (place: number) => `failed at step ${place}`,
    stopped: (place: number) => `stopped at step ${place}`,
    'cut-short': (place: number) => `cut short at step ${place}`,
    'not-begun': () => 'not begun',
  } as Readonly<Record<string, (place: number) => string>>,
  saw: {
    'command-ended': ({ words, rc, ms }) => rich`${code(words)} ended with ${rc} after ${took(ms, 'en')}`,
    'command-unknown': ({ words, why }) =>
      rich`contact was lost while ${code(words)} ran (${why}); the table tells whether it made a failure`,
    'command-not-started': ({ words, why }) => rich`${code(words)} was not started: ${why}`,
    'command-forbidden': ({ words }) => rich`${code(words)} may not be run by a drill; nothing was sent`,
    'command-made-nothing': ({ words, said }) =>
      rich`${code(words)} made no failure. It said: ${code(said === '' ? '(nothing)' : said)}`,
    'by-hand': ({ classes, leftSeconds }) =>
      rich`now make a job ${classes.length === 0 ? 'of this queue' : rich`(${names(classes, ', ')})`} fail, in the test environment; ${duration(leftSeconds, 'en')} left`,
    'made-by-hand': ({ waitedSeconds }) => rich`made by hand, within ${duration(waitedSeconds, 'en')}`,
    'not-made': ({ minutes }) => rich`nobody made a failure within ${plural(minutes, 'minute')}`,
    row: ({ id, uuid, jobClass, exceptionClass, above }) =>
      rich`failed_jobs has a new row above ${digits(above)}: #${id}${uuid === '' ? '' : rich` (${code(uuid)})`}, ${code(jobClass)}, ${code(exceptionClass)}`,
    'no-row': ({ above, classes, seconds }) =>
      rich`no new row above ${digits(above)}${classes.length === 0 ? '' : rich` of ${names(classes, ', ')}`} came into failed_jobs within ${duration(seconds, 'en')}: does the application write its failures into this table?`,
    listed: ({ listed }) => rich`${code('queue:failed')} lists it too, among ${plural(listed, 'row')}`,
    'not-listed': ({ id, listed }) =>
      rich`${code('queue:failed')} does not list #${id} (it lists ${digits(listed)}): artisan looks at another table or driver than the configuration says`,
    'not-asked': ({ rows, limit }) =>
      rich`${code('queue:failed')} was not asked: there are ${digits(rows)} rows, and from ${digits(limit)} on it would load all of them whole`,
    unsafe: ({ id, why }) => rich`#${id} is not retried: ${unsafeText.en[why]}`,
    busy: ({ request }) => rich`busy with #${request}: it holds the application, and 10 s were waited`,
    'archived-and-pushed': ({ id }) => rich`#${id} archived, pushed, and its row is gone`,
    'not-pushed': ({ id, state, said }) =>
      rich`#${id}: ${retryText.en.states[state]}${said === '' ? '' : rich`. It said: ${code(said)}`}`,
    'left-queue': ({ queue }) => rich`its row is gone from failed_jobs, and it left ${code(queue)}`,
    'failed-again': ({ as }) => rich`it failed again, as #${as}: the retry does not heal it`,
    'still-waiting': ({ queue, seconds }) =>
      rich`after ${duration(seconds, 'en')} it still waits in ${code(queue)}; it will run when a worker takes it`,
    workers: ({ group, alive }) =>
      alive === null
        ? rich`whether workers of ${code(group)} are alive could not be seen`
        : alive === 0
          ? rich`no worker of ${code(group)} is alive: start them, then begin a new drill`
          : rich`${plural(alive, 'worker')} of ${code(group)} alive: busy, or listening elsewhere?`,
    maintenance: () => 'the application is in maintenance mode: its workers take nothing',
    paused: ({ queue }) => rich`${code(queue)} is paused`,
    'row-good': ({ jobClass, key }) => rich`the business row of ${code(jobClass)} (${code(key)}) is good`,
    'row-not-good': ({ jobClass, key }) =>
      rich`${code(jobClass)} ended without failing, but its business row (${code(key)}) is not good`,
    recovered: ({ table, rows }) =>
      rich`${plural(rows, 'row')} of ${code(table)} recovered since the drill began`,
    'not-recovered': ({ table, seconds }) =>
      rich`no row of ${code(table)} recovered since the drill began; looked for ${duration(seconds, 'en')}`,
    'no-business-rule': ({ jobClass }) =>
      rich`nothing is configured that would tell: neither ${code('recovered')} for this drill nor an outcome for ${code(jobClass)}`,
    'audit-rows': ({ events }) => rich`its rows are there: ${events.join(', ')}`,
    'audit-rows-missing': ({ missing }) => rich`rows of this drill are missing: ${missing.join(', ')}`,
    'chain-holds': ({ from, to }) =>
      rich`the chain holds over rows ${digits(from)} to ${digits(to)}, each seal recomputed`,
    'chain-broken': ({ kind, seq }) =>
      rich`the chain does not hold at row ${digits(seq)} (${kind}): run ${code('queuekeeper audit')}`,
    'part-missing': ({ part }) => missingNotes([part], 'en').join(' '),
    frozen: ({ reason }) => rich`changes are frozen: ${reason}`,
    'broke-off': () => 'it broke off; the log of Queuekeeper has the cause',
  } satisfies Says,
};

const zh: typeof en = {
  steps: {
    make: '制造一次失败',
    see: '在失败表和 artisan 中同步确认',
    retry: '重试',
    job: '任务状态',
    business: '业务状态',
    audit: '审计记录',
  },
  step: en.step,
  began: (at, ms) => (ms === undefined ? rich`  ${at}` : rich`  ${at}，用时 ${took(ms, 'zh-CN')}`),
  running: (number, queue, place, of) => rich`#${number} ${queue} 演练：第 ${place} 步，共 ${of} 步`,
  waiting: (number, queue) => rich`#${number} ${queue} 演练：请人工制造一次失败`,
  unknown: (number, queue) => rich`#${number} ${queue} 演练：结果尚不确定`,
  passed: (number, queue, seconds) => rich`#${number} ${queue} 演练通过，用时 ${duration(seconds, 'zh-CN')}`,
  failed: (number, queue, place, name) => rich`#${number} ${queue} 演练未通过，止于第 ${place} 步：${name}`,
  stopped: (number, queue, place, name) => rich`#${number} ${queue} 演练已停止于第 ${place} 步：${name}`,
  cutShort: (number, queue, place, name) => rich`#${number} ${queue} 演练中断于第 ${place} 步：${name}`,
  notBegun: (number, queue, other) => rich`#${number} ${queue} 演练未开始：演练 #${other} 正在进行`,
  cutShortHelp: '执行它的进程已不在。没有重复执行任何步骤；需要时请重新发起演练。',
  notBegunHelp: '同一应用一次只能进行一个演练。没有执行任何操作。',
  unknownHelp: '暂时无法读取数据。不会重复执行；会持续查看。',
  reservations: (places) => `演练通过，但第 ${places.join('、')} 步有内容未能查看。`,
  left: '它仍在 failed_jobs 中：',
  leftLike: '期间 failed_jobs 中出现了这些同类失败，不一定来自本次演练：',
  leftLine: en.leftLine,
  facts: { by: '执行人', failure: '失败任务', stoppedBy: '停止人' },
  by: en.by,
  stop: '停止',
  failure: (id, jobClass, state) => rich`#${id} ${code(jobClass)}：${retryText['zh-CN'].states[state]}`,
  environment: (app, environment, appEnv) => `${app}，${environment}（APP_ENV=${appEnv}）`,
  everything: (number) => `全部记录：/queue audit #${number}；所有演练：/queue audit verb=drill`,
  conclusions: {
    passed: () => '通过',
    failed: (place) => `第 ${place} 步未通过`,
    stopped: (place) => `停止于第 ${place} 步`,
    'cut-short': (place) => `中断于第 ${place} 步`,
    'not-begun': () => '未开始',
  },
  saw: {
    'command-ended': ({ words, rc, ms }) =>
      rich`${code(words)} 已结束，退出码 ${rc}，用时 ${took(ms, 'zh-CN')}`,
    'command-unknown': ({ words, why }) =>
      rich`${code(words)} 执行期间连接中断（${why}）；是否已制造失败以数据表为准`,
    'command-not-started': ({ words, why }) => rich`${code(words)} 未能启动：${why}`,
    'command-forbidden': ({ words }) => rich`演练不能执行 ${code(words)}，没有发送任何命令`,
    'command-made-nothing': ({ words, said }) =>
      rich`${code(words)} 没有制造出失败。它输出：${code(said === '' ? '（无）' : said)}`,
    'by-hand': ({ classes, leftSeconds }) =>
      rich`请在测试环境中让一个任务${classes.length === 0 ? '（此队列的）' : rich`（${names(classes, '、')}）`}失败；剩余 ${duration(leftSeconds, 'zh-CN')}`,
    'made-by-hand': ({ waitedSeconds }) => rich`已人工制造，等待 ${duration(waitedSeconds, 'zh-CN')}`,
    'not-made': ({ minutes }) => rich`${minutes} 分钟内没有人制造失败`,
    row: ({ id, uuid, jobClass, exceptionClass, above }) =>
      rich`failed_jobs 在 ${digits(above)} 之后有新行：#${id}${uuid === '' ? '' : rich`（${code(uuid)}）`}，${code(jobClass)}，${code(exceptionClass)}`,
    'no-row': ({ above, classes, seconds }) =>
      rich`${duration(seconds, 'zh-CN')}内 failed_jobs 在 ${digits(above)} 之后没有${classes.length === 0 ? '' : rich` ${names(classes, '、')} 的`}新行：应用是否把失败写入此表？`,
    listed: ({ listed }) => rich`${code('queue:failed')} 也列出了它（共 ${digits(listed)} 行）`,
    'not-listed': ({ id, listed }) =>
      rich`${code('queue:failed')} 没有列出 #${id}（共列出 ${digits(listed)} 个）：artisan 使用的表或驱动与配置不一致`,
    'not-asked': ({ rows, limit }) =>
      rich`没有调用 ${code('queue:failed')}：现有 ${digits(rows)} 行，达到 ${digits(limit)} 行后它会整体加载`,
    unsafe: ({ id, why }) => rich`#${id} 不予重试：${unsafeText['zh-CN'][why]}`,
    busy: ({ request }) => rich`#${request} 正在此应用上执行，已等待 10 秒`,
    'archived-and-pushed': ({ id }) => rich`#${id} 已归档并重新入队，原失败行已消失`,
    'not-pushed': ({ id, state, said }) =>
      rich`#${id}：${retryText['zh-CN'].states[state]}${said === '' ? '' : rich`。它输出：${code(said)}`}`,
    'left-queue': ({ queue }) => rich`失败行已消失，任务已离开 ${code(queue)}`,
    'failed-again': ({ as }) => rich`再次失败，新编号 #${as}：重试没有解决问题`,
    'still-waiting': ({ queue, seconds }) =>
      rich`${duration(seconds, 'zh-CN')}后仍在 ${code(queue)} 中等待；有 worker 取走时会执行`,
    workers: ({ group, alive }) =>
      alive === null
        ? rich`无法查看 ${code(group)} 的 worker 是否存活`
        : alive === 0
          ? rich`${code(group)} 没有存活的 worker：请先启动，再重新演练`
          : rich`${code(group)} 有 ${alive} 个 worker 存活：是否都在忙，或监听的不是此队列？`,
    maintenance: () => '应用处于维护模式，worker 不取任何任务',
    paused: ({ queue }) => rich`${code(queue)} 已暂停`,
    'row-good': ({ jobClass, key }) => rich`${code(jobClass)} 的业务记录（${code(key)}）正常`,
    'row-not-good': ({ jobClass, key }) =>
      rich`${code(jobClass)} 已结束且没有失败，但业务记录（${code(key)}）不正常`,
    recovered: ({ table, rows }) => rich`演练开始以来，${code(table)} 有 ${digits(rows)} 行恢复正常`,
    'not-recovered': ({ table, seconds }) =>
      rich`演练开始以来，${code(table)} 没有任何行恢复正常；已查看 ${duration(seconds, 'zh-CN')}`,
    'no-business-rule': ({ jobClass }) =>
      rich`没有可供判断的配置：此演练未配置 ${code('recovered')}，${code(jobClass)} 也没有 outcome`,
    'audit-rows': ({ events }) => rich`审计记录齐全：${events.join('、')}`,
    'audit-rows-missing': ({ missing }) => rich`缺少本次演练的审计记录：${missing.join('、')}`,
    'chain-holds': ({ from, to }) =>
      rich`第 ${digits(from)} 至 ${digits(to)} 条记录的链完整，每条均已重新校验`,
    'chain-broken': ({ kind, seq }) =>
      rich`审计链在第 ${digits(seq)} 条处不成立（${kind}）：请运行 ${code('queuekeeper audit')}`,
    'part-missing': ({ part }) => missingNotes([part], 'zh-CN').join(''),
    frozen: ({ reason }) => rich`变更操作已冻结：${reason}`,
    'broke-off': () => '意外中止，原因见 Queuekeeper 日志',
  } satisfies Says,
};

export const drillText: Record<Locale, typeof en> = { en, 'zh-CN': zh };

/** What a step saw, as a sentence. One that another version wrote is left out. */
export function saySeen(seen: Seen, locale: Locale): Rich | undefined {
  // Each function takes the kind of thing that its key names.
  const says = drillText[locale].saw as Readonly<Record<string, ((seen: Seen) => Rich) | undefined>>;
  return says[seen.code]?.(seen);
}
