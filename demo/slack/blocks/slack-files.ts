import { isJson, type Json } from '../json.ts';
import type { Say } from './report.ts';

/** Notes every `slack_file` that Slack does not know yet, wherever in the block it is named. */
export function checkSlackFiles(block: Json, isReady: (id: string) => boolean, at: string, say: Say): void {
  for (const [key, value] of Object.entries(block)) {
    const here = `${at}/${key}`;
    if (key === 'slack_file' && isJson(value)) {
      if (value['id'] !== undefined && !isReady(String(value['id']))) say(here, 'invalid slack file');
    } else if (isJson(value)) checkSlackFiles(value, isReady, here, say);
    else if (Array.isArray(value))
      value.forEach((item: unknown, index) => {
        if (isJson(item)) checkSlackFiles(item, isReady, `${here}/${index}`, say);
      });
  }
}
