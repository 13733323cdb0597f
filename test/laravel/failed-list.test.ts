import { describe, expect, it } from 'vitest';
import { readFailedList } from '../../src/laravel/failed-list.ts';

const uuid = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';

describe('readFailedList', () => {
  it('reads the table of Laravel up to 9.20, with numbers under the driver `database`', () => {
    const table = [
      '+----+------------+-------+-------------------+---------------------+',
      '| ID | Connection | Queue | Class             | Failed At           |',
      '+----+------------+-------+-------------------+---------------------+',
      '| 12 | database   | ops   | App\\Jobs\\Approve | 2026-11-25 03:00:00 |',
      '| 7  | database   | ops   | App\\Jobs\\Approve | 2026-11-25 02:00:00 |',
      '+----+------------+-------+-------------------+---------------------+',
    ].join('\n');
    expect(readFailedList(table)).toEqual(new Set(['12', '7']));
  });

  it('reads the lines of Laravel from 9.21 on, also where the dots vanished', () => {
    const lines = `\n  2026-11-25 03:00:00 ${uuid} ..... database@ops App\\Jobs\\Approve\n  2026-11-25 03:00:01 ${other} database@ops App\\Jobs\\Long\n`;
    expect(readFailedList(lines)).toEqual(new Set([uuid, other]));
  });

  it.each([
    [`  ops 12 ..... ${uuid}@database App\\Jobs\\Approve\n`, ['12', uuid]],
    ['  reports 1 ..................... @database App\\Jobs\\Report  \n', ['1']],
    [
      [
        '+----+------------+----------+------------------+-----------+---------------------+',
        '| ID | Connection | Queue    | Class            | Failed At |                     |',
        '| 1  |            | database | App\\Jobs\\Report | reports   | 2026-11-26 22:40:41 |',
      ].join('\n'),
      ['1'],
    ],
  ])(
    'reads %j, whose columns are shifted: the driver `database` on a table with a uuid column',
    (text, ids) => expect(readFailedList(text)).toEqual(new Set(ids)),
  );

  it.each(['   INFO  No failed jobs found.\n', 'No failed jobs!\n'])('reads %j as none', (text) =>
    expect(readFailedList(text)).toEqual(new Set()),
  );

  it.each(['', 'PHP Deprecated: 8 things in /app/x.php on line 12\n', 'Segmentation fault'])(
    'knows nothing of %j',
    (text) => expect(readFailedList(text)).toBeUndefined(),
  );

  it("takes no number out of PHP's own notices", () =>
    expect(
      readFailedList(`Deprecated: 8 is old in x@y\n  2026-11-25 03:00:00 ${uuid} .. database@ops X\n`),
    ).toEqual(new Set([uuid])));
});
