import { describe, expect, it } from 'vitest';
import { findRights, personOf, type Roster } from '../../src/core/people.ts';

const roster: Roster = {
  operators: ['U0ANNA', 'S0ONCALL'],
  approvers: ['U0BO', 'U0ANNA2', 'S0LEADS'],
  samePerson: [['U0ANNA', 'U0ANNA2']],
};
const nobody = async (): Promise<ReadonlySet<string>> => new Set();

describe('rights', () => {
  it('come from the account itself', async () => {
    expect(await findRights(roster, 'U0ANNA', nobody)).toMatchObject({ operator: true, approver: false });
  });

  it('are not shared by two accounts of one person', async () => {
    expect(await findRights(roster, 'U0ANNA2', nobody)).toMatchObject({ operator: false, approver: true });
  });

  it('come from a user group', async () => {
    const groups = async (id: string): Promise<ReadonlySet<string>> =>
      new Set(id === 'S0ONCALL' ? ['U0CHEN'] : []);
    expect(await findRights(roster, 'U0CHEN', groups)).toMatchObject({ operator: true, approver: false });
  });

  it('come from no group that can not be read, and that group is named', async () => {
    const rights = await findRights(roster, 'U0CHEN', async () => undefined);
    expect(rights).toEqual({ operator: false, approver: false, unreadableGroups: ['S0LEADS', 'S0ONCALL'] });
  });

  it('are nobody’s where the roster is empty', async () => {
    const empty: Roster = { operators: [], approvers: [], samePerson: [] };
    expect(await findRights(empty, 'U0ANNA', nobody)).toMatchObject({ operator: false, approver: false });
  });
});

describe('a person', () => {
  it('is the same behind all accounts of a same_person list', () => {
    expect(personOf(roster, 'U0ANNA2')).toBe(personOf(roster, 'U0ANNA'));
    expect(personOf(roster, 'U0BO')).toBe('U0BO');
  });
});
