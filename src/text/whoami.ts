import type { Locale } from '../core/people.ts';
import { code, type Rich, rich } from '../core/rich.ts';

const en = {
  heading: (name: string): Rich => rich`You are ${{ bold: name }}`,
  labels: { account: 'Account', may: 'You may', person: 'Same person as', language: 'Language' },
  account: (teamId: string, userId: string): Rich => rich`${code(userId)} of ${code(teamId)}`,
  read: 'read',
  operate: 'retry, forget and the other operator verbs',
  approve: 'approve requests of others',
  alone: 'nobody else',
  language: 'English, as set in Slack',
  accounts: 'Rights belong to an account; two accounts of one person never count as two persons.',
};

const zh: typeof en = {
  heading: (name) => rich`你是 ${{ bold: name }}`,
  labels: { account: '账号', may: '你可以', person: '同一个人的账号', language: '语言' },
  account: (teamId, userId) => rich`${code(userId)}，工作区 ${code(teamId)}`,
  read: '查看',
  operate: '重试、删除等操作员命令',
  approve: '审批他人的请求',
  alone: '无',
  language: '中文（取自 Slack 设置）',
  accounts: '权限按账号计；同一个人的两个账号永远不算两个人。',
};

export const whoamiText: Record<Locale, typeof en> = { en, 'zh-CN': zh };
