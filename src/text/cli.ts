import type { ChainFaultKind } from '../core/audit-chain.ts';
import type { Locale } from '../core/people.ts';

/** What the command line says. */
const en = {
  usage: [
    'Usage: queuekeeper VERB [--config FILE] [--json]',
    '',
    '  start        run the bot: migrate the store, connect to Slack, answer',
    '  check        read the configuration and name everything that is wrong in it; its SQL',
    '               is tried on the databases, and its logins on the hosts, that can be reached',
    '  run WORDS…   answer a reading verb here, as /queue WORDS… does in Slack',
    '  audit        walk the audit log and prove that no row was changed, added or taken away',
    "  migrate      bring the store's tables up to date",
    '  doctor       not in this version yet',
    '  probe        measure the service levels once, for CI: [--queues a,b] [--window-minutes 60] [--strict];',
    '               1 for what could not be read, and with --strict for what is breached',
    '',
    '  --config FILE   the configuration; else $QUEUEKEEPER_CONFIG, else queuekeeper.yml',
    '  --json          answer in JSON on stdout',
    '  --help, --version',
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.',
  ].join('\n'),
  unknownVerb: (typed: string) => `There is no verb "${typed}".`,
  didYouMean: (verb: string) => ` Did you mean ${verb}?`,
  unknownOption: (typed: string) => `There is no option ${typed}.`,
  optionOf: (option: string, verb: string) => `${option} is an option of ${verb} alone.`,
  optionNeedsValue: (name: string) => `${name} needs a value.`,
  noWords: (verb: string) => `"${verb}" takes no further words.`,
  minutesNeeded: '--window-minutes takes a whole number from 1 to 1440.',
  wordsNeeded: 'What should be answered? For example: run status reports',
  notYet: (verb: string) => `"${verb}" is not in this version yet.`,
  faults: (count: number, file: string) => (count === 1 ? `${file}: 1 fault.` : `${file}: ${count} faults.`),
  environment: 'the environment',
  good: (file: string) => `${file} is good.`,
  summary: (app: string, environment: string, queues: number, connections: number) =>
    `  ${app} (${environment}): ${queues} queues on ${connections} connections`,
  policy: (version: string) => `  policy version ${version}`,
  warning: 'Worth a look',
  slackNotChecked: 'The Slack tokens are checked by start; here they are not set.',
  notTried: (part: string, why: string) => `The SQL in it was not tried on ${part}, which ${why}.`,
  tried: (app: string) => `  ${app}: its database understands all of the SQL`,
  hostAnswers: (host: string, runner: boolean) =>
    `  ${host}: ${runner ? 'its runner answers' : 'its login works'}`,
  hostNotTried: (part: string, why: string, detail: string | undefined) =>
    `The login was not tried: ${part} ${why}${detail === undefined ? '' : ` (${detail})`}.`,
  migrated: (names: readonly string[]) =>
    names.length === 0 ? 'The store is up to date.' : `Migrated: ${names.join(', ')}.`,
  failed: (what: string) => `It did not work: ${what}`,
  notStarted: (what: string) => `Queuekeeper could not start: ${what}`,
  because: (cause: string) => ` (${cause})`,
  storeAway: '. Where the store is, store.url and store.migrate_url in the configuration say.',
  portTaken: (port: number, variable: string) =>
    `another program listens on port ${port}, maybe another Queuekeeper. Set ${variable} to a free one.`,
  portForbidden: (port: number, variable: string) =>
    `this user may not listen on port ${port}. Set ${variable} to one above 1023.`,
  chainHolds: (rows: number, seq: number, hash: string) =>
    `The audit log holds: ${rows} rows, the last one is ${seq} with hash ${hash}.`,
  chainBroken: (seq: number, kind: ChainFaultKind) =>
    `The audit log does not hold at row ${seq}: ${en.chain[kind]}.`,
  chain: {
    edited: 'it was edited',
    deleted: 'it is missing',
    inserted: 'it was put in by somebody without the key, or out of order',
    forked: 'another row follows the same predecessor',
    'clock-set-back': 'its time lies before that of the row before it',
    cut: 'the log ends too early',
    'head-rewritten': 'the head names another row than the last one',
    'anchor-differs': 'an anchor outside the database names another hash',
  } satisfies Record<ChainFaultKind, string>,
};

const zh: typeof en = {
  usage: [
    '用法：queuekeeper 命令 [--config 文件] [--json]',
    '',
    '  start        运行机器人：迁移存储、连接 Slack、响应命令',
    '  check        检查配置，一次列出所有问题；能连接时也试查其中的 SQL 与主机登录',
    '  run 词语…    在此执行只读命令，等同于 Slack 中的 /queue 词语…',
    '  audit        校验审计日志，证明没有任何一行被改动、添加或删除',
    '  migrate      更新存储的表结构',
    '  doctor       此版本尚未提供',
    '  probe        测量一次服务水平，供 CI 使用：[--queues a,b] [--window-minutes 60] [--strict]；',
    '               有指标无法读取时返回 1，加 --strict 时超出上限也返回 1',
    '',
    '  --config 文件   配置文件；否则取 $QUEUEKEEPER_CONFIG，再否则 queuekeeper.yml',
    '  --json          在 stdout 输出 JSON',
    '  --help, --version',
    '',
    '退出码：0 完成，1 失败，2 用法或配置错误。',
  ].join('\n'),
  unknownVerb: (typed) => `没有命令“${typed}”。`,
  didYouMean: (verb) => `是否想用 ${verb}？`,
  unknownOption: (typed) => `没有选项 ${typed}。`,
  optionOf: (option, verb) => `${option} 只用于 ${verb}。`,
  optionNeedsValue: (name) => `${name} 需要一个值。`,
  noWords: (verb) => `“${verb}”后面不能再有其他词语。`,
  minutesNeeded: '--window-minutes 须为 1 到 1440 之间的整数。',
  wordsNeeded: '要执行什么？例如：run status reports',
  notYet: (verb) => `“${verb}”在此版本中尚未提供。`,
  faults: (count, file) => `${file}：${count} 个问题。`,
  environment: '环境变量',
  good: (file) => `${file} 没有问题。`,
  summary: (app, environment, queues, connections) =>
    `  ${app}（${environment}）：${queues} 个队列，${connections} 个连接`,
  policy: (version) => `  策略版本 ${version}`,
  warning: '请留意',
  slackNotChecked: 'Slack 令牌由 start 检查；此处未设置。',
  notTried: (part, why) => `未在 ${part}上试查其中的 SQL：该数据库${why}。`,
  tried: (app) => `  ${app}：数据库能识别其中全部 SQL`,
  hostAnswers: (host, runner) => `  ${host}：${runner ? 'runner 应答正常' : '登录正常'}`,
  hostNotTried: (part, why, detail) =>
    `未能试登录：${part}${why}${detail === undefined ? '' : `（${detail}）`}。`,
  migrated: (names) => (names.length === 0 ? '存储已是最新。' : `已迁移：${names.join('、')}。`),
  failed: (what) => `执行失败：${what}`,
  notStarted: (what) => `Queuekeeper 无法启动：${what}`,
  because: (cause) => `（${cause}）`,
  storeAway: '。存储的地址见配置中的 store.url 和 store.migrate_url。',
  portTaken: (port, variable) =>
    `端口 ${port} 已被其他程序占用（可能是另一个 Queuekeeper）。请用 ${variable} 另设一个空闲端口。`,
  portForbidden: (port, variable) => `当前用户无权监听端口 ${port}。请用 ${variable} 设为 1023 以上的端口。`,
  chainHolds: (rows, seq, hash) => `审计日志完整：共 ${rows} 行，最后一行为 ${seq}，哈希 ${hash}。`,
  chainBroken: (seq, kind) => `审计日志在第 ${seq} 行不成立：${zh.chain[kind]}。`,
  chain: {
    edited: '该行被改动',
    deleted: '该行缺失',
    inserted: '该行由没有密钥的人插入，或次序不对',
    forked: '另有一行接在同一前行之后',
    'clock-set-back': '其时间早于前一行',
    cut: '日志结束得过早',
    'head-rewritten': '头记录指向的不是最后一行',
    'anchor-differs': '数据库之外的锚点记录了不同的哈希',
  },
};

export type CliTexts = typeof en;

export const cliTexts: Readonly<Record<Locale, CliTexts>> = { en, 'zh-CN': zh };
