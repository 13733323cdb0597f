import { groupOf, haveWaited, supervisorOf } from './hands.ts';
import type { Situation } from './situation.ts';

/** What can't be seen. No verdict may call well what nobody looked at. */

const databaseHangs: Situation = {
  id: 'database-hangs',
  title: { en: 'The database takes connections and does not answer', 'zh-CN': '数据库接受连接但没有响应' },
  queue: 'commerce',
  concludes: {
    cause: 'store-away',
    marks: { 1: 'fine', 2: 'unseen', 3: 'unseen', 4: 'unseen', 5: 'unseen' },
  },
  async make({ proxies }) {
    proxies.database.set('hang');
    return {};
  },
  async mend({ proxies }) {
    proxies.database.set('pass');
    return {};
  },
};

/** Its workers die one after another until Supervisor gives them up. */
const redisDown: Situation = {
  id: 'redis-down',
  title: { en: 'Redis is down', 'zh-CN': 'Redis 已停止' },
  queue: 'insights',
  concludes: { cause: 'store-away', marks: { 2: 'unseen', 3: 'fine' } },
  async make({ redis }) {
    await redis.server.stop();
    return {};
  },
  async mend(world) {
    await world.redis.server.start();
    const gaveUp = (await world.supervisor?.workers())?.filter(({ state }) => state === 'FATAL') ?? [];
    if (gaveUp.length > 0) await supervisorOf(world).ctl('start', ...gaveUp.map(({ name }) => name));
    return { restarted: gaveUp.length };
  },
};

const hostCut: Situation = {
  id: 'host-cut',
  title: { en: 'The application’s host can’t be reached', 'zh-CN': '连不上应用所在的主机' },
  queue: 'reports',
  concludes: { cause: 'nothing-stands-out', marks: { 1: 'unseen', 2: 'fine', 6: 'unseen' } },
  async make({ proxies }) {
    const cut = proxies.ssh.connections();
    proxies.ssh.set('refuse');
    return { cut };
  },
  async mend({ proxies }) {
    proxies.ssh.set('pass');
    return {};
  },
};

/** The workers are down as well, which nobody can see from here: the queue stands. */
const hostCutWaiting: Situation = {
  id: 'host-cut-waiting',
  title: {
    en: 'The host can’t be reached, and approvals wait',
    'zh-CN': '连不上主机，审批任务在等待',
  },
  queue: 'ops',
  concludes: { cause: 'waits-unseen-workers', marks: { 1: 'unseen', 2: 'broken' } },
  async make(world) {
    await supervisorOf(world).ctl('stop', groupOf('ops'));
    await world.app.dispatch('ExecuteApprovalJob', 3);
    await haveWaited(world, 'ops');
    world.proxies.ssh.set('refuse');
    return {};
  },
  async mend(world) {
    world.proxies.ssh.set('pass');
    await supervisorOf(world).ctl('start', groupOf('ops'));
    return {};
  },
};

export const ofOutages: readonly Situation[] = [databaseHangs, redisDown, hostCut, hostCutWaiting];
