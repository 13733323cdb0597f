import { describe, expect, it } from 'vitest';
import { typesOn } from '../../../demo/slack/blocks/surfaces.ts';
import { findBlockFault } from '../../../demo/slack/blocks.ts';
import { drawBlocks, readBlocks } from './draw.ts';
import { button, inputElements, messageSamples, mrkdwn, plain } from './samples.ts';

const decode = (html: string): string =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

describe('blocks', () => {
  it('has a sample of every block that a message takes', () => {
    expect(Object.keys(messageSamples).sort()).toEqual([...typesOn.message].sort());
  });

  it.each(Object.entries(messageSamples))('draws %s, which Slack takes', (_, { block, reads }) => {
    expect(findBlockFault([block], 'message')).toBeUndefined();
    const html = decode(drawBlocks(block));
    for (const words of reads) expect(html).toContain(words);
    expect(html).not.toContain('Not drawn here');
  });

  it('draws an alert, which only modals take', () => {
    const block = { type: 'alert', level: 'warning', text: mrkdwn('*Careful*') };
    expect(findBlockFault([block], 'modal')).toBeUndefined();
    expect(readBlocks(block)).toBe('Careful');
  });

  it.each(Object.entries(inputElements))('draws an input with %s', (_, element) => {
    const block = { type: 'input', block_id: 'b', label: plain('A label'), element };
    expect(findBlockFault([block], 'modal')).toBeUndefined();
    const html = drawBlocks(block);
    expect(html).not.toContain('Not drawn here');
    // Its name is read with it.
    expect(html).toMatch(/aria-labelledby="[^"]*-label/);
  });

  it('says what it can not draw instead of leaving it out', () => {
    expect(readBlocks({ type: 'hologram' })).toBe('Not drawn here: hologram');
  });

  it.each([
    ['header', { type: 'header', text: plain('<b> *y* &lt;@U0BO&gt; &amp;amp;') }, '<b> *y* <@U0BO> &amp;'],
    ['button', { type: 'actions', elements: [button('<i> <!channel>')] }, '<i> <!channel>'],
    ['cell', { type: 'table', rows: [[{ type: 'raw_text', text: '<!channel> *x*' }]] }, '<!channel> *x*'],
  ])('takes plain text as it reads in a %s: no mark, no mention, no HTML', (_, block, read) => {
    expect(decode(readBlocks(block))).toBe(read);
  });

  it('shows emoji by name in plain text, unless it says no', () => {
    expect(readBlocks({ type: 'header', text: plain(':tada: Done') })).toBe('🎉 Done');
    expect(readBlocks({ type: 'header', text: { ...plain(':tada: Done'), emoji: false } })).toBe(
      ':tada: Done',
    );
  });

  it('loads no picture from elsewhere, and its own ones by their ids', () => {
    expect(drawBlocks(messageSamples['image']?.block ?? {})).not.toContain('<img');
    const own = { type: 'image', slack_file: { id: 'F0ABC' }, alt_text: 'a curve' };
    expect(drawBlocks(own)).toContain('<img class="image" src="/files/F0ABC" alt="a curve"');
  });

  it('makes no link of an address that runs something, wherever one may stand', () => {
    const url = 'javascript:alert(1)';
    const html = drawBlocks(
      { type: 'actions', elements: [button('Open', { url })] },
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'link', url, text: 'x' }] }],
      },
      { type: 'markdown', text: `[x](${url}) ![y](${url})` },
      {
        type: 'task_card',
        task_id: '1',
        title: 't',
        status: 'error',
        sources: [{ type: 'url', url, text: 'x' }],
      },
    );
    expect(html).not.toContain('href');
  });

  it('aligns columns and makes the first row of a table its header', () => {
    const html = drawBlocks(messageSamples['table']?.block ?? {});
    expect(html).toContain('<th scope="col" class="left wrapped">Queue</th>');
    expect(html).toContain('<td class="right">1,200</td>');
  });

  it('names the error beside its input', () => {
    expect(
      drawBlocks({
        type: 'input',
        label: plain('Reason'),
        optional: true,
        element: inputElements['url_text_input'],
      }),
    ).toContain('(optional)');
  });
});
