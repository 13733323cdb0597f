import { describe, expect, it } from 'vitest';
import { isPictureDue } from '../../src/alerts/picture-due.ts';
import type { LastPicture } from '../../src/alerts/ports.ts';
import type { Incident } from '../../src/core/incident.ts';
import { incidentOf } from '../operations/incidents/scene.ts';

const fired = incidentOf().firedAt;
const after = (minutes: number): Date => new Date(fired.getTime() + minutes * 60_000);
const last = (minutes: number, change: Partial<LastPicture> = {}): LastPicture => ({
  ...{ of: 'critical', at: after(minutes), failures: 0, unfinished: false, ...change },
});
const due = (now: number, one: LastPicture | undefined, change: Partial<Incident> = {}): boolean =>
  isPictureDue({ incident: incidentOf({ severity: 'critical', ...change }), last: one }, after(now));

describe('a picture is due', () => {
  it.each<[string, boolean, boolean]>([
    ['at once where there was none', due(0, undefined), true],
    ['at once when the severity has changed', due(1, last(0.9, { of: 'warning' })), true],
    ['at once when it was resolved', due(1, last(0.9), { state: 'resolved' }), true],
    ['once after that', due(60, last(1, { of: 'resolved' }), { state: 'resolved' }), false],
    ['not while it is new', due(5.9, last(1)), false],
    ['every five minutes while it fires', due(6, last(1)), true],
    ['less often when it lasts: not yet', due(12 * 60, last(11 * 60 + 10)), false],
    ['less often when it lasts: after a twelfth', due(12 * 60, last(11 * 60)), true],
    ['not at once after a failure', due(1, last(0.9, { failures: 1 })), false],
    ['half a minute after a failure', due(1, last(0.5, { failures: 1 })), true],
    ['two minutes after the second one', due(2, last(0.5, { failures: 2 })), false],
    ['an hour after more', due(60, last(1, { failures: 3 })), false],
    ['an hour after more, then again', due(61, last(1, { failures: 9 })), true],
    ['after a process died, as after a failure', due(1, last(0.5, { unfinished: true })), true],
  ])('%s', (_, is, expected) => expect(is).toBe(expected));
});
