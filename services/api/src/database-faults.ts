import { isOutage, Outage } from '@chasqui/contracts';

/** What was thrown; where the database could not be asked, as the outage that it is. */
export function named(thrown: unknown): unknown {
  if (isOutage(thrown) || !databaseAway(thrown)) return thrown;
  return new Outage('database-unavailable', {}, { cause: thrown });
}

/** Whether the database could not be asked, rather than said no. */
export function databaseAway(thrown: unknown): boolean {
  return causes(thrown).some(
    ({ code = '', message = '', name = '' }) =>
      /^(ECONN\w+|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code) ||
      /^(08...|57P0.|53...)$/.test(code) ||
      /^(Connection terminated|timeout exceeded when trying to connect|Cannot use a pool after|Client has encountered a connection error)/.test(
        message,
      ) ||
      // The others are what TypeORM says in the midst of a transaction whose connection has just broken.
      /^(CannotExecuteNotConnected|QueryRunnerAlreadyReleased|QueryRunnerProviderAlreadyReleased)Error$/.test(
        name,
      ),
  );
}

/**
 * Whether two changes met: what one referred to was deleted, or both made the same thing, or they waited for one another
 * (PostgreSQL appendix A: foreign key, unique, serialisation, deadlock).
 */
export function changedMeanwhile(thrown: unknown): boolean {
  return causes(thrown).some(
    ({ code }) => code === '23503' || code === '23505' || code === '40001' || code === '40P01',
  );
}

interface Fault {
  code?: string;
  message?: string;
  name?: string;
}

/** The error with all that it wraps: TypeORM's `driverError`, `cause`, and the attempts of an `AggregateError`. */
function causes(thrown: unknown, depth = 0): Fault[] {
  if (!(thrown instanceof Error) || depth > 5) return [];
  const { driverError, cause, errors } = thrown as Error & {
    driverError?: unknown;
    cause?: unknown;
    errors?: unknown[];
  };
  return [thrown, ...[driverError, cause, ...(errors ?? [])].flatMap((each) => causes(each, depth + 1))];
}
