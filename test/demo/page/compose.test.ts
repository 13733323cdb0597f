import { describe, expect, it } from 'vitest';
import { hintFor, suggest } from '../../../demo/slack/page/src/compose/completion.ts';
import { toWire } from '../../../demo/slack/page/src/compose/to-wire.ts';

const words = {
  commands: [
    { command: '/queue', description: 'Look after the queues', usageHint: 'status | help' },
    { command: '/quiet', description: '', usageHint: '' },
  ],
  people: [
    { id: 'U0BOT', name: 'Queuekeeper' },
    { id: 'U0ANNA', name: 'Anna' },
    { id: 'U0ANNA2', name: 'Anna (second account)' },
  ],
  channels: [{ id: 'C0OPS', name: 'ops' }],
};

const labels = (text: string, cursor = text.length): readonly string[] =>
  suggest(text, cursor, words)?.suggestions.map(({ key }) => key) ?? [];

describe('completion', () => {
  it.each([
    ['/', ['/queue', '/quiet']],
    ['/QUE', ['/queue']],
    ['/queue ', []],
    ['say /que', []],
    ['@', ['U0BOT', 'U0ANNA', 'U0ANNA2']],
    ['hello @ann', ['U0ANNA', 'U0ANNA2']],
    ['(@queue', ['U0BOT']],
    ['bo@ann', []],
    ['in #o', ['C0OPS']],
    ['plain words', []],
  ])('%s', (text, keys) => {
    expect(labels(text)).toEqual(keys);
  });

  it('completes the word where the cursor is', () => {
    expect(suggest('@an and more', 3, words)).toMatchObject({ from: 0, to: 3 });
  });

  it('hints at the arguments until there are some', () => {
    expect(hintFor('/queue ', words)).toBe('status | help');
    expect(hintFor('/queue status', words)).toBe('');
    expect(hintFor('/queue', words)).toBe('');
    expect(hintFor('queue ', words)).toBe('');
  });
});

describe('what is sent', () => {
  it.each([
    ['@Queuekeeper diagnose reports', '<@U0BOT> diagnose reports'],
    ['@queuekeeper: status', '<@U0BOT>: status'],
    ['@Anna (second account) too', '<@U0ANNA2> too'],
    ['@Annabel', '@Annabel'],
    ['who=@Anna', 'who=<@U0ANNA>'],
    ['see #ops', 'see <#C0OPS|ops>'],
    ['a < b & c > d', 'a &lt; b &amp; c &gt; d'],
    ['<!channel> <@U0ANNA>', '&lt;!channel&gt; &lt;@U0ANNA&gt;'],
    ['mail anna@Anna', 'mail anna@Anna'],
  ])('%s', (typed, wire) => {
    expect(toWire(typed, words)).toBe(wire);
  });
});
