import { verifyExport, type Breakage } from '@chasqui/audit';
import { whenPostgres } from '@chasqui/testbed/when';
import { expect, it } from 'vitest';
import { auditWorld, type AuditWorld } from './audit-world.fixture.js';

/** Ten entries in blocks of five, four and one. */
async function sealed(world: AuditWorld) {
  const sealer = world.sealer();
  const ids: string[] = [];
  for (const count of [5, 4, 1]) {
    ids.push(...(await world.write(count)));
    await sealer.seal();
  }
  return { sealer, ids, key: sealer.signingKey.publicKey };
}

whenPostgres('somebody with all rights on the database', (serverUrl) => {
  it('finds a log that verifies', async () => {
    await using world = await auditWorld(serverUrl);
    const { sealer, key } = await sealed(world);
    const verdict = await verifyExport(await world.export(sealer), { keys: [key] });
    expect(verdict).toMatchObject({
      kind: 'whole',
      blocks: 3,
      entries: 10,
      unsealed: 0,
      before: 'nothing',
      pinned: true,
    });
  });

  type Tampering = readonly [
    what: string,
    how: Breakage,
    at: number | undefined,
    sql: (ids: string[]) => string,
  ];
  const swap = (table: string, key: string, a: string, b: string, column: string) => `
    update ${table} set ${column} = other.${column} from (select ${key}, ${column} from ${table}) other
    where (${table}.${key}, other.${key}) in ((${a}, ${b}), (${b}, ${a}))`;
  const tamperings: readonly Tampering[] = [
    [
      'changes what an entry says',
      'changed',
      6,
      (ids) => `update audit_entries set content = content || '{"n": 99}' where id = '${ids[6]}'`,
    ],
    [
      'adds a word to an entry',
      'changed',
      2,
      (ids) => `update audit_entries set content = content || '{"by": "x"}' where id = '${ids[2]}'`,
    ],
    [
      'changes the time of an entry by a microsecond',
      'changed',
      0,
      (ids) => `update audit_entries set at = at + interval '1 microsecond' where id = '${ids[0]}'`,
    ],
    [
      'says of an entry that it is about something else',
      'changed',
      3,
      (ids) => `update audit_entries set about = gen_random_uuid() where id = '${ids[3]}'`,
    ],
    ['removes an entry', 'removed', 4, (ids) => `delete from audit_entries where id = '${ids[4]}'`],
    ['removes the last entry', 'removed', 9, (ids) => `delete from audit_entries where id = '${ids[9]}'`],
    [
      'inserts an entry',
      'inserted',
      undefined,
      () =>
        `insert into audit_entries (id, at, kind, about, step, content) values (gen_random_uuid(), now(), 'action', gen_random_uuid(), 0, '{}')`,
    ],
    [
      'swaps what two entries say',
      'changed',
      5,
      (ids) => swap('audit_entries', 'id', `'${ids[5]}'::uuid`, `'${ids[7]}'::uuid`, 'content'),
    ],
    [
      'removes a block with its entries',
      'block-removed',
      undefined,
      (ids) =>
        `delete from audit_blocks where n = 2; delete from audit_entries where id in ('${ids.slice(5, 9).join("', '")}')`,
    ],
    ['swaps two blocks', 'block-removed', undefined, () => swap('audit_blocks', 'n', '2', '3', 'block')],
    [
      'makes a block say another time',
      'block-changed',
      undefined,
      () =>
        `update audit_blocks set block = jsonb_set(block::jsonb, '{at}', '"2020-01-01T00:00:00.000Z"')::json where n = 2`,
    ],
    [
      'writes a hash over, in the block as well',
      'block-changed',
      undefined,
      (ids) =>
        `update audit_entries set content = '{}' where id = '${ids[5]}'; update audit_blocks set block = jsonb_set(block::jsonb, '{entries,0,1}', '"x"')::json where n = 2`,
    ],
  ];

  it.each(tamperings)('is found out who %s', async (_, how, at, sql) => {
    await using world = await auditWorld(serverUrl);
    const { sealer, ids, key } = await sealed(world);
    await world.superuser.query(sql(ids));
    const verdict = await verifyExport(await world.export(sealer), { keys: [key] });
    expect(verdict).toMatchObject({ kind: 'broken', how });
    if (at !== undefined) expect(verdict).toMatchObject({ id: ids[at] });
  });

  it('is found out who cuts off the end, by anybody who kept a checkpoint', async () => {
    await using world = await auditWorld(serverUrl);
    const { sealer, ids, key } = await sealed(world);
    const checkpoint = await sealer.head();
    await world.superuser.query(
      `delete from audit_blocks where n = 3; delete from audit_entries where id = '${ids[9]}'`,
    );
    const lines = await world.export(sealer);
    expect(await verifyExport(lines, { keys: [key] })).toMatchObject({ kind: 'whole', blocks: 2 });
    expect(await verifyExport(lines, { keys: [key], checkpoint: checkpoint! })).toMatchObject({
      how: 'truncated',
      block: 3,
    });
  });

  it('is found out who makes the whole chain anew with another key', async () => {
    await using world = await auditWorld(serverUrl);
    const { sealer, key } = await sealed(world);
    const checkpoint = await sealer.head();
    await world.superuser.query(
      `truncate audit_blocks; insert into audit_unsealed select id from audit_entries`,
    );
    const forger = world.sealer(8);
    await forger.seal();
    const lines = await world.export(forger);
    expect(await verifyExport(lines, { keys: [key] })).toMatchObject({
      kind: 'broken',
      how: 'unknown-key',
      block: 1,
    });
    expect(await verifyExport(lines, { checkpoint: { ...checkpoint!, n: 1 } })).toMatchObject({
      how: 'other-history',
    });
  });

  it('is found out who takes an entry away before it is sealed', async () => {
    await using world = await auditWorld(serverUrl);
    const sealer = world.sealer();
    const ids = await world.write(3);
    await world.superuser.query(`delete from audit_entries where id = '${ids[1]}'`);
    await sealer.seal();
    expect(await verifyExport(await world.export(sealer))).toMatchObject({ how: 'removed', id: ids[1] });
  });

  it('is found out who keeps an entry from being sealed', async () => {
    await using world = await auditWorld(serverUrl);
    const sealer = world.sealer();
    const ids = await world.write(3);
    await world.superuser.query(`delete from audit_unsealed where id = '${ids[1]}'`);
    await sealer.seal();
    expect(await verifyExport(await world.export(sealer))).toMatchObject({ how: 'inserted', id: ids[1] });
  });
});
