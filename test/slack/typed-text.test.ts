import { describe, expect, it } from 'vitest';
import { typedText } from '../../src/slack/typed-text.ts';

describe('what a person typed', () => {
  it.each([
    ['a mention at the beginning goes', '<@U0QK> diagnose reports', 'diagnose reports'],
    ['with a name and punctuation, too', ' <@U0QK|queuekeeper>:  status', 'status'],
    ['a later mention is an argument', '<@U0QK> audit who=<@U0ANNA>', 'audit who=<@U0ANNA>'],
    ['another one’s mention stays', '<@U0ANNA> status', '<@U0ANNA> status'],
    [
      'an address that became a link is as typed',
      'find <http://fap.example|fap.example> x',
      'find fap.example x',
    ],
    ['a whole link, too', 'find <https://fap.example/a?b=1&amp;c=2>', 'find https://fap.example/a?b=1&c=2'],
    ['an e-mail address, too', 'find <mailto:a@fap.example|a@fap.example>', 'find a@fap.example'],
    [
      'entities are characters, once',
      'failed error=&quot;&lt;b&gt; &amp;amp;',
      'failed error=&quot;<b> &amp;',
    ],
    ['a channel stays', 'x <#C0OPS|ops>', 'x <#C0OPS|ops>'],
  ])('%s', (_, text, typed) => {
    expect(typedText(text, 'U0QK')).toBe(typed);
  });
});
