/** A real Chromium for tests: the system's own, driven by playwright-core. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const programs = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where the system's Chromium is. Throws with what to do when there is none. */
export function findChromium(path = process.env['PATH'] ?? ''): string {
  const folders = [...path.split(':'), '/usr/bin', '/usr/local/bin', '/snap/bin'].filter(
    (folder) => folder !== '',
  );
  for (const program of programs) {
    const found = folders.map((folder) => `${folder}/${program}`).find(existsSync);
    if (found !== undefined) return found;
  }
  throw new Error(
    `There is no browser: none of ${programs.join(', ')} was found. On Debian or Ubuntu: apt-get install chromium`,
  );
}

/** Starts it without a window. Root may not use its sandbox. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium(),
    headless: true,
    args: ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
