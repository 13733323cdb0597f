/** What Slack would make of a mrkdwn text, after its documentation of formatting; written apart from the renderer, to judge it. */
export function findAlive(mrkdwn: string): readonly string[] {
  const code = mrkdwn.match(codeSpans) ?? [];
  const rest = mrkdwn.replace(codeSpans, ' ');
  const kinds: readonly (readonly [string, RegExp])[] = [
    ['code', /`/g],
    ['mark', /<[^>]*>/g],
    ['bold', /(?<![\p{L}\p{N}])\*(?=\S)[^*\n]*\S?\*(?![\p{L}\p{N}])/gu],
    ['italic', /(?<![\p{L}\p{N}])_(?=\S)[^_\n]*\S?_(?![\p{L}\p{N}])/gu],
    ['struck', /(?<![\p{L}\p{N}])~(?=\S)[^~\n]*\S?~(?![\p{L}\p{N}])/gu],
    ['quote', /^\s*(?:>|&gt;).*/gm],
    ['emoji', /:(?=[^:\s]*[a-z+])[a-z0-9_+'-]+:|:100:|:1234:/gi],
  ];
  return [
    ...code.map((found) => `code: ${found}`),
    ...kinds.flatMap(([kind, pattern]) => (rest.match(pattern) ?? []).map((found) => `${kind}: ${found}`)),
    ...broken.flatMap(([kind, pattern]) => (mrkdwn.match(pattern) ?? []).map((found) => `${kind}: ${found}`)),
  ];
}

const codeSpans = /```[\s\S]+?```|`[^`\n]+`/g;

/** Wrong in code, too. */
const broken: readonly (readonly [string, RegExp])[] = [
  ['broken entity', /&(?!(?:amp|lt|gt);)/g],
  ['unseen', /(?![\n\t\u200b\u2060])[\p{Cc}\p{Cf}]/gu],
  ['half a character', /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g],
];

/** What Slack makes links of when it reads a message's own text. */
export const findLinks = (text: string): readonly string[] =>
  text
    .replace(codeSpans, ' ')
    .match(/https?:\/\/\S+|www\.\w\S*|mailto:\w\S*|[\w-]+\.(?:example|com|io|cn)\b/gi) ?? [];
