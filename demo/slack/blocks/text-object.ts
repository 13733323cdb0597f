import { isJson, text } from '../json.ts';
import { checkLength, type Say } from './report.ts';

const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  plain_text: ['type', 'text', 'emoji'],
  mrkdwn: ['type', 'text', 'verbatim'],
};

export interface TextRule {
  readonly most: number;
  /** Where Slack takes one type only. */
  readonly only?: 'plain_text' | 'mrkdwn';
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export function checkText(value: unknown, rule: TextRule, at: string, say: Say): void {
  if (!isJson(value)) {
    say(at, value === undefined ? 'missing required field: text' : 'must be a text object');
    return;
  }
  const type = text(value['type']);
  const fields = fieldsOf[type];
  if (fields === undefined) say(`${at}/type`, `unsupported type: ${type}`);
  else if (rule.only !== undefined && type !== rule.only) say(`${at}/type`, `must be ${rule.only}`);
  for (const key of Object.keys(value)) {
    if (fields?.includes(key) === false) say(`${at}/${key}`, `invalid additional property: ${key}`);
  }
  if (typeof value['text'] !== 'string') say(`${at}/text`, 'missing required field: text');
  else checkLength(value['text'], 1, rule.most, `${at}/text`, say);
}

/** The same, for a text that may be left out. */
export function checkOptionalText(value: unknown, rule: TextRule, at: string, say: Say): void {
  if (value !== undefined) checkText(value, rule, at, say);
}
