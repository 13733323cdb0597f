import { describe, expect, it } from 'vitest';
import { bold, code, person, rich } from '../../../src/core/rich.ts';
import { toMrkdwn } from '../../../src/slack/renderer/mrkdwn.ts';
import { findAlive, findLinks } from './alive.ts';
import { nasty } from './texts.ts';

describe('mrkdwn of texts from outside', () => {
  it.each(Object.entries(nasty))('leaves %s a plain text', (_, text) => {
    expect(findAlive(toMrkdwn(text))).toEqual([]);
    expect(findAlive(toMrkdwn(text, { most: 900 }))).toEqual([]);
  });

  it.each(Object.entries(nasty))('lets nothing of %s out of a code span', (_, text) => {
    const drawn = toMrkdwn([code(text)], { most: 500 });
    const alive = findAlive(drawn);
    expect(alive.length).toBeLessThanOrEqual(1);
    expect(alive.every((found) => found.startsWith('code: '))).toBe(true);
    expect(drawn.replace(/^`[^`]*`…?$/, '')).toBe('');
  });

  it.each(Object.entries(nasty))('lets nothing of %s out of bold text', (_, text) => {
    const alive = findAlive(toMrkdwn([bold(text)], { most: 500 }));
    expect(alive.filter((found) => !found.startsWith('bold: '))).toEqual([]);
    expect(alive.length).toBeLessThanOrEqual(1);
  });

  it.each(Object.entries(nasty))('leaves no link of %s where Slack looks for them', (_, text) => {
    expect(findLinks(toMrkdwn(text, { breakLinks: true }))).toEqual([]);
  });

  it('leaves what only looks like marks as it was typed, so that it can be copied', () => {
    const plain = 'App\\Jobs\\Send_Invoice::handle() failed_jobs 2 * 3 at 12:30:45, database:reports';
    expect(toMrkdwn(plain)).toBe(plain);
  });
});

describe('mrkdwn of our own spans', () => {
  it('formats, mentions and links', () => {
    const text = rich`${bold('Retried')} ${code('123')} by ${person('U0ANNA')}, ${{ link: 'https://run.book/a b|c', label: 'see|x' }}`;
    expect(toMrkdwn(text)).toBe('*Retried* `123` by <@U0ANNA>, <https://run.book/a%20b%7Cc|see¦x>');
  });

  it('mentions nobody whose id is no id', () => {
    expect(findAlive(toMrkdwn([person('U1> <!channel'), { channel: 'C1|x' }, { group: 'here' }]))).toEqual(
      [],
    );
  });

  it('stands marks off from letters, without which Slack would show them as they are', () => {
    expect(toMrkdwn(rich`重试${bold('5')}个`)).toBe('重试\u200b*5*\u200b个');
    expect(toMrkdwn(rich`重试 ${bold('5')} 个`)).toBe('重试 *5* 个');
  });

  it('shows a time in the reader’s own zone and says the zone where it can’t', () => {
    const drawn = toMrkdwn([{ time: new Date('2026-11-25T06:00:00Z'), zone: 'Asia/Shanghai' }]);
    expect(drawn).toBe(
      '<!date^1795586400^{date_short_pretty} {time_secs}|2026-11-25 14:00:00 Asia/Shanghai>',
    );
  });
});

describe('a mrkdwn text that is cut', () => {
  const long = rich`by ${person('U0ANNA')} ${code('a'.repeat(50))} ${bold('b'.repeat(50))} ${'c&'.repeat(50)} end`;

  it('stays within its limit, keeps marks whole and shows that it was cut, wherever the cut falls', () => {
    const whole = toMrkdwn(long);
    for (let most = 5; most < whole.length; most += 1) {
      const drawn = toMrkdwn(long, { most });
      expect(drawn.length).toBeLessThanOrEqual(most);
      expect(drawn.endsWith('…')).toBe(true);
      expect((drawn.match(/`/g) ?? []).length % 2).toBe(0);
      expect((drawn.match(/\*/g) ?? []).length % 2).toBe(0);
      expect(drawn).not.toMatch(/<[^>]*$|&(?!amp;)/);
    }
    expect(toMrkdwn(long, { most: whole.length })).toBe(whole);
  });
});
