/** The folder of static files to serve, `index.html` among them; built when older than its sources. Rejects with Vite's own words. */
export function ensurePage(): Promise<string>;
