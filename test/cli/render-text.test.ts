import { describe, expect, it } from 'vitest';
import { renderReply } from '../../src/cli/render-text.ts';
import { bold, code, person, rich } from '../../src/core/rich.ts';

describe('a reply in a terminal', () => {
  it('has every part but the buttons', () => {
    const text = renderReply({
      heading: rich`${bold('reports')}: ${240} waiting`,
      mood: 'warning',
      parts: [
        {
          kind: 'facts',
          facts: [
            { label: '队列', value: code('reports') },
            { label: 'Oldest', value: '14 min' },
          ].map(({ label, value }) => ({ label, value: typeof value === 'string' ? value : [value] })),
        },
        {
          kind: 'table',
          columns: [{ label: 'Queue' }, { label: 'Pending', align: 'right' }],
          rows: [
            ['reports', '240'],
            ['付款', '3'],
          ],
        },
        { kind: 'items', items: [{ text: rich`by ${person('U0ANNA')}` }] },
        { kind: 'code', title: 'Trace', text: '#0 a\n#1 b' },
        { kind: 'quote', text: 'it broke' },
        { kind: 'divider' },
        {
          kind: 'buttons',
          buttons: [{ label: 'Retry', press: { kind: 'words', verb: 'retry', words: '1' } }],
        },
      ],
      notes: [[{ time: new Date('2026-11-25T03:00:00Z'), zone: 'Asia/Shanghai' }]],
    });
    expect(text.split('\n')).toEqual([
      '[!] reports: 240 waiting',
      '队列    reports',
      'Oldest  14 min',
      'Queue    Pending',
      'reports      240',
      '付款           3',
      '- by @U0ANNA',
      'Trace',
      '    #0 a',
      '    #1 b',
      '  > it broke',
      '---',
      '  2026-11-25 11:00:00 Asia/Shanghai',
      '',
    ]);
  });

  it('lets nothing from outside move the cursor or colour the screen', () => {
    const evil = '\u001b[2Jgone\u001b]8;;https://evil\u0007click\u202e';
    const text = renderReply({
      heading: evil,
      mood: 'neutral',
      parts: [
        { kind: 'table', columns: [{ label: 'x' }], rows: [[evil]] },
        { kind: 'code', text: evil },
      ],
    });
    expect(text.match(/(?!\n)[\p{Cc}\p{Cf}]/gu)).toBeNull();
  });
});
