/** Loaded into a bot by `BENCH_PROFILE=FOLDER`: writes a CPU profile of its whole life there when it ends. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.start');
process.once('exit', () => {
  session.post('Profiler.stop', (error, result) => {
    if (error === null)
      writeFileSync(
        `${process.env['BENCH_PROFILE']}/${process.pid}.cpuprofile`,
        JSON.stringify(result.profile),
      );
  });
});
