const allowed = new Set(['http:', 'https:', 'mailto:', 'tel:', 'slack:']);

/** The address if a browser may go there; undefined for `javascript:`, `data:` and whatever else runs or hides something. */
export function safeUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return allowed.has(protocol) ? href : undefined;
}
