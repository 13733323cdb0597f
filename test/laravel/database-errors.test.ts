import { describe, expect, it } from 'vitest';
import { databaseReason, isStatementTooSlow, missingDatabase } from '../../src/laravel/database-errors.ts';
import { TooLate } from '../../src/laravel/limit.ts';
import { TooManyWaiting } from '../../src/laravel/slots.ts';

const server = (errno: number, message = 'said'): Error =>
  Object.assign(new Error(message), { errno, sqlState: 'HY000', code: `ER_${errno}` });
const socket = (code: string): Error => Object.assign(new Error(code), { code, errno: -111 });

describe('why a database could not be read', () => {
  it.each([
    ['the limit is over', new TooLate('late'), 'timeout'],
    ['a line is too long', new TooManyWaiting('many'), 'busy'],
    ['MariaDB ended the statement', server(1969), 'timeout'],
    ['MySQL ended the statement', server(3024), 'timeout'],
    ['the password is wrong', server(1045), 'refused'],
    ['a table is not granted', server(1142), 'refused'],
    ['the server is full', server(1040), 'busy'],
    ['the server shuts down', server(1053), 'unreachable'],
    ['nobody listens', socket('ECONNREFUSED'), 'unreachable'],
    ['the name is unknown', socket('ENOTFOUND'), 'unreachable'],
    ['the connection was cut', socket('PROTOCOL_CONNECTION_LOST'), 'unreachable'],
    ['connecting takes too long', socket('ETIMEDOUT'), 'timeout'],
    ['the table is not there', server(1146), 'failed'],
  ])('is said when %s', (_case, error, why) => {
    expect(databaseReason(error)).toBe(why);
  });

  it('tells a slow statement from a dead server', () => {
    expect([isStatementTooSlow(server(1969)), isStatementTooSlow(new TooLate('late'))]).toEqual([
      true,
      false,
    ]);
  });

  it('gives a detail only where somebody could mend something by it', () => {
    expect(missingDatabase('fap', server(1146, "Table 'fap.jobz' doesn't exist"))).toEqual({
      ...{ part: 'database', name: 'fap', why: 'failed', detail: "Table 'fap.jobz' doesn't exist" },
    });
    expect(missingDatabase('fap', server(1045, "Access denied for user 'ro'@'10.0.0.1'"))).toEqual({
      ...{ part: 'database', name: 'fap', why: 'refused' },
    });
  });

  it('never shows an account', () => {
    const { detail } = missingDatabase('fap', server(1370, "x 'ro'@'10.0.0.1' mysql://ro:pw-1@db/fap"));
    expect(detail ?? '').not.toMatch(/ro'@|pw-1/);
    const other = missingDatabase('fap', server(1105, "denied 'ro'@'10.0.0.1' to mysql://ro:pw-1@db/fap"));
    expect(other.detail).not.toMatch(/'ro'|10\.0\.0\.1|pw-1/);
  });
});
