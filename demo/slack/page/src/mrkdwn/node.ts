/** What a text in Slack's mrkdwn says, as data: https://docs.slack.dev/messaging/formatting-message-text */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly inner: readonly Inline[] }
  | { readonly kind: 'code'; readonly inner: readonly Inline[] }
  | { readonly kind: 'emoji'; readonly name: string }
  | Token;

/** What stands between `<` and `>`. */
export type Token =
  | { readonly kind: 'link'; readonly url: string; readonly label: string | undefined }
  | { readonly kind: 'person' | 'channel' | 'group'; readonly id: string; readonly label: string | undefined }
  | { readonly kind: 'broadcast'; readonly range: 'here' | 'channel' | 'everyone' }
  | {
      readonly kind: 'date';
      readonly seconds: number;
      readonly format: string;
      readonly url: string | undefined;
      readonly fallback: string;
    };

/** A paragraph, a quotation or a preformatted part of a text. */
export type Part =
  | { readonly kind: 'paragraph' | 'quote'; readonly inner: readonly Inline[] }
  | { readonly kind: 'preformatted'; readonly inner: readonly Inline[] };
