import { describe, expect, it } from 'vitest';
import { blockErrors, valuesOf } from '../../src/slack/submission.ts';

describe('what was filled in', () => {
  it('is found by field name; what was left empty is absent', () => {
    const values = valuesOf({
      'field:reason': { reason: { type: 'plain_text_input', value: 'because' } },
      'field:review': { review: { type: 'url_text_input', value: null } },
      'field:note': { note: { type: 'plain_text_input', value: '  \n ' } },
      'field:cause': { cause: { type: 'checkboxes', selected_options: [{ value: 'yes' }] } },
      'field:twice': { twice: { type: 'checkboxes', selected_options: [] } },
      odd: { odd: 'not an object' },
    });
    expect(values).toEqual(
      new Map<string, string | true>([
        ['reason', 'because'],
        ['cause', true],
      ]),
    );
  });
});

describe('errors of fields', () => {
  const errors = new Map([
    ['reason', 'say why'],
    ['gone', 'no such field'],
  ]);

  it('stand beside their inputs, and those of fields that are not there beside the first one', () => {
    expect(blockErrors(errors, ['field:first', 'field:reason'])).toEqual({
      'field:reason': 'say why',
      'field:first': 'no such field',
    });
  });
});
