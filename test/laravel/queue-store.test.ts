import { describe, expect, it } from 'vitest';
import type { ConnectionDescription } from '../../src/core/app-description.ts';
import { configuredQueues, createOwner } from '../../src/laravel/queue-store.ts';
import { description } from '../fakes/world.ts';

const sharing: readonly ConnectionDescription[] = [...description.connections.values()].filter(
  ({ driver }) => driver === 'database',
);

describe('connections that share a table', () => {
  it('give each queue to the one on which its workers listen', () => {
    const reports = { name: 'reports', connection: 'database_reports', jobs: [], costly: false };
    const ownerOf = createOwner(sharing, {
      ...description,
      queues: [...description.queues.slice(1), reports],
    });
    expect([ownerOf('reports').name, ownerOf('commerce').name]).toEqual(['database_reports', 'database']);
  });

  it('give a queue that nobody configured to one that has workers', () => {
    expect(createOwner([...sharing].reverse(), description)('forgotten').name).toBe('database');
  });

  it('know the queues that are configured on them', () => {
    expect(configuredQueues(sharing, description)).toEqual(['reports', 'commerce']);
  });
});
