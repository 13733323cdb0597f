import { describe, expect, it } from 'vitest';
import { decodePayload, payloadText, propertyText, sketchPayload } from '../../src/laravel/payload.ts';
import { readPhpSerialized } from '../../src/laravel/php-serialized.ts';

const uuid = '0198f6aa-0000-4000-8000-000000000001';
const text = (value: string): string => `s:${Buffer.byteLength(value)}:"${value}";`;
const object = (name: string, properties: Readonly<Record<string, string>>): string => {
  const entries = Object.entries(properties).map(([key, value]) => text(key) + value);
  return `O:${Buffer.byteLength(name)}:"${name}":${entries.length}:{${entries.join('')}}`;
};
const payloadOf = (command: string, change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    ...{ uuid, displayName: 'App\\Jobs\\RefundOrderJob', job: 'Illuminate\\Queue\\CallQueuedHandler@call' },
    ...{ maxTries: 3, timeout: 60, data: { commandName: 'App\\Jobs\\RefundOrderJob', command } },
    ...change,
  });
const refund = (properties: Readonly<Record<string, string>> = { orderNo: text('F-1') }): string =>
  object('App\\Jobs\\RefundOrderJob', properties);

describe('decodePayload', () => {
  it('reads head and properties, public, protected and private', () => {
    const command = refund({
      ...{
        orderNo: text('F-1'),
        '\0*\0amount': 'i:12;',
        '\0App\\Jobs\\RefundOrderJob\0apiToken': text('tok'),
      },
      ...{ queue: text('commerce'), chained: 'a:0:{}' },
    });
    const payload = decodePayload(payloadOf(command, { createdAt: 1_795_000_000, attempts: 2 }));
    expect(payload).toEqual({
      ...{ kind: 'job', jobClass: 'App\\Jobs\\RefundOrderJob', uuid, maxTries: 3, timeoutSeconds: 60 },
      ...{ attempts: 2, createdAt: new Date(1_795_000_000_000), batchId: undefined, chained: [] },
      properties: new Map([
        ['orderNo', 'F-1'],
        ['amount', '12'],
        ['apiToken', '[redacted]'],
      ]),
    });
  });

  it('reads the oldest shape, which has no uuid', () => {
    const old = { displayName: 'App\\Jobs\\Old', job: 'x', maxTries: null, timeout: null };
    const payload = decodePayload(
      JSON.stringify({ ...old, data: { commandName: 'Old', command: refund() } }),
    );
    expect(payload).toMatchObject({ uuid: undefined, maxTries: undefined, timeoutSeconds: undefined });
  });

  const nothing = refund();
  it.each<[string, string, { kind: string; jobClass: string }]>([
    [
      'a queued listener',
      payloadOf(object('Illuminate\\Events\\CallQueuedListener', { class: text('App\\Listeners\\Tell') })),
      { kind: 'listener', jobClass: 'App\\Listeners\\Tell' },
    ],
    [
      'a mail',
      payloadOf(
        object('Illuminate\\Mail\\SendQueuedMailable', { mailable: object('App\\Mail\\Receipt', {}) }),
      ),
      { kind: 'mailable', jobClass: 'App\\Mail\\Receipt' },
    ],
    [
      'a notification',
      payloadOf(
        object('Illuminate\\Notifications\\SendQueuedNotifications', {
          notification: object('App\\Notifications\\Refunded', {}),
        }),
      ),
      { kind: 'notification', jobClass: 'App\\Notifications\\Refunded' },
    ],
    [
      'a closure',
      payloadOf(object('Illuminate\\Queue\\CallQueuedClosure', {}), {
        displayName: 'Closure (routes/web.php:3)',
      }),
      { kind: 'closure', jobClass: 'Closure (routes/web.php:3)' },
    ],
    [
      'a chain',
      payloadOf(refund({ chained: `a:1:{i:0;${text(nothing)}}` })),
      { kind: 'chain', jobClass: 'App\\Jobs\\RefundOrderJob' },
    ],
    [
      'a batch',
      payloadOf(refund({ batchId: text('b-1') })),
      { kind: 'batch', jobClass: 'App\\Jobs\\RefundOrderJob' },
    ],
    [
      'an encrypted job',
      payloadOf('eyJpdiI6IkEifQ=='),
      { kind: 'encrypted', jobClass: 'App\\Jobs\\RefundOrderJob' },
    ],
    [
      'a raw push',
      JSON.stringify({ uuid, displayName: 'App\\Raw', job: 'App\\Raw@sync', data: { orderNo: 1 } }),
      { kind: 'raw', jobClass: 'App\\Raw' },
    ],
    ['broken JSON', '{"uuid":', { kind: 'broken', jobClass: '(broken payload)' }],
    ['another serializer', '\u0081\u00a4uuid', { kind: 'foreign-serializer', jobClass: '(not JSON)' }],
    ['nothing at all', '', { kind: 'foreign-serializer', jobClass: '(not JSON)' }],
    ['JSON that is no object', '[1]', { kind: 'broken', jobClass: '(broken payload)' }],
  ])('says what %s is', (_, payload, expected) => expect(decodePayload(payload)).toMatchObject(expected));

  it('names the classes that follow in a chain', () => {
    const chained = `a:2:{i:0;${text(nothing)}i:1;${text(object('App\\Jobs\\Mail', {}))}}`;
    expect(decodePayload(payloadOf(refund({ chained }))).chained).toEqual(['RefundOrderJob', 'Mail']);
  });

  it('keeps a property named __proto__ as a property', () => {
    const evil = refund({
      __proto__x: text('1'),
      order: `a:1:{${text('__proto__')}a:1:{${text('admin')}b:1;}}`,
    });
    const { properties } = decodePayload(payloadOf(evil.replaceAll('s:10:"__proto__x"', 's:9:"__proto__"')));
    expect(properties.get('__proto__')).toBe('1');
    expect(properties.get('order')).toBe('{"__proto__":{"admin":true}}');
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('leaves nested secrets out by their names', () => {
    const { properties } = decodePayload(
      payloadOf(
        refund({ card: text('x'), customer: `a:2:{${text('pin')}i:4711;${text('name')}${text('Anna')}}` }),
      ),
    );
    expect(Object.fromEntries(properties)).toEqual({
      card: '[redacted]',
      customer: '{"pin":"[redacted]","name":"Anna"}',
    });
  });

  it.each([
    ['nested a thousand deep', 'a:1:{i:0;'.repeat(1_000) + '}'.repeat(1_000)],
    ['that claims a huge length', 'O:3:"App":999999999:{}'],
    ['with a million values', `a:1000000:{${'i:0;i:0;'.repeat(1_000_000)}}`],
    ['cut off', refund().slice(0, -4)],
    ['with a length in the middle of a character', 'O:1:"A":1:{s:1:"报";i:1;}'],
  ])('has no properties of a command %s', (_, command) => {
    const whole = command.startsWith('O:') ? command : `O:1:"A":1:{s:1:"a";${command}}`;
    expect(decodePayload(payloadOf(whole)).properties.size).toBe(0);
  });

  it('reads 10 MB without looking at any part of it again and again', () => {
    const began = performance.now();
    const payload = payloadOf(refund({ orderNo: text('x'.repeat(10_000_000)) }));
    expect(decodePayload(payload).properties.get('orderNo')).toHaveLength(500);
    // A tenth of a second by itself, hours where it is looked at anew from each place: no machine is as slow as that.
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('does not read JSON nested deeper than any payload as anything but broken', () =>
    expect(decodePayload(`{"a":${'['.repeat(200_000)}`).kind).toBe('broken'));
});

describe('readPhpSerialized', () => {
  it.each([
    ['references', `a:2:{i:0;${refund()}i:1;r:2;}`],
    ['enums', 'a:1:{i:0;E:16:"App\\Status:Ready";}'],
    ['objects that serialise themselves', 'C:3:"App":4:{a{}b}'],
    ['big integers, exactly', 'i:9223372036854775807;'],
  ])('reads %s', (_, serialized) => expect(readPhpSerialized(serialized)).toBeDefined());
});

describe('propertyText', () => {
  it('finds a business key, and nothing where there is none', () => {
    expect(propertyText(payloadOf(refund()), 'orderNo')).toBe('F-1');
    expect(propertyText(payloadOf(refund()), 'constructor')).toBeUndefined();
    expect(propertyText(payloadOf('eyJpdiI6IkEifQ=='), 'orderNo')).toBeUndefined();
  });
});

describe('sketchPayload', () => {
  const head = payloadOf(refund(), { attempts: 1, createdAt: 1_795_000_000 });
  it('reads a cut head at every byte without a throw', () => {
    for (let size = 0; size <= head.length; size += 1) sketchPayload(head.slice(0, size));
    expect(sketchPayload(head.slice(0, 230))).toMatchObject({
      ...{ uuid, jobClass: 'App\\Jobs\\RefundOrderJob', timeoutSeconds: 60, isJson: true },
    });
  });

  it('reads what JSON escapes in a name', () =>
    expect(sketchPayload('{"displayName":"Closure (routes\\/web.php:3)"}').jobClass).toBe(
      'Closure (routes/web.php:3)',
    ));

  it('takes no uuid out of the text of the command', () =>
    expect(sketchPayload(JSON.stringify({ data: { command: `{"uuid":"${uuid}"}` } })).uuid).toBeUndefined());

  it('says that other bytes are no JSON', () =>
    expect(sketchPayload('\u0081\u00a4')).toMatchObject({ isJson: false, jobClass: '(unreadable)' }));
});

describe('payloadText', () => {
  const secret = 'hunter2secret';
  it.each([
    ['a property', payloadOf(refund({ password: text(secret) }))],
    ['a private property', payloadOf(refund({ [`\0${'App\\Very'.repeat(60)}\0apiToken`]: text(secret) }))],
    ['a value with quotes and semicolons', payloadOf(refund({ password: text(`a";b"${secret}`) }))],
    [
      'a job further down a chain',
      payloadOf(refund({ chained: `a:1:{i:0;${text(refund({ pin: text(secret) }))}}` })),
    ],
    ['raw data', JSON.stringify({ job: 'x', data: { auth: { user: secret } } })],
    ['broken JSON', `{"data":{"password":"${secret}`],
  ])('leaves out the secret of %s', (_, payload) => {
    expect(payloadText(Buffer.from(payload), 8_000)).not.toContain(secret);
  });

  it('is capped on code points', () =>
    expect([...payloadText(Buffer.from('🙂'.repeat(9_000)), 8_000)]).toHaveLength(8_000));
});
