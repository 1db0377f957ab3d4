import { verifyExport } from '@chasqui/audit';
import { whenPostgres } from '@chasqui/testbed/when';
import { expect, it, vi } from 'vitest';
import { auditWorld } from './audit-world.fixture.js';

whenPostgres('sealing', (serverUrl) => {
  it('puts every entry into one block, also where two instances seal and others write meanwhile', async () => {
    await using world = await auditWorld(serverUrl);
    const sealers = [world.sealer(), world.sealer()];
    const ids: string[] = [];
    for (let round = 0; round < 8; round++) {
      const [written] = await Promise.all([world.write(30), ...sealers.map((sealer) => sealer.seal())]);
      ids.push(...written);
    }
    await sealers[0]!.seal();
    const lines = await world.export(sealers[0]!);
    expect(await verifyExport(lines)).toMatchObject({ kind: 'whole', entries: ids.length, unsealed: 0 });
    const sealed = lines.flatMap((line) =>
      line.startsWith('{"entry"') ? [JSON.parse(line).entry.id as string] : [],
    );
    expect(sealed.toSorted()).toEqual(ids.toSorted());
  });

  it('takes what a transaction wrote that began long before and ends long after', async () => {
    await using world = await auditWorld(serverUrl);
    const sealer = world.sealer();
    const runner = world.dataSource.createQueryRunner();
    await runner.startTransaction();
    const insert = `insert into audit_entries (id, at, kind, about, step, content) values ($1, now(), 'action', $1, 0, '{}')`;
    const late = '01900000-0000-7000-8000-000000000000';
    await runner.query(insert, [late]);
    await runner.query('insert into audit_unsealed values ($1)', [late]);
    await world.write(2);
    await sealer.seal();
    await runner.commitTransaction();
    await runner.release();
    await sealer.seal();
    expect(await verifyExport(await world.export(sealer))).toMatchObject({
      kind: 'whole',
      blocks: 2,
      entries: 3,
    });
  });

  it('says what is not sealed yet', async () => {
    await using world = await auditWorld(serverUrl);
    const sealer = world.sealer();
    await world.write(2);
    await sealer.seal();
    await sealer.onApplicationShutdown();
    await world.write(3);
    expect(await verifyExport(await world.export(sealer))).toMatchObject({
      kind: 'whole',
      entries: 2,
      unsealed: 3,
    });
  });

  it('hands over from one key to the next, by the word of the one before', async () => {
    await using world = await auditWorld(serverUrl);
    const before = world.sealer(7);
    await world.write(2);
    await before.seal();
    const after = world.sealer(8, [7]);
    const early = await world.export(after);
    await world.write(2);
    await after.seal();
    const lines = await world.export(after);
    const keys = [before, after].map(({ signingKey }) => signingKey.publicKey);
    // What is exported before the new key has sealed anything is signed with the one that is known.
    const [first] = keys;
    expect(await verifyExport(early, { keys: [first!] })).toMatchObject({ kind: 'whole', keys: [first] });
    expect(await verifyExport(lines, { keys: [keys[0]!] })).toMatchObject({ kind: 'whole', keys });
  });

  it('says so loudly where blocks that it has seen are gone', async () => {
    await using world = await auditWorld(serverUrl);
    const truncated = vi.spyOn(world.events.audit, 'truncated');
    const sealer = world.sealer();
    await world.write(2);
    const seen = await sealer.seal();
    expect(truncated).not.toHaveBeenCalled();
    await world.superuser.query('truncate audit_blocks');
    await world.write(1);
    await sealer.seal();
    expect(truncated).toHaveBeenCalledWith(seen, undefined);
  });

  it('goes on where the database was restored into another cluster, whose transactions count from the beginning', async () => {
    await using old = await auditWorld(serverUrl);
    const sealer = old.sealer();
    const ids = await old.write(3);
    await sealer.seal();
    await sealer.onApplicationShutdown();
    // Written and not sealed when the copy was made.
    ids.push(...(await old.write(2)));

    await using restored = await auditWorld(serverUrl);
    for (const table of ['audit_entries', 'audit_blocks', 'audit_unsealed']) await copy(old, restored, table);
    const there = restored.sealer();
    ids.push(...(await restored.write(2)));
    await there.seal();
    expect(await verifyExport(await restored.export(there))).toMatchObject({
      kind: 'whole',
      blocks: 2,
      entries: ids.length,
      unsealed: 0,
    });
  });
});

/** As a dump and its restore do: row by row, generated columns left out. */
async function copy(
  from: Awaited<ReturnType<typeof auditWorld>>,
  to: Awaited<ReturnType<typeof auditWorld>>,
  table: string,
): Promise<void> {
  const { rows: columns } = await from.superuser.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and attgenerated = ''`,
    [table],
  );
  const names = columns.map(({ name }) => name).join(', ');
  const { rows } = await from.superuser.query<{ all: string }>(
    `select coalesce(json_agg(t), '[]')::text as all from (select ${names} from ${table}) t`,
  );
  await to.superuser.query(
    `insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1::json)`,
    [rows[0]!.all],
  );
}
