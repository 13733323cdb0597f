/** Brings a world up for hand use, says where everything is, and takes it down at Ctrl-C: `npx tsx demo/world/main.ts`. */
import type { LaravelVersion } from './laravel.ts';
import { startWorld } from './world.ts';

const [version = '12', workers = 'all'] = process.argv.slice(2);
const started = performance.now();
const world = await startWorld({
  laravel: Number(version) as LaravelVersion, // a wrong one fails at once, for want of its vendor folder
  workers: workers === 'all' || workers === 'none' ? workers : [],
});
const config = await world.config();
const { mariadb, redis, sshd, supervisor, folder, env } = world;
console.log(`The world is up after ${((performance.now() - started) / 1000).toFixed(1)} s, in ${folder}`);
console.log(`
  MariaDB     mariadb -uroot -S ${folder}/mariadb.sock fap        (port ${mariadb.port})
  Redis       redis-cli -p ${redis.port}
  SSH         ssh -i ${sshd.keyFile} -p ${sshd.port} ${sshd.user}@127.0.0.1        ${sshd.hostKey}
  Supervisor  ${supervisor?.supervisorctl ?? 'not started'}
  Laravel     cd ${world.app.folder} && php artisan fap:dispatch GenerateReportSnapshotJob 3
  Bot         ${config}

${Object.entries(env)
  .map(([name, value]) => `export ${name}='${value}'`)
  .join('\n')}

Ctrl-C takes it down.`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void world.stop().then(() => process.exit(0)));
}
