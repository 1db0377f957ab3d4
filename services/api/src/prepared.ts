import type { DataSource } from 'typeorm';

/** Runs one SQL statement with these values. */
export type Statement = <Row>(dataSource: DataSource, values: readonly unknown[]) => Promise<Row[]>;

/**
 * A statement of the command path, which PostgreSQL parses and plans once a connection and then knows by its name. TypeORM hands its
 * first argument to the driver as it is, and node-postgres (and our embedded pool) take a named query there.
 */
export function prepared(name: string, text: string): Statement {
  const query = { name, text } as unknown as string;
  return <Row>(dataSource: DataSource, values: readonly unknown[]) =>
    dataSource.query<Row[]>(query, [...values]);
}
