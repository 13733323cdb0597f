import { shortClass } from '../core/app-description.ts';
import { redact } from '../core/redact.ts';
import { capText, strip } from '../core/strip.ts';

export interface ExceptionHead {
  readonly exceptionClass: string;
  readonly exceptionMessage: string;
}

/** `Class: message in /path:line`, as PHP's `(string) $exception` begins. Anything else is all message. */
export function readExceptionHead(head: string): ExceptionHead {
  const clean = redact(strip(head));
  const match = /^([A-Za-z_][\w\\]*)(?::\s*([\s\S]*))?/.exec(clean);
  const name = match?.[1];
  if (
    name === undefined ||
    (match?.[2] === undefined && !clean.startsWith(`${name} in `) && clean !== name)
  ) {
    return { exceptionClass: 'Exception', exceptionMessage: firstLine(clean) };
  }
  return { exceptionClass: shortClass(name), exceptionMessage: firstLine(match?.[2] ?? '') };
}

/** The first line without the place, which stands in the trace. */
function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return capText(line.replace(/ in (?:\/|[A-Z]:\\)[^\s]*:\d+\s*$/, '').trim(), 300);
}

/** A message with what differs from job to job taken out, so that equal failures count as one. */
export function fingerprintOf({ exceptionMessage }: ExceptionHead): string {
  return capText(
    exceptionMessage
      // MySQL's own text ends with the whole statement; Laravel puts it into the message.
      .replace(/ \((?:Connection: [^,]{1,60}, )?(?:Host: .*, )?SQL: [\s\S]*$/, ' (SQL)')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '…')
      .replace(/(["'`“«])[^"'`”»]{1,120}(["'`”»])/g, '$1…$2')
      .replace(/(?<!SQLSTATE)\[[^\]]{1,120}\]/g, '[…]')
      .replace(/(?:\/[\w.@-]+){2,}/g, '/…')
      .replace(/(?<!SQLSTATE\[)\b(?=[\w-]*\d)[A-Za-z0-9][\w-]{5,}\b/g, '…')
      .replace(/(?<!SQLSTATE\[\w{0,5})\d+/g, '…'),
    160,
  );
}

const framesShown = 12;

/** The place and the first frames; the application's own are kept, runs of vendor frames are counted. */
export function traceOf(exception: string): readonly string[] {
  const lines = redact(strip(exception)).split('\n');
  const place = / in ((?:\/|[A-Z]:\\)[^\s]*:\d+)/.exec(lines[0] ?? '')?.[1];
  const frames = lines.filter((line) => /^#\d+ /.test(line));
  const folded: string[] = [];
  let vendor = 0;
  for (const frame of frames) {
    if (frame.includes('/vendor/')) {
      vendor += 1;
      continue;
    }
    if (vendor > 0) folded.push(`   (${vendor} × vendor)`);
    vendor = 0;
    folded.push(capText(frame, 220));
  }
  // A failure entirely inside the framework still deserves its first frames.
  const shown = folded.length > 1 ? folded : frames.map((frame) => capText(frame, 220));
  return [...(place === undefined ? [] : [place]), ...shown.slice(0, framesShown)];
}
