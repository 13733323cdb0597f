/** Slack escapes three characters and no others, once: https://docs.slack.dev/messaging/formatting-message-text#escaping */
const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Decodes each of the three entities once, so that `&amp;lt;` reads `&lt;`. */
export const decodeEntities = (text: string): string =>
  text.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity);

/** What a person typed, as Slack sends it. */
export const encodeEntities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
