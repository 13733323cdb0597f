import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { World } from '../../demo/world/world.ts';

const run = promisify(execFile);

export interface ArtisanRun {
  readonly ms: number;
  /** The most that the process ever held, in MB. */
  readonly peakMb: number;
}

/** Says its own high-water mark when it ends, however it ends. */
const tellPeak = `<?php register_shutdown_function(static function () {
  preg_match('/VmHWM:\\s+(\\d+)/', file_get_contents('/proc/self/status'), $found);
  fwrite(STDERR, "\\npeak {$found[1]}\\n");
});`;

/** Runs artisan as a person would, with its output thrown away. Throws when it does not exit with 0. */
export async function runArtisan(world: World, ...words: readonly string[]): Promise<ArtisanRun> {
  const prepend = `${world.folder}/peak.php`;
  await writeFile(prepend, tellPeak);
  const command = `exec php -d auto_prepend_file=${prepend} -d memory_limit=-1 artisan ${words.join(' ')} >/dev/null`;
  const began = performance.now();
  const { stderr } = await run('sh', ['-c', command], { cwd: world.app.folder, maxBuffer: 10_000_000 });
  const ms = performance.now() - began;
  return { ms, peakMb: (Number(/peak (\d+)/.exec(stderr)?.[1]) * 1024) / 1e6 };
}
