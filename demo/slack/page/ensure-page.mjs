import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../ensure-built.mjs';

/** The folder of static files to serve, `index.html` among them. Rejects with Vite's own words when it can't be built. */
export const ensurePage = () =>
  ensureBuilt({
    here: fileURLToPath(new URL('.', import.meta.url)),
    index: 'index.html',
    name: 'The page',
  });
