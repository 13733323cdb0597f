import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { giveFile, json } from './panel/http.ts';
import type { Panel } from './panel/panel.ts';
import type { Locale } from './panel/text.ts';
import type { Guide } from './tour/guide.ts';

export const mountedAt = '/panel';
/** As the simulated Slack's page shows them, beside the conversation. */
export const panelTabs = (locale: Locale): readonly { readonly title: string; readonly path: string }[] => [
  { title: titles[locale].tour, path: `${mountedAt}/tour.html` },
  { title: titles[locale].world, path: `${mountedAt}/world.html` },
];

const titles: Readonly<Record<Locale, { readonly tour: string; readonly world: string }>> = {
  en: { tour: 'Tour', world: 'World' },
  'zh-CN': { tour: '导览', world: '现场' },
};

/** Serves the panels' pages and what stands behind them. `path` starts after `mountedAt`, without a slash. */
export function createPanelSite(options: {
  readonly folder: string;
  readonly locale: Locale;
  readonly panel: Panel;
  readonly guide: Guide;
}): (path: string, request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { folder, locale, panel, guide } = options;
  return async (path, request, response) => {
    const [first = '', ...others] = path.split('/');
    const rest = others.join('/');
    if (first === 'world' && (await panel.handle(rest, request, response))) return;
    if (first === 'tour' && (await guide.handle(rest, request, response))) return;
    if (request.method === 'GET' && path.endsWith('.html') && locale !== 'en') {
      if (await givePage(`${folder}/${path}`, locale, response)) return;
    }
    if (request.method === 'GET' && (await giveFile(folder, path, response))) return;
    json(response, 404, { error: 'there is nothing of this name' });
  };
}

const pages = ['world.html', 'tour.html'];

/** A page that starts in the demo's language, until its reader chooses another. */
async function givePage(file: string, locale: Locale, response: ServerResponse): Promise<boolean> {
  if (!pages.some((page) => file.endsWith(`/${page}`))) return false;
  const html = await readFile(file, 'utf8').catch(() => undefined);
  if (html === undefined) return false;
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  response.end(html.replace('<html lang="en">', `<html lang="${locale}">`));
  return true;
}
