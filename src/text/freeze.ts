import type { Locale } from '../core/people.ts';
import { code, person, type Rich, rich, type Span } from '../core/rich.ts';

const en = {
  froze: (number: number, app: string): Rich => rich`#${number} Changes to ${app} were frozen`,
  isFrozen: (app: string): Rich => rich`Changes to ${app} are frozen`,
  unrecorded:
    'It works, though it could not be recorded as a request: the audit log or the store is in trouble.',
  consequence:
    rich`Nothing that changes jobs starts, and what runs stops before its next step. Reading goes on. An approver lifts it: ${code('/queue unfreeze')}` as Rich,
  by: 'Frozen by',
  since: 'Since',
  lifting: (number: number, app: string): Rich => rich`#${number} Lifting the freeze of ${app}`,
  unfroze: (number: number, app: string): Rich => rich`#${number} The freeze of ${app} was lifted`,
  stillFrozen: (number: number, app: string): Rich =>
    rich`#${number} ${app} is still frozen: the freeze was not lifted. Try again.`,
  liftedBy: 'Lifted by',
  wasFrozenBy: 'Was frozen by',
  environment: (app: string, environment: string) => `${app}, ${environment}`,
  everything: (number: number) => `Everything about it: /queue audit #${number}`,
  /** Approved while frozen; `until`: it has to start by then. */
  waits: (number: number, until: Span | undefined): Rich =>
    rich`#${number} is approved and starts when the freeze is lifted${until === undefined ? '' : rich`; unless that is by ${until}, it expires`}`,
  /** Before the heading of `status`, and what stands below it. */
  mark: 'Changes are frozen. ',
  state: (since: Span, by: string, reason: string): Rich =>
    rich`${{ bold: 'Frozen' }} since ${since} by ${person(by)}: ${reason}\nNothing that changes jobs starts. An approver lifts it: ${code('/queue unfreeze')}`,
};

const zh: typeof en = {
  froze: (number, app) => rich`#${number} 已冻结 ${app} 的变更操作`,
  isFrozen: (app) => rich`${app} 的变更操作已冻结`,
  unrecorded: '冻结已生效，但未能作为请求记录：审计日志或存储出现问题。',
  consequence: rich`任何会改动任务的操作都不会开始，正在执行的会在下一步之前停止；查询不受影响。由审批人解除：${code('/queue unfreeze')}`,
  by: '冻结人',
  since: '起始',
  lifting: (number, app) => rich`#${number} 正在解除 ${app} 的冻结`,
  unfroze: (number, app) => rich`#${number} 已解除 ${app} 的冻结`,
  stillFrozen: (number, app) => rich`#${number} ${app} 仍处于冻结状态，未能解除，请重试。`,
  liftedBy: '解除人',
  wasFrozenBy: '原冻结人',
  environment: (app, environment) => `${app}，${environment}`,
  everything: (number) => `全部记录：/queue audit #${number}`,
  waits: (number, until) =>
    rich`#${number} 已获批准，解除冻结后开始执行${until === undefined ? '' : rich`；${until} 前未解除则过期`}`,
  mark: '变更操作已冻结。',
  state: (since, by, reason) =>
    rich`${{ bold: '冻结' }}（${since}，${person(by)}）：${reason}\n任何会改动任务的操作都不会开始。由审批人解除：${code('/queue unfreeze')}`,
};

export const freezeText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
