import type { Locale } from '../core/people.ts';
import { bold, code, type Rich, rich } from '../core/rich.ts';
import { duration, number, plural } from './format.ts';

/** Where a run is. */
type Phase = 'archiving' | 'statement' | 'one-by-one';
/** Why there is no statement; see `NoStatement` of the operation. */
type NoStatement = 'filter' | 'old-laravel' | 'too-new' | 'other-zone';
/** Why a run ended before its end; see `FlushEnd` of the operation. */
type End = 'stopped' | 'frozen' | 'changed' | 'split' | 'no-effect' | 'not-started' | 'rest';
type Ids = readonly number[];

const named = (ids: Ids, separator: string): string => ids.map((id) => `#${id}`).join(separator);

const en = {
  title: 'Flush failed jobs',
  submit: 'Ask',
  close: 'Close',
  looking: 'Looking at the failed jobs…',
  ofFilter: (filter: string): Rich => rich`Flush: ${code(filter)}`,
  what: (count: number, filter: string): Rich =>
    rich`delete ${plural(count, 'failed job')} (${code(filter)})`,
  wouldFlush: (count: number): Rich =>
    rich`${bold(plural(count, 'failed job'))} would be deleted from failed_jobs, archived first. What fails from now on is not among them.`,
  incomplete:
    'So many were counted before the time for looking was over; there are more. All of them are meant: the card will say how many, and which way they go.',
  inStatement: (n: number, hours: number): Rich =>
    rich`${number(n)} in one statement: ${code(`queue:flush --hours=${hours}`)}. The hours are chosen anew right before it.`,
  oneByOne: (n: number): Rich => rich`${number(n)} one by one, by ${code('queue:forget')}.`,
  takes: (seconds: number): Rich => `About ${duration(seconds, 'en')}, the archive included.`,
  proposeOlder: (n: number): Rich =>
    rich`${number(n)} one by one take long. ${code('flush older=2h')} takes what is older in one statement.`,
  staying: (n: number, ids: Ids): Rich =>
    `${plural(n, 'row')} would stay: without a uuid of their own artisan can't be told which they are (${named(ids, ', ')}${n > ids.length ? '…' : ''}).`,
  noStatement: {
    filter: (): Rich => "Artisan's own flush knows no queue and no class, so each goes by its id.",
    'old-laravel': (version: string): Rich => `Laravel ${version} knows no hours, so each goes by its id.`,
    'too-new': (): Rich =>
      'None is old enough that newer failures are surely not reached with it, so each goes by its id.',
    'other-zone': (_: string, ids: Ids): Rich =>
      `Some rows say a time that can't be right (${named(ids, ', ')}): written in another zone than the application's, or by a wrong clock. So each goes by its id.`,
  } satisfies Record<NoStatement, (version: string, ids: Ids) => Rich>,
  reason: 'Reason',
  reasonHint: 'Shown on the card and kept in the audit log.',
  review: 'Review',
  reviewHint: 'Link of the review that found them of no use any more: https://…',
  errors: {
    reason: 'Say why.',
    review: 'A link that begins with https://',
    notLooked: 'The failed jobs were still being looked at. Ask again.',
  },
  queues: 'Queues',
  classes: 'Classes',
  exceptions: 'Exceptions',
  failed: 'Failed',
  until: 'until',
  // While it runs
  phases: {
    archiving: (done: number, of: number): Rich => `archived ${number(done)} of ${number(of)}`,
    statement: (_: number, of: number): Rich => `${number(of)} before one statement`,
    'one-by-one': (done: number, of: number): Rich => `${number(done)} of ${number(of)} one by one`,
  } satisfies Record<Phase, (done: number, of: number) => Rich>,
  rate: (perSecond: number, secondsLeft: number | undefined): Rich =>
    `${perSecond < 10 ? perSecond.toFixed(1) : number(Math.round(perSecond))} a second${secondsLeft === undefined ? '' : `, about ${duration(secondsLeft, 'en')} left`}`,
  statementTook: (took: number, hours: number): Rich =>
    rich`${number(took)} went with ${code(`queue:flush --hours=${hours}`)}.`,
  // Afterwards
  counts: {
    forgotten: (n: number) => `${number(n)} deleted`,
    gone_before: (n: number) => `${number(n)} gone before`,
    unconfirmed: (n: number) => `${number(n)} removed by someone else`,
    present: (n: number) => `${number(n)} stayed`,
  },
  stayed: (n: number, ids: Ids): Rich =>
    `Without a uuid of their own artisan can't be told which they are: ${named(ids, ', ')}${n > ids.length ? '…' : ''}. Once they are old, a flush by age takes them.`,
  newSince: (n: number): Rich =>
    n === 0
      ? 'Nothing has failed since it was asked.'
      : `${plural(n, 'failure')} came in since it was asked: none of them was touched.`,
  ends: {
    stopped: (): Rich => 'It was stopped.',
    frozen: (): Rich => 'Changes were frozen, so it stopped.',
    changed: (_: string, ids: Ids): Rich =>
      `Rows were changed in place while it began (${named(ids, ', ')}), so nothing was deleted. Ask again.`,
    split: (text: string, ids: Ids): Rich =>
      ids.length > 0
        ? `Some rows say a time that can't be right (${named(ids, ', ')}), so it would go another way than the one that was approved. Ask again.`
        : `What one statement would take (${text}) is not what the card said any more, so nothing was deleted. Ask again.`,
    'no-effect': (text: string): Rich =>
      text === ''
        ? 'Artisan ran, and its rows are still there, so it stopped.'
        : rich`Artisan ran, and its rows are still there, so it stopped. It said: ${code(text)}`,
    'not-started': (text: string): Rich => rich`Artisan could not be started: ${code(text)}`,
    rest: (): Rich =>
      'The others are too close to newer failures for one statement, and too many for one by one. Ask again when they are older.',
  } satisfies Record<End, (text: string, ids: Ids) => Rich>,
};

const zh: typeof en = {
  title: '清除失败任务',
  submit: '申请',
  close: '关闭',
  looking: '正在查看失败任务…',
  ofFilter: (filter) => rich`清除：${code(filter)}`,
  what: (count, filter) => rich`删除 ${number(count)} 个失败任务（${code(filter)}）`,
  wouldFlush: (count) =>
    rich`将从 failed_jobs 中删除 ${bold(`${number(count)} 个失败任务`)}，删除前先归档。此后新增的失败不在其中。`,
  incomplete: '这是在查看时限内统计到的数量，实际更多。全部都在申请范围内：总数与执行方式见卡片。',
  inStatement: (n, hours) =>
    rich`其中 ${number(n)} 个由一条语句删除：${code(`queue:flush --hours=${hours}`)}。小时数会在执行前重新选定。`,
  oneByOne: (n) => rich`${number(n)} 个逐个删除（${code('queue:forget')}）。`,
  takes: (seconds) => `含归档约需 ${duration(seconds, 'zh-CN')}。`,
  proposeOlder: (n) =>
    rich`逐个删除 ${number(n)} 个耗时较长。${code('flush older=2h')} 可用一条语句删除较早的部分。`,
  staying: (n, ids) =>
    `${number(n)} 行将保留：没有独立的 uuid，无法向 artisan 指明（${named(ids, '、')}${n > ids.length ? '…' : ''}）。`,
  noStatement: {
    filter: () => 'artisan 自带的清除不能按队列或类筛选，因此按编号逐个删除。',
    'old-laravel': (version) => `Laravel ${version} 不支持按小时清除，因此按编号逐个删除。`,
    'too-new': () => '没有足够早的任务：按小时清除可能波及新的失败，因此按编号逐个删除。',
    'other-zone': (_, ids) =>
      `部分行的时间不可信（${named(ids, '、')}）：可能以其他时区写入，或时钟有误。因此按编号逐个删除。`,
  },
  reason: '原因',
  reasonHint: '显示在卡片上，并写入审计日志。',
  review: '评审',
  reviewHint: '确认这些任务不再需要的评审链接：https://…',
  errors: {
    reason: '请说明原因。',
    review: '请填写以 https:// 开头的链接',
    notLooked: '失败任务尚未查看完毕，请重新发起。',
  },
  queues: '队列',
  classes: '任务类',
  exceptions: '异常',
  failed: '失败时间',
  until: '至',
  phases: {
    archiving: (done, of) => `已归档 ${number(done)} / ${number(of)}`,
    statement: (_, of) => `共 ${number(of)} 个，准备用一条语句删除`,
    'one-by-one': (done, of) => `逐个删除 ${number(done)} / ${number(of)}`,
  },
  rate: (perSecond, secondsLeft) =>
    `每秒 ${perSecond < 10 ? perSecond.toFixed(1) : number(Math.round(perSecond))} 个${secondsLeft === undefined ? '' : `，约剩 ${duration(secondsLeft, 'zh-CN')}`}`,
  statementTook: (took, hours) => rich`${number(took)} 个由 ${code(`queue:flush --hours=${hours}`)} 删除。`,
  counts: {
    forgotten: (n) => `已删除 ${number(n)} 个`,
    gone_before: (n) => `${number(n)} 个此前已不存在`,
    unconfirmed: (n) => `${number(n)} 个被他人移除`,
    present: (n) => `${number(n)} 个保留`,
  },
  stayed: (n, ids) =>
    `没有独立的 uuid，无法向 artisan 指明：${named(ids, '、')}${n > ids.length ? '…' : ''}。等它们足够早之后，可按时间清除。`,
  newSince: (n) => (n === 0 ? '发起之后没有新的失败。' : `发起之后新增 ${number(n)} 个失败，均未触及。`),
  ends: {
    stopped: () => '已被停止。',
    frozen: () => '变更已冻结，因此停止。',
    changed: (_, ids) => `开始时有行被改动（${named(ids, '、')}），因此没有删除任何内容。请重新申请。`,
    split: (text, ids) =>
      ids.length > 0
        ? `部分行的时间不可信（${named(ids, '、')}），执行方式将与批准时不同。请重新申请。`
        : `一条语句会删除的数量（${text}）已与卡片所示不同，因此没有删除任何内容。请重新申请。`,
    'no-effect': (text) =>
      text === ''
        ? 'artisan 已运行，但任务仍在，因此停止。'
        : rich`artisan 已运行，但任务仍在，因此停止。其输出：${code(text)}`,
    'not-started': (text) => rich`artisan 未能启动：${code(text)}`,
    rest: () =>
      '其余任务与新的失败太接近，不能用一条语句删除，数量又太多，不宜逐个删除。请等它们更早之后再申请。',
  },
};

export const flushText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
