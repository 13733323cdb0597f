/** Mentions, channels, dates and links as they read, entities as characters: https://docs.slack.dev/messaging/formatting-message-text */
export const decodeMrkdwn = (text: string): string =>
  text
    .replace(/<!date\^\d+\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<!subteam\^([^|>]*)(?:\|@?([^>]*))?>/g, (_, id: string, label?: string) => `@${label ?? id}`)
    .replace(
      /<([@#!])([^|>]*)(?:\|([^>]*))?>/g,
      (_, mark: string, id: string, label?: string) => `${mark === '!' ? '@' : mark}${label ?? id}`,
    )
    .replace(/<([^|>]+)\|([^>]*)>/g, '$2 ($1)')
    .replace(/<((?:https?:|mailto:)[^|>]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('\u2060', '');
