import { describe, expect, it } from 'vitest';
import type { BreakId } from '../../../demo/panel/model.ts';
import { panelText } from '../../../demo/panel/text.ts';
import { tourText } from '../../../demo/tour/text.ts';

const facts = {
  customers: 3,
  events: 12,
  killed: 2,
  count: 500,
  delayMs: 900,
  restarted: 1,
  cut: 1,
  retryAfterSeconds: 10,
  milliseconds: 1500,
  number: 12,
};

describe.each(['en', 'zh-CN'] as const)('the sentences in %s', (locale) => {
  const { list } = panelText[locale];

  it.each(Object.keys(list) as BreakId[])('say what breaking and mending %s did', (id) => {
    const said = [list[id].broke(facts), list[id].mended(facts), list[id].broke({}), list[id].mended({})];
    expect(said.join(' ')).not.toMatch(/undefined|NaN/);
    expect(said[0]).not.toBe(said[1]);
  });

  it('name each task of the tour, with its request’s number where there is one', () => {
    const { tasks } = tourText[locale];
    for (const say of Object.values(tasks)) expect(say({})).not.toMatch(/undefined|#/);
    expect(tasks['approve-flush'](facts)).toContain('#12');
  });
});

it('both languages are written in their own', () => {
  expect(JSON.stringify(panelText.en)).not.toMatch(/\p{Script=Han}/u);
  expect(JSON.stringify(tourText.en)).not.toMatch(/\p{Script=Han}/u);
  for (const { title, about } of Object.values(tourText['zh-CN'].steps))
    expect(`${title}${about}`).toMatch(/\p{Script=Han}/u);
});
