import { describe, expect, it } from 'vitest';
import { findConditionProblem } from '../../src/config/sql-condition.ts';

describe('a SQL condition of the operator', () => {
  it.each([
    "status = 'refunded'",
    "handle_status IN ('reprocessed','duplicate')",
    "last_error LIKE '%; DROP -- # /* UNION %'",
    "note = 'it''s' AND (a = 1 OR b IS NULL)",
    '`into` = 1 AND `for` = 2',
    'updated_at > created_at + INTERVAL 5 MINUTE',
    'information = 1 AND locked = 0 AND reunion = 1',
    'id IN (SELECT order_id FROM refunds)',
  ])('may be %s', (condition) => {
    expect(findConditionProblem(condition)).toBeUndefined();
  });

  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['a = 1 -- x', 'comment'],
    ['a = 1 # x', 'comment'],
    ['a = /* x */ 1', 'comment'],
    ['a = 1; b = 2', 'semicolon'],
    ['a = 1 UNION SELECT 1', 'keyword'],
    ['a = 1 FOR\nUPDATE', 'keyword'],
    ['a = 1 LOCK IN SHARE MODE', 'keyword'],
    ["a INTO OUTFILE '/x'", 'keyword'],
    ['SLEEP(10)', 'keyword'],
    ['a = (1', 'parenthesis'],
    ['1) OR (1', 'parenthesis'],
    ["a = 'x", 'quote'],
    ["a = 'x\\'", 'quote'],
    ['a = "x', 'quote'],
    ['a = ?', 'placeholder'],
    ["a = '?'", 'placeholder'],
    ['a = 1\u0000', 'control-character'],
    ['a = 1 '.repeat(400), 'too-long'],
  ])('may not be %j: %s', (condition, problem) => {
    expect(findConditionProblem(condition)).toBe(problem);
  });
});
