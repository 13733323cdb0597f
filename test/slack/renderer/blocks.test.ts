import { describe, expect, it } from 'vitest';
import { findBlockFault } from '../../../demo/slack/blocks.ts';
import { buttonsOf } from '../../../demo/slack/person.ts';
import { renderPlain } from '../../../demo/slack/plain.ts';
import type { Button, Reply, ReplyPart } from '../../../src/core/reply.ts';
import { bold, code, rich } from '../../../src/core/rich.ts';
import { formsOf } from '../../../src/slack/renderer/forms.ts';
import { slackText } from '../../../src/text/slack.ts';
import { findAlive, findLinks } from './alive.ts';
import { nasty } from './texts.ts';

const locales = ['en', 'zh-CN'] as const;

const button = (label: string, words = label): Button => ({
  label,
  press: { kind: 'words', verb: 'show', words },
  confirm: { title: label, text: label, yes: label, no: label },
});

/** Every part of a reply, filled with one text. */
function filled(text: string): Reply {
  return {
    heading: rich`${bold(text)} ${text}`,
    mood: 'bad',
    parts: [
      { kind: 'text', text },
      { kind: 'facts', facts: [1, 2, 3].map(() => ({ label: text, value: rich`${text} ${code(text)}` })) },
      {
        kind: 'table',
        columns: [{ label: text }, { label: 'n', align: 'right' }],
        rows: [[text, '1'], [text]],
      },
      {
        kind: 'items',
        items: [{ text }, { text, buttons: [button(text)] }, { text, buttons: [button(text), button(text)] }],
      },
      { kind: 'code', title: text, text },
      { kind: 'quote', text },
      { kind: 'divider' },
      { kind: 'buttons', buttons: [button(text), button('Next')] },
    ],
    notes: [text, 'production'],
  };
}

/** All mrkdwn texts of blocks, and all plain ones. */
function textsOf(value: unknown, type: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsOf(one, type));
  if (typeof value !== 'object' || value === null) return [];
  if ('type' in value && value.type === type && 'text' in value) return [String(value.text)];
  return Object.values(value).flatMap((one) => textsOf(one, type));
}

const reply = (parts: readonly ReplyPart[]): Reply => ({
  ...{ heading: 'A heading', mood: 'neutral', notes: ['a note'], parts },
});

function render(of: Reply, form = 0): { text: string; blocks: readonly unknown[] } {
  const drawn = formsOf(of, 'en')[form]?.();
  if (drawn === undefined) throw new Error('there is no such form');
  return { text: drawn.text, blocks: drawn.blocks };
}

describe.each(locales)('a message in %s', (locale) => {
  it.each(Object.entries(nasty))('is one that Slack takes in every form, full of: %s', (_, text) => {
    for (const form of formsOf(filled(text), locale)) {
      const { blocks, text: said } = form();
      expect(blocks.length === 0 ? undefined : findBlockFault(blocks, 'message')).toBeUndefined();
      expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(12_000);
      expect(said.length).toBeLessThanOrEqual(4_000);
      expect(said).not.toBe('');
    }
  });
});

describe('a message', () => {
  it.each(Object.entries(nasty))('pings, links and formats nothing of: %s', (_, text) => {
    const { blocks, text: said } = render(filled(text));
    for (const drawn of textsOf(blocks, 'mrkdwn')) {
      // The heading, labels and code are ours to format; what they hold is judged in mrkdwn.test.ts.
      const foreign = findAlive(drawn).filter((found) => !/^(?:bold|code|emoji: :red_circle:)/.test(found));
      expect(foreign).toEqual([]);
    }
    expect(findLinks(said)).toEqual([]);
    expect(said).not.toMatch(/<[!@#h]/);
  });

  it.each(Object.entries(nasty))('pings and links nothing as plain text either: %s', (_, text) => {
    const { text: said } = render(filled(text), 2);
    expect(said).not.toMatch(/<[!@#h]/);
    expect(findLinks(said.replace(/`[^`]*`/g, ''))).toEqual([]);
  });

  it('forbids Slack to look for links and mentions in every mrkdwn text', () => {
    const { blocks } = render(filled('text'));
    const objects = JSON.stringify(blocks).match(/\{"type":"mrkdwn"[^}]*\}/g) ?? [];
    expect(objects.length).toBeGreaterThan(5);
    expect(objects.every((one) => one.includes('"verbatim":true'))).toBe(true);
  });

  it('shows what imitates a card as a quotation, without its marks and buttons', () => {
    const { blocks } = render(reply([{ kind: 'quote', text: nasty['a card'] ?? '' }]));
    expect(blocks[1]).toMatchObject({ type: 'rich_text', elements: [{ type: 'rich_text_quote' }] });
    expect(buttonsOf({ blocks })).toEqual([]);
    const { text } = render(reply([{ kind: 'quote', text: nasty['a card'] ?? '' }]), 2);
    const lines = text.split('\n').slice(1, -1);
    expect(lines.length).toBe(3);
    expect(lines.every((line) => line.startsWith('> '))).toBe(true);
  });

  it('keeps a heading on one line, since bold ends with it', () => {
    const { blocks } = render({ ...reply([]), heading: 'one\ntwo' });
    expect(textsOf(blocks, 'mrkdwn')[0]).toBe('*one two*');
  });

  it('draws a list of 60 entries with three buttons each as far as it goes, and says so', () => {
    const items = Array.from({ length: 60 }, (_, index) => ({
      text: rich`${bold(`#${index}`)} ${code('SendInvoice')} on reports, 3 min ago`,
      buttons: ['Show', 'Retry', 'Forget'].map((label) => button(label, `${label} ${index}`)),
    }));
    const { blocks } = render(
      reply([
        { kind: 'items', items },
        { kind: 'buttons', buttons: [button('Next')] },
      ]),
    );
    expect(findBlockFault(blocks, 'message')).toBeUndefined();
    const labels = buttonsOf({ blocks }).map(({ text }) => text);
    expect(labels.at(-1)).toBe('Next');
    const entries = textsOf(blocks, 'mrkdwn').filter((text) => text.startsWith('*#'));
    expect(entries.length).toBeGreaterThan(5);
    expect(labels.length).toBe(entries.length * 3 + 1);
    expect(renderPlain({ text: '', blocks })).toContain(slackText.en.leftOut);
    expect(renderPlain({ text: '', blocks })).toContain('a note');
  });

  it('draws a list of 30 entries with a button each in whole', () => {
    const items = Array.from({ length: 30 }, (_, index) => ({
      text: rich`${bold(`#${index}`)} ${code('SendInvoice')} on database:reports, 3 min ago`,
      buttons: [{ label: 'Show', press: { kind: 'words', verb: 'show', words: `show ${index}` } } as const],
    }));
    const { blocks } = render(reply([{ kind: 'items', items }]));
    expect(buttonsOf({ blocks })).toHaveLength(30);
    expect(renderPlain({ text: '', blocks })).not.toContain(slackText.en.leftOut);
  });

  it('draws a table of 200 rows with seven columns as far as it goes, and says so', () => {
    const columns = ['Queue', 'Pending', 'Delayed', 'Reserved', 'Stuck', 'Oldest', 'Failed'].map((label) => ({
      label,
    }));
    const rows = Array.from({ length: 200 }, (_, row) => [
      `database:queue-${row}`,
      ...Array(6).fill('123,456'),
    ]);
    for (const form of [0, 1]) {
      const { blocks } = render(reply([{ kind: 'table', columns, rows }]), form);
      expect(findBlockFault(blocks, 'message')).toBeUndefined();
      const shown = renderPlain({ text: '', blocks });
      expect(shown).toContain('database:queue-20');
      expect(shown).toContain(slackText.en.leftOut);
    }
  });

  it('draws the usual status table of ten queues in whole', () => {
    const columns = ['Queue', 'Pending', 'Delayed', 'Reserved', 'Stuck', 'Oldest', 'Failed'].map((label) => ({
      label,
    }));
    const rows = Array.from({ length: 10 }, (_, row) => [`database:queue-${row}`, ...Array(6).fill('1')]);
    const { blocks } = render(reply([{ kind: 'table', columns, rows }]));
    expect(renderPlain({ text: '', blocks })).toContain('database:queue-9');
    expect(renderPlain({ text: '', blocks })).not.toContain(slackText.en.leftOut);
  });

  it('draws a second table as text, since Slack takes one', () => {
    const table = {
      kind: 'table',
      columns: [{ label: '队列' }, { label: 'n', align: 'right' }],
      rows: [['报表', '1']],
    } as const;
    const { blocks } = render(reply([table, table]));
    expect(findBlockFault(blocks, 'message')).toBeUndefined();
    expect(blocks[2]).toMatchObject({ type: 'rich_text' });
    expect(renderPlain({ text: '', blocks: [blocks[2]] })).toBe('队列  n\n报表  1');
  });

  it('keeps sentences and facts behind a list that is too long', () => {
    const items = Array.from({ length: 400 }, (_, index) => ({ text: `entry ${index} ${'x'.repeat(80)}` }));
    const facts = [{ label: 'Asked by', value: 'Anna' }];
    const { blocks } = render(
      reply([
        { kind: 'items', items },
        { kind: 'text', text: '388 more' },
        { kind: 'facts', facts },
      ]),
    );
    const shown = renderPlain({ text: '', blocks });
    expect(shown).toContain('entry 60');
    expect(shown.indexOf('388 more')).toBeGreaterThan(shown.indexOf('entry 60'));
    expect(shown).toContain('Anna');
    expect(shown).toContain(slackText.en.leftOut);
  });

  it('gives every fact its place beside one that is too long', () => {
    const facts = ['Class', 'Queue', 'Reason'].map((label) => ({
      label,
      value: label === 'Class' ? 'x'.repeat(4000) : label,
    }));
    const { blocks } = render(reply([{ kind: 'facts', facts }]));
    expect(findBlockFault(blocks, 'message')).toBeUndefined();
    expect(renderPlain({ text: '', blocks })).toMatch(/x…\n.*Queue.*\n.*Reason/);
  });

  it('leaves out a button whose words Slack can not hold, rather than carry other words', () => {
    const { blocks } = render(
      reply([
        {
          kind: 'buttons',
          buttons: [button('Share', 'x'.repeat(2001)), button('Show', 'find \ud83d'), button('Next')],
        },
      ]),
    );
    expect(buttonsOf({ blocks }).map(({ text }) => text)).toEqual(['Next']);
  });

  it('gives buttons of one verb in one row ids of their own, and cuts no label in half', () => {
    const { blocks } = render(
      reply([{ kind: 'buttons', buttons: [button('👍'.repeat(60), 'a'), button('b'), button('c')] }]),
    );
    expect(findBlockFault(blocks, 'message')).toBeUndefined();
    expect(buttonsOf({ blocks }).map(({ actionId }) => actionId)).toEqual(['show', 'show:2', 'show:3']);
    expect(findAlive(buttonsOf({ blocks })[0]?.text ?? '')).toEqual([]);
  });

  it('says a request by its id alone', () => {
    const press = { kind: 'request', verb: 'approve', requestId: '01J' } as const;
    const { blocks } = render(
      reply([{ kind: 'buttons', buttons: [{ label: 'Approve', press, style: 'primary' }] }]),
    );
    expect(buttonsOf({ blocks })).toMatchObject([{ actionId: 'approve', value: '01J' }]);
  });
});
