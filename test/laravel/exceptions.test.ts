import { describe, expect, it } from 'vitest';
import { fingerprintOf, readExceptionHead, traceOf } from '../../src/laravel/exceptions.ts';

describe('readExceptionHead', () => {
  it.each([
    ['RuntimeException: broken in /app/A.php:12\nStack trace:\n#0 x', 'RuntimeException', 'broken'],
    ['App\\Errors\\OutOfBudget: 200 USD in /app/A.php:12', 'OutOfBudget', '200 USD'],
    ['RuntimeException in /app/A.php:12\nStack trace:', 'RuntimeException', ''],
    ['RuntimeException', 'RuntimeException', ''],
    ['TypeError: first line\nsecond line in /app/A.php:1', 'TypeError', 'first line'],
    [
      'Illuminate\\Auth\\AuthenticationException: Unauthenticated.',
      'AuthenticationException',
      'Unauthenticated.',
    ],
    ['TokenMismatchException: CSRF mismatch', 'TokenMismatchException', 'CSRF mismatch'],
    ['something else entirely', 'Exception', 'something else entirely'],
    ['', 'Exception', ''],
    ['{"json": true}', 'Exception', '{"json": true}'],
  ])('reads %j', (head, exceptionClass, exceptionMessage) =>
    expect(readExceptionHead(head)).toEqual({ exceptionClass, exceptionMessage }),
  );

  it('redacts what the message gives away, and takes out what deceives the eye', () => {
    const head = 'PDOException: no mysql://fap:hunter2@db/fap \u202etoken=abcdef123 in /app/A.php:1';
    const { exceptionMessage } = readExceptionHead(head);
    expect(exceptionMessage).not.toMatch(/hunter2|abcdef123|\u202e/);
  });

  it('cuts a long message on code points', () =>
    expect([...readExceptionHead(`E: ${'🙂'.repeat(500)}`).exceptionMessage]).toHaveLength(300));
});

describe('fingerprintOf', () => {
  const fingerprint = (message: string) =>
    fingerprintOf({ exceptionClass: 'RuntimeException', exceptionMessage: message });

  it.each([
    ['order 17 failed', 'order 18 failed'],
    ['no 0198f6aa-0000-4000-8000-000000000001 here', 'no 0198f6aa-0000-4000-8000-00000000beef here'],
    ['column "a b" unknown', 'column "c" unknown'],
    ['pack unreadable: /srv/packs/a1/manifest.json', 'pack unreadable: /srv/packs/b2/other.json'],
    [
      "SQLSTATE[23000]: 1062 Duplicate entry 'a' for key 'x' (Connection: mysql, SQL: insert into t values (a))",
      "SQLSTATE[23000]: 1062 Duplicate entry 'b' for key 'x' (Connection: mysql, SQL: insert into t values (b, c))",
    ],
  ])('is the same for %j and %j', (one, other) => expect(fingerprint(one)).toBe(fingerprint(other)));

  it('differs where the SQL state does', () =>
    expect(fingerprint('SQLSTATE[40001]: x')).not.toBe(fingerprint('SQLSTATE[23000]: x')));
});

describe('traceOf', () => {
  it('keeps the place and the own frames, and counts those of vendors', () => {
    const trace = traceOf(
      [
        'E: x in /srv/app/Jobs/A.php:9',
        'Stack trace:',
        '#0 /srv/app/B.php(3): A->x()',
        '#1 /srv/vendor/laravel/y.php(1): z()',
        '#2 /srv/vendor/laravel/y.php(2): z()',
        '#3 /srv/app/C.php(4): q()',
      ].join('\n'),
    );
    expect(trace).toEqual([
      ...['/srv/app/Jobs/A.php:9', '#0 /srv/app/B.php(3): A->x()'],
      ...['   (2 × vendor)', '#3 /srv/app/C.php(4): q()'],
    ]);
  });

  it('shows the framework alone where nothing else is in it', () =>
    expect(traceOf('E: x in /srv/vendor/a.php:1\n#0 /srv/vendor/b.php(1): c()')).toEqual([
      ...['/srv/vendor/a.php:1', '#0 /srv/vendor/b.php(1): c()'],
    ]));

  it('is empty for what is no trace', () => expect(traceOf('nothing')).toEqual([]));
});
