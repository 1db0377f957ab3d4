import pg from 'pg';
import {
  QueryFailedError,
  QueryRunnerAlreadyReleasedError,
  QueryRunnerProviderAlreadyReleasedError,
} from 'typeorm';
import { describe, expect, it } from 'vitest';
import { changedMeanwhile, databaseAway, named } from './database-faults.js';

const coded = (code: string) => Object.assign(new Error('as pg says it'), { code });
const query = (cause: Error) => new QueryFailedError('select', [], cause);

describe('a fault of the database', () => {
  it.each([
    ['a refused connection', coded('ECONNREFUSED')],
    ['both addresses refused', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')])],
    ['a server that shuts down', query(coded('57P01'))],
    ['no connection left', query(coded('53300'))],
    ['a connection cut in mid-query', query(new Error('Connection terminated unexpectedly'))],
    ['a connection cut in mid-transaction', new QueryRunnerAlreadyReleasedError()],
    ['a connection cut between two statements of one', new QueryRunnerProviderAlreadyReleasedError()],
    ['a pool that is full', new Error('timeout exceeded when trying to connect')],
    ['something that wraps one', new Error('cannot read', { cause: coded('ETIMEDOUT') })],
  ])('is away: %s', (_, thrown) => {
    expect(databaseAway(thrown)).toBe(true);
    expect(changedMeanwhile(thrown)).toBe(false);
    expect(named(thrown)).toMatchObject({ code: 'database-unavailable', retryable: true, cause: thrown });
    expect(named(named(thrown))).toEqual(named(thrown));
  });

  it.each(['23503', '23505', '40001', '40P01'])('is a meeting of two changes: %s', (code) => {
    expect(changedMeanwhile(query(coded(code)))).toBe(true);
    expect(databaseAway(query(coded(code)))).toBe(false);
  });

  it.each([
    ['a fault in the SQL', query(coded('42601'))],
    ['any other error', new TypeError('x is undefined')],
    ['what is no error', 'ECONNREFUSED'],
    ['nothing', undefined],
  ])('is neither: %s', (_, thrown) => {
    expect([databaseAway(thrown), changedMeanwhile(thrown)]).toEqual([false, false]);
    expect(named(thrown)).toBe(thrown);
  });

  it('is told apart where the driver itself throws it', async () => {
    const pool = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'x', connectionTimeoutMillis: 2_000 });
    const thrown: unknown = await pool.query('select 1').catch((error: unknown) => error);
    expect(databaseAway(thrown)).toBe(true);
    await pool.end();
  });
});
