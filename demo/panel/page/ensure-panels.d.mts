/**
 * The folder of static files, `world.html` and `tour.html` among them; built when older than its sources. Rejects with
 * Vite's own words.
 */
export function ensurePanels(): Promise<string>;
