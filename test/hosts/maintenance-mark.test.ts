import { describe, expect, it } from 'vitest';
import { createMaintenanceMark } from '../../src/hosts/maintenance-mark.ts';
import type { HostResult } from '../../src/operations/host-port.ts';
import { description } from '../fakes/world.ts';
import { createFakeRunner, ended, lost } from './fake-runner.ts';

const read = (answer: HostResult) =>
  createMaintenanceMark(createFakeRunner('api-1', answer), description)(new AbortController().signal);

describe('the mark of maintenance mode', () => {
  it('is there or not, by the exit code', async () => {
    expect(await read(ended(0))).toEqual({ ok: true, value: true });
    expect(await read(ended(1))).toEqual({ ok: true, value: false });
  });

  it.each<[HostResult, string]>([
    [ended(2, '', 'test: odd'), 'failed'],
    [ended(124, '', '', true), 'timeout'],
    [lost('connection lost'), 'unreachable'],
    [{ kind: 'not-started', why: 'authentication', detail: '' }, 'refused'],
    [{ kind: 'not-started', why: 'directory-missing', detail: '/app' }, 'failed'],
  ])('is unknown where the host does not tell (%#)', async (answer, why) => {
    expect(await read(answer)).toMatchObject({ ok: false, missing: { part: 'host', name: 'api-1', why } });
  });
});
