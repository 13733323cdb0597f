import type { Locale } from '../core/people.ts';
import { bold, type Rich, rich } from '../core/rich.ts';
import { number, plural } from './format.ts';

/** Why a row is left out; see `NotBack` of the operation. */
type NotBack = 'exists' | 'queued' | 'before' | 'archive' | 'interrupted' | 'not-reached';
type Ids = readonly number[];

const named = (ids: Ids, count: number, separator: string): string =>
  `${ids.map((id) => `#${id}`).join(separator)}${count > ids.length ? '…' : ''}`;

const en = {
  title: 'Restore failed jobs',
  submit: 'Ask',
  close: 'Close',
  looking: (request: number): Rich => `Looking at what #${request} removed…`,
  what: (count: number, request: number): Rich => `put back ${plural(count, 'failed job')} of #${request}`,
  wouldRestore: (count: number, request: number): Rich =>
    rich`${bold(plural(count, 'failed job'))} of #${request} would come back into failed_jobs, byte for byte, each once. Nothing is retried by that.`,
  reason: 'Reason',
  reasonHint: 'Shown on the card and kept in the audit log.',
  errors: { reason: 'Say why.', notLooked: 'The archive was still being looked at. Ask again.' },
  queues: 'Queues',
  classes: 'Classes',
  skipped: {
    exists: (n: number, ids: Ids): Rich =>
      `${number(n)} left out: a row with the same uuid is in failed_jobs again (${named(ids, n, ', ')}).`,
    queued: (n: number, ids: Ids): Rich =>
      `${number(n)} left out: the job waits in its queue or is being run, and its next failure could not be recorded beside the row (${named(ids, n, ', ')}).`,
    before: (n: number, ids: Ids): Rich =>
      `${number(n)} left out: restored before, and each archived row comes back once (${named(ids, n, ', ')}).`,
    archive: (n: number, ids: Ids): Rich =>
      `${number(n)} left out: the archive does not have them as they were sealed (${named(ids, n, ', ')}).`,
    interrupted: (n: number, ids: Ids): Rich =>
      `${number(n)} not seen in failed_jobs after the insert was cut off; they stay in the archive and are not inserted again (${named(ids, n, ', ')}).`,
    'not-reached': (n: number, ids: Ids): Rich =>
      `${number(n)} not reached before it ended; ask again for them (${named(ids, n, ', ')}).`,
  } satisfies Record<NotBack, (n: number, ids: Ids) => Rich>,
  progress: (done: number, of: number): Rich => `${number(done)} of ${number(of)}`,
  counts: {
    restored: (n: number) => `${number(n)} back in failed_jobs`,
    left: (n: number) => `${number(n)} left out`,
  },
  renumbered: (moved: readonly (readonly [number, number])[]): Rich =>
    `Their numbers were taken meanwhile, so they have new ones: ${moved.map(([from, to]) => `#${from} is #${to}`).join(', ')}.`,
  ends: { stopped: 'It was stopped.', frozen: 'Changes were frozen, so it stopped.' },
};

const zh: typeof en = {
  title: '恢复失败任务',
  submit: '申请',
  close: '关闭',
  looking: (request) => `正在查看 #${request} 移除的内容…`,
  what: (count, request) => `恢复 #${request} 移除的 ${number(count)} 个失败任务`,
  wouldRestore: (count, request) =>
    rich`#${request} 移除的 ${bold(`${number(count)} 个失败任务`)}将逐字节恢复到 failed_jobs，每个只恢复一次。恢复不会触发重试。`,
  reason: '原因',
  reasonHint: '显示在卡片上，并写入审计日志。',
  errors: { reason: '请说明原因。', notLooked: '归档尚未查看完毕，请重新发起。' },
  queues: '队列',
  classes: '任务类',
  skipped: {
    exists: (n, ids) => `${number(n)} 个不恢复：failed_jobs 中已有相同 uuid 的行（${named(ids, n, '、')}）。`,
    queued: (n, ids) =>
      `${number(n)} 个不恢复：任务正在队列中或正在执行，若恢复，其下一次失败将无法记录（${named(ids, n, '、')}）。`,
    before: (n, ids) =>
      `${number(n)} 个不恢复：此前已恢复过，每个归档行只恢复一次（${named(ids, n, '、')}）。`,
    archive: (n, ids) => `${number(n)} 个不恢复：归档中没有，或与封存时不一致（${named(ids, n, '、')}）。`,
    interrupted: (n, ids) =>
      `${number(n)} 个写入时中断，之后未在 failed_jobs 中看到；仍在归档中，不会再次写入（${named(ids, n, '、')}）。`,
    'not-reached': (n, ids) => `${number(n)} 个在结束前未处理，可重新申请（${named(ids, n, '、')}）。`,
  },
  progress: (done, of) => `${number(done)} / ${number(of)}`,
  counts: {
    restored: (n) => `已恢复 ${number(n)} 个`,
    left: (n) => `${number(n)} 个未恢复`,
  },
  renumbered: (moved) =>
    `原编号已被占用，因此使用新编号：${moved.map(([from, to]) => `#${from} 现为 #${to}`).join('，')}。`,
  ends: { stopped: '已被停止。', frozen: '变更已冻结，因此停止。' },
};

export const restoreText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
