import type { Locale } from '../core/people.ts';
import { code, type Rich, rich, type Span } from '../core/rich.ts';

const en = {
  heading: (name: string): Rich => rich`You are ${{ bold: name }}`,
  labels: {
    account: 'Account',
    may: 'You may',
    approve: 'Approve',
    person: 'Same person as',
    language: 'Language',
  },
  account: (teamId: string, userId: string): Rich => rich`${code(userId)} of ${code(teamId)}`,
  read: 'read',
  operate: 'retry, forget and the other operator verbs',
  approve: 'approve requests of others',
  approveFrom: (group: string, from: Span): Rich =>
    rich`not yet: you joined ${code(group)} less than 24 h before now; your votes count from ${from}`,
  approveUnseen: (group: string): Rich =>
    rich`not yet: Queuekeeper has not seen you in ${code(group)} before; your votes count 24 h after it has`,
  approveUnknown: "not known: Queuekeeper's own store did not say since when you are in your group",
  alone: 'nobody else',
  language: 'English, as set in Slack',
  accounts: 'Rights belong to an account; two accounts of one person never count as two persons.',
};

const zh: typeof en = {
  heading: (name) => rich`你是 ${{ bold: name }}`,
  labels: { account: '账号', may: '你可以', approve: '审批', person: '同一个人的账号', language: '语言' },
  account: (teamId, userId) => rich`${code(userId)}，工作区 ${code(teamId)}`,
  read: '查看',
  operate: '重试、删除等操作员命令',
  approve: '审批他人的请求',
  approveFrom: (group, from) => rich`暂时不能：加入 ${code(group)} 还不到 24 小时，从 ${from} 起投票生效`,
  approveUnseen: (group) =>
    rich`暂时不能：Queuekeeper 还没有在 ${code(group)} 中看到过你，看到 24 小时后投票生效`,
  approveUnknown: '暂不清楚：Queuekeeper 自己的存储没有返回你加入用户组的时间',
  alone: '无',
  language: '中文（取自 Slack 设置）',
  accounts: '权限按账号计；同一个人的两个账号永远不算两个人。',
};

export const whoamiText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
