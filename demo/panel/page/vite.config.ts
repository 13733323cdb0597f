import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Two pages that share what they use: the world and the tour. Nothing inline, for a strict Content-Security-Policy. */
export default defineConfig({
  root: here('.'),
  // They are mounted under a path of the simulated Slack.
  base: './',
  plugins: [react()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: { input: [here('world.html'), here('tour.html')] },
  },
});
