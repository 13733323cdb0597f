/**
 * What a person typed, from what Slack makes of it: the bot's mention at the beginning goes, addresses that Slack took for
 * links are as typed, entities are characters. Mentions of people and channels stay, as `<@U…>` and `<#C…>`.
 */
export function typedText(text: string, botUserId?: string): string {
  const words =
    botUserId === undefined
      ? text
      : text.replace(new RegExp(`^\\s*<@${botUserId}(?:\\|[^>]*)?>[,:]?\\s*`), '');
  return words
    .replace(/<(?:https?|mailto|tel|ftp):[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<((?:https?|ftp):[^|>]*)>/g, '$1')
    .replace(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] ?? '');
}
