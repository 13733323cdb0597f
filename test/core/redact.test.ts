import { describe, expect, it } from 'vitest';
import { isSecretName, redact } from '../../src/core/redact.ts';

const secret = 'hunter2secret';

describe('redact', () => {
  it.each([
    ['JSON', `{"password":"${secret}"}`],
    ['a variable behind the name of an error', `Error: DB_PASSWORD=${secret} at line 3`],
    ['a name whose value is a name', `PDOException: dsn: password=${secret}`],
    ['JSON with a space and camel case', `{"apiToken": "${secret}"}`],
    ['JSON with an escaped quote in the value', `{"password":"ab\\"${secret}","a":1}`],
    ['JSON inside JSON', `{"body":"{\\"client_secret\\":\\"${secret}\\"}"}`],
    ['JSON cut off', `{"password":"${secret}`],
    ['PHP serialised and cut off', `s:8:"password";s:99:"${secret}`],
    ['PHP serialised', `s:8:"password";s:13:"${secret}";`],
    ['PHP serialised, a private property', `s:28:"\u0000App\\Jobs\\Pay\u0000apiToken";s:13:"${secret}";`],
    ['PHP serialised, a quote in the value', `s:8:"password";s:16:"a"b${secret}";`],
    ['PHP serialised inside JSON', `"s:8:\\"password\\";s:13:\\"${secret}\\";"`],
    ['a query string', `https://api.example/pay?order=1&token=${secret}&page=2`],
    ['KEY=value', `DB_PASSWORD=${secret}`],
    ['a quoted value', `password = 'two words ${secret}'`],
    ['a header', `Authorization: Bearer ${secret}abc`],
    ['another header', `X-Api-Key: ${secret}`],
    ['a bearer token alone', `sent Bearer ${secret}`],
    ['a DSN', `mysql://fap:${secret}@db:3306/fap`],
    ['a DSN whose password has an @', `redis://:p@${secret}@cache:6379/0`],
    ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`],
    ['a private key cut off', `-----BEGIN PRIVATE KEY-----\n${secret}`],
    ['a Slack token', `xoxb-1234567890-${secret}`],
    ['a payment key', `sk_live_${secret}`],
    ['a JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${secret}`],
  ])('takes the secret out of %s', (_, text) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(text)).toContain('[redacted]');
  });

  it.each(['4111 1111 1111 1111', '4111111111111111', '5500-0000-0000-0004'])(
    'takes the card number %s out',
    (number) => expect(redact(`paid with ${number}.`)).toBe('paid with [redacted].'),
  );

  it.each([
    'order 4111111111111112 not found',
    'shipping: to Berlin, opinion=good, mapping: none',
    'Illuminate\\Auth\\AuthenticationException: Unauthenticated.',
    'TokenMismatch in /app/Http/Kernel.php:12',
    '{"orderNo":"F-77","amount":1200}',
    's:7:"orderNo";s:4:"F-77";',
    '0198f6aa-0000-4000-8000-000000000001',
    'https://example.test/orders/12?page=2',
  ])('leaves %s alone', (text) => expect(redact(text)).toBe(text));

  it('leaves JSON readable as JSON', () => {
    const text = redact(JSON.stringify({ user: 'anna', password: 'a"b', pin: 1234, note: 'ok' }));
    expect(text).not.toContain('1234');
    expect(text).toContain('"note":"ok"');
  });

  it('takes no time that grows with the square of a megabyte that is made to be slow', () => {
    const began = performance.now();
    for (const piece of ['"', '\\"', 's:1:"', 'password', '1 ', 'a://', 'eyJ', '-----BEGIN PRIVATE KEY']) {
      redact(piece.repeat(Math.floor(125_000 / piece.length)));
    }
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('isSecretName', () => {
  it.each([
    'password',
    'db_password',
    'apiToken',
    'API_KEY',
    'cardNumber',
    'X-Api-Key',
    'userPin',
    'dbpassword',
  ])('knows %s', (name) => expect(isSecretName(name)).toBe(true));
  it.each(['shipping', 'author', 'mapping', 'discard', 'orderNo', 'tokens_in', 'key', 'sessions'])(
    'does not take %s for one',
    (name) => expect(isSecretName(name)).toBe(false),
  );
});
