import { describe, expect, it } from 'vitest';
import { parseMrkdwn } from '../../../demo/slack/page/src/mrkdwn/parse.ts';
import { drawMrkdwn } from './draw.ts';

/** Slack's own words: https://docs.slack.dev/messaging/formatting-message-text */
describe('mrkdwn as Slack documents it', () => {
  it.each([
    ['*bold*', '<strong>bold</strong>'],
    ['_italic_', '<em>italic</em>'],
    ['~struck~', '<s>struck</s>'],
    ['*_both_*', '<strong><em>both</em></strong>'],
    ['_*both*_', '<em><strong>both</strong></em>'],
    ['a `b` c', 'a <code>b</code> c'],
    ['one\ntwo', 'one<br/>two'],
    [
      'This is *bold*, _italic_ and ~struck~.',
      'This is <strong>bold</strong>, <em>italic</em> and <s>struck</s>.',
    ],
    ['(*bold*)', '(<strong>bold</strong>)'],
    ['*bold* *again*', '<strong>bold</strong> <strong>again</strong>'],
  ])('%s', (text, html) => {
    expect(drawMrkdwn(text)).toBe(html);
  });

  it.each([
    ['snake_case_word'],
    ['2 * 3 * 4'],
    ['a*b*c'],
    ['* not a list'],
    ['**not bold**'],
    ['*open'],
    ['*bold at the\nline end*'],
    ['`open'],
    ['~ 5 ~'],
    ['``'],
    ['``````'],
  ])('leaves %s as it is', (text) => {
    expect(drawMrkdwn(text)).toBe(text.replace('\n', '<br/>'));
  });

  it('marks nothing up in code', () => {
    expect(drawMrkdwn('`*a* _b_ :tada: &lt;b&gt;`')).toBe('<code>*a* _b_ :tada: &lt;b&gt;</code>');
  });

  it('does not end bold in code', () => {
    expect(drawMrkdwn('*a `b*` c*')).toBe('<strong>a <code>b*</code> c</strong>');
  });

  it('keeps lines of a preformatted part', () => {
    expect(drawMrkdwn('before\n```\n*a*\n  b\n```\nafter')).toBe(
      '<p>before</p><pre class="pre">*a*\n  b</pre><p>after</p>',
    );
  });

  it('quotes lines that begin with >, escaped or not', () => {
    const quoted = '<blockquote class="quote">one<br/>two</blockquote><p>three</p>';
    expect(drawMrkdwn('&gt; one\n&gt; two\nthree')).toBe(quoted);
    expect(drawMrkdwn('> one\n>two\nthree')).toBe(quoted);
  });

  it('quotes all that follows >>>', () => {
    expect(drawMrkdwn('a\n>>> b\nc')).toBe('<p>a</p><blockquote class="quote">b<br/>c</blockquote>');
  });
});

describe('escaping', () => {
  it.each([
    ['&lt;b&gt;', '&lt;b&gt;'],
    ['&amp;', '&amp;'],
    ['a &lt; b &amp;&amp; c &gt; d', 'a &lt; b &amp;&amp; c &gt; d'],
    ['&amp;lt;', '&amp;lt;'],
    ['&quot; &#39; &nbsp;', '&amp;quot; &amp;#39; &amp;nbsp;'],
  ])('%s is decoded once', (text, html) => {
    expect(drawMrkdwn(text)).toBe(html);
  });

  it.each([
    ['&lt;!channel&gt;'],
    ['&lt;@U0ANNA&gt;'],
    ['&lt;#C0OPS&gt;'],
    ['&lt;https://evil.example|Sign in&gt;'],
    ['&lt;!subteam^S0ONCALL&gt;'],
  ])('%s stays a text: no mention, no link', (text) => {
    expect(drawMrkdwn(text, true)).toBe(text);
  });

  it.each([
    ['<script>alert(1)</script>'],
    ['<img src=x onerror=alert(1)>'],
    ['<b>bold</b>'],
    ['a < b > c'],
    ['<javascript alert(1)>'],
  ])('%s never becomes HTML', (text) => {
    expect(drawMrkdwn(text, true)).toBe(text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
  });

  it.each([
    ['<javascript:alert(1)|Click>'],
    ['<JaVaScRiPt:alert(1)|Click>'],
    ['<data:text/html,x|Click>'],
    ['<vbscript:x|Click>'],
    ['<file:///etc/passwd|Click>'],
  ])('%s is a text and no link', (text) => {
    expect(drawMrkdwn(text)).toBe('<span class="dead-link">Click</span>');
  });

  it('writes a quotation mark in an address so that it ends no attribute', () => {
    expect(drawMrkdwn('<https://a.example/"onclick="x|a>')).not.toContain('"onclick');
  });
});

describe('tokens in angle brackets', () => {
  it.each([
    ['<@U0BO>', '<span class="mention">@Bo</span>'],
    ['<@U0ANNA>', '<span class="mention mention-me">@Anna</span>'],
    ['<@U0ANNA|somebody>', '<span class="mention mention-me">@Anna</span>'],
    ['<@U0NOBODY|label>', '<span class="mention">@label</span>'],
    ['<#C0OPS>', '<button type="button" class="mention mention-link">#ops</button>'],
    ['<#C0GONE|old-name>', '<span class="mention">#old-name</span>'],
    ['<!subteam^S0ONCALL>', '<span class="mention mention-me">@oncall</span>'],
    ['<!subteam^S0GONE|@gone>', '<span class="mention">@gone</span>'],
    ['<!here>', '<span class="mention mention-me">@here</span>'],
    ['<!channel>', '<span class="mention mention-me">@channel</span>'],
    ['<!everyone>', '<span class="mention mention-me">@everyone</span>'],
    ['<!something|as it reads>', 'as it reads'],
    ['<!something>', '&lt;something&gt;'],
  ])('%s', (text, html) => {
    expect(drawMrkdwn(text)).toBe(html);
  });

  const link = (url: string, label: string): string =>
    `<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a>`;

  it.each([
    [
      '<https://a.example/b?c=d&amp;e=f>',
      link('https://a.example/b?c=d&amp;e=f', 'https://a.example/b?c=d&amp;e=f'),
    ],
    ['<https://a.example|the review>', link('https://a.example/', 'the review')],
    ['<mailto:bo@a.example|Bo>', link('mailto:bo@a.example', 'Bo')],
    ['*<https://a.example|bold>*', `<strong>${link('https://a.example/', 'bold')}</strong>`],
    ['<https://a.example|a *b* c>', link('https://a.example/', 'a *b* c')],
  ])('%s', (text, html) => {
    expect(drawMrkdwn(text)).toBe(html);
  });

  it('makes links of addresses in a text, unless it is verbatim', () => {
    expect(drawMrkdwn('see https://a.example/b.')).toBe(
      `see ${link('https://a.example/b', 'https://a.example/b')}.`,
    );
    expect(drawMrkdwn('see https://a.example/b.', true)).toBe('see https://a.example/b.');
  });

  it('mentions in code are drawn, marks in links are not', () => {
    expect(drawMrkdwn('`<@U0BO>`')).toBe('<code><span class="mention">@Bo</span></code>');
  });
});

describe('dates', () => {
  const at = Date.UTC(2026, 10, 24, 18, 39, 42) / 1000;
  const words = (format: string): string =>
    drawMrkdwn(`<!date^${at}^${format}|then>`).replace(/<[^>]*>/g, '');

  it.each([
    ['{date_num}', '2026-11-24'],
    ['{date_slash}', '11/24/2026'],
    ['{date}', 'November 24, 2026'],
    ['{date_short}', 'Nov 24, 2026'],
    ['{date_long}', 'Tuesday, November 24, 2026'],
    ['{date_pretty}', 'yesterday'],
    ['{date_short_pretty} at {time}', 'yesterday at 6:39 PM'],
    ['{time_secs}', '6:39:42 PM'],
    ['{ago}', '17 hours ago'],
    ['Posted {date_num}, {unknown}', 'Posted 2026-11-24, {unknown}'],
  ])('%s', (format, said) => {
    expect(words(format).replace('\u202f', ' ')).toBe(said);
  });

  it('carries a link when it has one', () => {
    expect(drawMrkdwn(`<!date^${at}^{date_num}^https://a.example|then>`)).toContain(
      '<a href="https://a.example/"',
    );
  });

  it('falls back when there is no such date', () => {
    expect(drawMrkdwn('<!date^9999999999999999^{date}|some day>')).toBe('some day');
  });

  it('reads as its label when it is no date', () => {
    expect(drawMrkdwn('<!date^soon^{date}|some day>')).toBe('some day');
  });
});

describe('emoji by name', () => {
  const emoji = (character: string, label: string, name: string): string =>
    `<span class="emoji" role="img" aria-label="${label}" title=":${name}:">${character}</span>`;

  it.each([
    [':tada:', emoji('🎉', 'tada', 'tada')],
    [':white_check_mark: done', `${emoji('✅', 'white check mark', 'white_check_mark')} done`],
    [':+1:', emoji('👍', '+1', '+1')],
    [':wave::skin-tone-3:', emoji('👋🏼', 'wave::skin-tone-3', 'wave::skin-tone-3')],
    [':no_such_thing:', ':no_such_thing:'],
    ['12:30:45', '12:30:45'],
  ])('%s', (text, html) => {
    expect(drawMrkdwn(text)).toBe(html);
  });
});

it('reads long and hostile texts without looking at everything again for every character', () => {
  for (const piece of ['*', '_a ', '`', '<', ':a', 'http', 'http://', '&gt;', '```', '<!date^1^'])
    expect(parseMrkdwn(piece.repeat(5_000)).length).toBeGreaterThan(0);
}, 20_000);
