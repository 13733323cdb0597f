import { shortClass } from '../core/app-description.ts';
import { findJobUuid, type JobUuid } from '../core/ids.ts';
import { isSecretName, redact } from '../core/redact.ts';
import { capText, strip } from '../core/strip.ts';
import type { DecodedPayload } from '../operations/ports.ts';
import {
  describePhp,
  type PhpValue,
  plainPhp,
  propertyOf,
  readPhpSerialized,
  textOf,
} from './php-serialized.ts';

type Json = Readonly<Record<string, unknown>>;

const nothing: Omit<DecodedPayload, 'kind' | 'jobClass'> = {
  ...{
    uuid: undefined,
    maxTries: undefined,
    timeoutSeconds: undefined,
    attempts: undefined,
    createdAt: undefined,
  },
  ...{ batchId: undefined, chained: [], properties: new Map() },
};

/**
 * Says what a payload is, in all shapes from Laravel 5.8 to 13. It never unserialises into PHP objects and never throws.
 */
export function decodePayload(payload: Buffer | string): DecodedPayload {
  const { decoded, serialized } = readPayload(payload);
  return { ...decoded, properties: propertiesOf(serialized) };
}

/** What a payload is, without the cost of describing its properties; one of them can be asked for. */
export interface PayloadOutline {
  readonly decoded: Omit<DecodedPayload, 'properties'>;
  /** As `propertyText`. */
  readonly property: (name: string) => string | undefined;
}

export function outlinePayload(payload: Buffer | string): PayloadOutline {
  const { decoded, serialized } = readPayload(payload);
  return { decoded, property: (name) => textOf(propertyOf(serialized, name)) };
}

function readPayload(payload: Buffer | string): {
  readonly decoded: Omit<DecodedPayload, 'properties'>;
  readonly serialized: PhpValue | undefined;
} {
  const text = typeof payload === 'string' ? payload : payload.toString('utf8');
  const json = parseJson(text);
  if (json === undefined) {
    const { properties: _, ...rest } = nothing;
    const decoded = /^\s*[{[]/.test(text)
      ? ({ ...rest, kind: 'broken', jobClass: '(broken payload)' } as const)
      : ({ ...rest, kind: 'foreign-serializer', jobClass: '(not JSON)' } as const);
    return { decoded, serialized: undefined };
  }
  const data = isJson(json['data']) ? json['data'] : {};
  const command = typeof data['command'] === 'string' ? data['command'] : undefined;
  const serialized = command?.startsWith('O:') === true ? readPhpSerialized(command) : undefined;
  const shape = shapeOf(json, data, command, serialized);
  return { decoded: { ...headOf(json, serialized), ...shape }, serialized };
}

/** The same of a payload that was read only in part: what its first bytes say, without properties. */
export function decodePayloadHead(head: Buffer): DecodedPayload {
  const { isJson: isWhole, ...sketch } = sketchPayload(head.toString('utf8', 0, 8_192));
  return { ...nothing, ...sketch, kind: isWhole ? 'job' : 'foreign-serializer' };
}

function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function headOf(
  json: Json,
  serialized: PhpValue | undefined,
): Omit<DecodedPayload, 'kind' | 'jobClass' | 'properties'> {
  const created = number(json['createdAt']);
  const data = isJson(json['data']) ? json['data'] : {};
  return {
    uuid: findJobUuid(string(json['uuid'])),
    maxTries: number(json['maxTries']),
    timeoutSeconds: number(json['timeout']),
    attempts: number(json['attempts']),
    createdAt: created === undefined ? undefined : new Date(created * 1000),
    batchId: string(data['batchId']) ?? textOf(propertyOf(serialized, 'batchId')),
    chained: chainOf(serialized),
  };
}

const wrappers: ReadonlyMap<string, { readonly kind: DecodedPayload['kind']; readonly property: string }> =
  new Map([
    ['CallQueuedListener', { kind: 'listener', property: 'class' }],
    ['SendQueuedMailable', { kind: 'mailable', property: 'mailable' }],
    ['SendQueuedNotifications', { kind: 'notification', property: 'notification' }],
  ]);

function shapeOf(
  json: Json,
  data: Json,
  command: string | undefined,
  serialized: PhpValue | undefined,
): Pick<DecodedPayload, 'kind' | 'jobClass'> {
  const commandName = string(data['commandName']);
  const named = string(json['displayName']) ?? commandName ?? string(json['job']) ?? '(unnamed)';
  if (command === undefined) return { kind: 'raw', jobClass: cleanClass(named) };
  if (!command.startsWith('O:')) return { kind: 'encrypted', jobClass: cleanClass(named) };
  const className = serialized?.kind === 'object' ? serialized.className : (commandName ?? named);
  const wrapper = wrappers.get(shortClass(className));
  if (wrapper !== undefined) {
    return { kind: wrapper.kind, jobClass: cleanClass(wrappedClass(serialized, wrapper.property) ?? named) };
  }
  if (shortClass(className) === 'CallQueuedClosure') return { kind: 'closure', jobClass: cleanClass(named) };
  const jobClass = cleanClass(className);
  if (textOf(propertyOf(serialized, 'batchId')) !== undefined) return { kind: 'batch', jobClass };
  return chainOf(serialized).length > 0 ? { kind: 'chain', jobClass } : { kind: 'job', jobClass };
}

/** A listener names its class; a mail or notification is an object inside. */
function wrappedClass(serialized: PhpValue | undefined, property: string): string | undefined {
  const value = propertyOf(serialized, property);
  return value?.kind === 'object' ? value.className : textOf(value);
}

/** Class names are letters, digits, `\` and `_`; anything else in their place is somebody's text. */
const cleanClass = (name: string): string => capText(strip(name).replaceAll('\n', ' '), 200);

/** `chained` holds serialised commands, as strings. */
function chainOf(serialized: PhpValue | undefined): readonly string[] {
  const chained = propertyOf(serialized, 'chained');
  if (chained?.kind !== 'array') return [];
  return chained.entries.slice(0, 20).flatMap(({ value }) => {
    const name = /^O:\d+:"([^"]+)"/.exec(textOf(value) ?? '')?.[1];
    return name === undefined ? [] : [shortClass(name)];
  });
}

/** What the framework itself puts into every job says nothing about this one. */
const plumbing = new Set([
  ...[
    'job',
    'connection',
    'queue',
    'delay',
    'afterCommit',
    'middleware',
    'chained',
    'chainConnection',
    'chainQueue',
  ],
  ...['chainCatchCallbacks', 'batchId', 'fakeBatch', 'messageGroup', 'deduplicator'],
]);

function propertiesOf(serialized: PhpValue | undefined): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  if (serialized?.kind !== 'object') return properties;
  for (const { key, value } of serialized.entries.slice(0, 60)) {
    if (plumbing.has(key)) continue;
    const shown = isSecretName(key) ? '[redacted]' : capText(redact(strip(describePhp(value))), 500);
    properties.set(capText(strip(key), 100), shown);
  }
  return properties;
}

/** The unredacted text of one property, for finding a job's business row. */
export function propertyText(payload: Buffer | string, property: string): string | undefined {
  const json = parseJson(typeof payload === 'string' ? payload : payload.toString('utf8'));
  const data = json !== undefined && isJson(json['data']) ? json['data'] : {};
  const command = string(data['command']);
  return command?.startsWith('O:') === true
    ? textOf(propertyOf(readPhpSerialized(command), property))
    : undefined;
}

export interface PayloadSketch {
  readonly uuid: JobUuid | undefined;
  readonly jobClass: string;
  readonly attempts: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly createdAt: Date | undefined;
  /** False: other bytes than JSON's, as a phpredis serializer or compression writes them. */
  readonly isJson: boolean;
}

/** What the first bytes of a payload say, cut JSON included. */
export function sketchPayload(head: string): PayloadSketch {
  const field = (name: string): string | undefined =>
    new RegExp(`"${name}":\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(-?\\d+))`)
      .exec(head)
      ?.slice(1)
      .find((found) => found !== undefined);
  const numeric = (name: string): number | undefined => {
    const found = field(name);
    return found !== undefined && /^-?\d+$/.test(found) ? Number(found) : undefined;
  };
  const named = field('displayName') ?? field('commandName') ?? field('job');
  const created = numeric('createdAt');
  return {
    uuid: findJobUuid(field('uuid')),
    jobClass: named === undefined ? '(unreadable)' : cleanClass(unescapeJson(named)),
    attempts: numeric('attempts'),
    timeoutSeconds: numeric('timeout'),
    createdAt: created === undefined ? undefined : new Date(created * 1000),
    isJson: /^\s*\{/.test(head),
  };
}

function unescapeJson(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}

/** The payload for people: pretty, redacted, the serialised command taken apart. */
export function payloadText(payload: Buffer, most: number): string {
  const text = payload.toString('utf8');
  const json = parseJson(text);
  const shown = json === undefined ? strip(text) : JSON.stringify(shownJson(json, 0), null, 2);
  return capText(redact(strip(shown)), most);
}

const shownDepth = 20;

/** Parsed values without those of secret names; PHP's serialised texts taken apart, so that their names are seen too. */
function shownJson(value: unknown, depth: number): unknown {
  if (depth > shownDepth) return '…';
  if (typeof value === 'string') {
    const serialized = /^[aO]:\d/.test(value) ? readPhpSerialized(value) : undefined;
    return serialized === undefined ? strip(value) : shownJson(plainPhp(serialized), depth + 1);
  }
  if (Array.isArray(value)) return value.map((own) => shownJson(own, depth + 1));
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, own]) => [
      key,
      isSecretName(key) ? '[redacted]' : shownJson(own, depth + 1),
    ]),
  );
}
