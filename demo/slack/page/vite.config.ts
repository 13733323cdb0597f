import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { emojiNames } from './build/emoji-names.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The page as static files: nothing inline, so that it works under a strict Content-Security-Policy. */
export default defineConfig({
  root: here('.'),
  plugins: [react(), emojiNames()],
  resolve: {
    alias: {
      // It writes a <style> into the page, which the policy forbids; here the document itself never scrolls.
      'react-remove-scroll': here('./build/no-remove-scroll.tsx'),
    },
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
