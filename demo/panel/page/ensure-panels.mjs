import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../ensure-built.mjs';

/** What the panels import from elsewhere: what the servers say, and the look. */
const others = [
  ...['../model.ts', '../text.ts', '../../tour/model.ts', '../../tour/text.ts'],
  '../../slack/page/src/style/base.css',
];

/** The folder of static files, `world.html` and `tour.html` among them. Rejects with Vite's own words when it can't be built. */
export const ensurePanels = () =>
  ensureBuilt({
    here: fileURLToPath(new URL('.', import.meta.url)),
    index: 'world.html',
    others: others.map((path) => fileURLToPath(new URL(path, import.meta.url))),
    name: 'The panels',
  });
