import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Panel } from './panel/panel.ts';
import type { Locale } from './panel/text.ts';
import { contentSecurityPolicy, createSite } from './slack/http/site.ts';
import type { MountHandler, Panel as Tab } from './slack/server.ts';
import type { Guide } from './tour/guide.ts';

export const mountedAt = '/panel';

const titles: Readonly<Record<Locale, { readonly tour: string; readonly world: string }>> = {
  en: { tour: 'Tour', world: 'World' },
  'zh-CN': { tour: '导览', world: '现场' },
};

/** As the simulated Slack's page shows them, beside the conversation. */
export const panelTabs = (locale: Locale): readonly Tab[] => [
  { id: 'tour', title: titles[locale].tour, url: `${mountedAt}/tour.html` },
  { id: 'world', title: titles[locale].world, url: `${mountedAt}/world.html` },
];

/** Serves the panels' built pages and what stands behind them, below `mountedAt`. */
export function createPanelSite(options: {
  readonly folder: string;
  readonly locale: Locale;
  readonly panel: Panel;
  readonly guide: Guide;
}): MountHandler {
  const { folder, locale, panel, guide } = options;
  const site = createSite(folder);
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://slack');
    const path = pathname.slice(mountedAt.length + 1);
    const [first = '', ...others] = path.split('/');
    const rest = others.join('/');
    if (first === 'world' && (await panel.handle(rest, request, response))) return;
    if (first === 'tour' && (await guide.handle(rest, request, response))) return;
    if (locale !== 'en' && (await givePage(folder, path, locale, response))) return;
    if (await site(request, response, `/${path}`)) return;
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is nothing here.\n');
  };
}

/** A page that starts in the demo's language, until its reader chooses another. False: it is no page. */
async function givePage(
  folder: string,
  path: string,
  locale: Locale,
  response: ServerResponse,
): Promise<boolean> {
  if (path !== 'tour.html' && path !== 'world.html') return false;
  const html = await readFile(`${folder}/${path}`, 'utf8');
  response.writeHead(200, {
    ...{ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    ...{ 'content-security-policy': contentSecurityPolicy, 'x-content-type-options': 'nosniff' },
  });
  response.end(html.replace('<html lang="en">', `<html lang="${locale}">`));
  return true;
}
