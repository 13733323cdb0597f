import { describe, expect, it } from 'vitest';
import { owedPage } from '../../src/core/request-pages.ts';

describe('what the pager is owed of a request', () => {
  it.each([
    [{ waits: true, begun: false, told: false }, 'trigger'],
    [{ waits: true, begun: true, told: false }, 'trigger'],
    [{ waits: true, begun: true, told: true }, 'nothing'],
    // Decided before anybody was paged.
    [{ waits: false, begun: false, told: false }, 'over'],
    // The answer was lost: it may have been taken.
    [{ waits: false, begun: true, told: false }, 'resolve'],
    [{ waits: false, begun: true, told: true }, 'resolve'],
  ] as const)('%j: %s', (standing, owed) => expect(owedPage(standing)).toBe(owed));
});
