import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { peopleEntities } from './entities.js';
import { openFreshDatabase } from './people-app.fixture.js';

whenPostgres('an entity', (server) => {
  let database: Awaited<ReturnType<typeof openFreshDatabase>>;
  beforeAll(async () => {
    database = await openFreshDatabase(server);
  });
  afterAll(async () => database.close());

  it.each(peopleEntities.map((entity) => [entity.name, entity] as const))(
    '%s has the columns of its table',
    async (_, entity) => {
      const { tableName, columns } = database.dataSource.getMetadata(entity);
      const inDatabase = await database.dataSource.query<{ column_name: string; is_nullable: string }[]>(
        `select column_name, is_nullable from information_schema.columns where table_name = $1 order by 1`,
        [tableName],
      );
      const inEntity = columns.map(({ databaseName, isNullable }) => ({
        column_name: databaseName,
        is_nullable: isNullable ? 'YES' : 'NO',
      }));
      expect(inDatabase).toEqual(inEntity.toSorted((a, b) => (a.column_name < b.column_name ? -1 : 1)));
    },
  );
});
