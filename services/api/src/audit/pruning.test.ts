import { verifyExport } from '@chasqui/audit';
import { whenPostgres } from '@chasqui/testbed/when';
import { expect, it } from 'vitest';
import { auditWorld } from './audit-world.fixture.js';
import { prune } from './prune.js';

whenPostgres('pruning', (serverUrl) => {
  it('removes the oldest blocks, and what is left verifies from the anchor', async () => {
    await using world = await auditWorld(serverUrl);
    const sealer = world.sealer();
    const keys = [sealer.signingKey.publicKey];
    for (const count of [4, 3, 2]) {
      await world.write(count);
      await sealer.seal();
    }
    await world.superuser.query(`update audit_blocks set at = at - interval '1 day' where n <= 2`);
    const yesterday = Date.now() - 3_600_000;
    expect(await prune(world.dataSource, sealer.signingKeys, yesterday, Date.now())).toMatchObject({
      blocks: 2,
      entries: 7,
      anchor: { n: 2, entries: 7 },
    });
    await sealer.seal();
    expect(await verifyExport(await world.export(sealer), { keys })).toMatchObject({
      kind: 'whole',
      before: 'anchor',
      from: { n: 3 },
      blocks: 2,
      entries: 3,
    });
    // Once more, and nothing is left to remove.
    expect(await prune(world.dataSource, sealer.signingKeys, yesterday, Date.now())).toMatchObject({
      blocks: 0,
    });
  });

  it.each([
    ['while the key before is known', [8, 7]],
    ['when nobody has the key before any more', [8]],
  ])('leaves a chain whose key has changed since to verify, %s', async (_when, known) => {
    await using world = await auditWorld(serverUrl);
    const before = world.sealer(7);
    const after = world.sealer(8, [7]);
    for (const sealer of [before, before, after]) {
      await world.write(2);
      await sealer.seal();
    }
    await world.superuser.query(`update audit_blocks set at = at - interval '1 day' where n = 1`);
    const [current, ...previous] = known;
    const operator = world.sealer(current, previous);
    await prune(world.dataSource, operator.signingKeys, Date.now() - 3_600_000, Date.now());
    const lines = await world.export(operator);
    const whole = { kind: 'whole', before: 'anchor', from: { n: 2 }, to: { n: 3 } };
    expect(await verifyExport(lines)).toMatchObject(whole);
    expect(await verifyExport(lines, { keys: [before.signingKey.publicKey] })).toMatchObject(whole);
    const stranger = world.sealer(9).signingKey.publicKey;
    expect(await verifyExport(lines, { keys: [stranger] })).toMatchObject({ how: 'unknown-key' });
  });

  it('leaves the removed block’s hash for whoever kept it as a checkpoint', async () => {
    await using world = await auditWorld(serverUrl);
    const sealer = world.sealer();
    await world.write(1);
    const seen = await sealer.seal();
    await world.write(1);
    await sealer.seal();
    await world.superuser.query(`update audit_blocks set at = at - interval '1 day' where n = 1`);
    await prune(world.dataSource, sealer.signingKeys, Date.now() - 3_600_000, Date.now());
    const lines = await world.export(sealer);
    expect(await verifyExport(lines, { checkpoint: seen! })).toMatchObject({ checkpointSeen: true });
    const other = { n: 1, hash: 'x' };
    expect(await verifyExport(lines, { checkpoint: other })).toMatchObject({ how: 'other-history' });
  });

  it('is found out where somebody else does the like', async () => {
    await using world = await auditWorld(serverUrl);
    const sealer = world.sealer();
    const keys = [sealer.signingKey.publicKey];
    for (const count of [4, 3]) {
      await world.write(count);
      await sealer.seal();
    }
    await world.superuser.query(`delete from audit_entries where id in (
      select (one ->> 0)::uuid from audit_blocks, json_array_elements(block -> 'entries') one where n = 1)`);
    await world.superuser.query('delete from audit_blocks where n = 1');
    const checkpoint = { n: 1, hash: 'x' };
    const lines = await world.export(sealer);
    expect(await verifyExport(lines, { keys })).toMatchObject({
      kind: 'broken',
      how: 'block-removed',
      block: 1,
    });
    const forged = {
      n: 1,
      hash: 'x',
      at: new Date().toISOString(),
      entries: 4,
      key: keys[0],
      signature: 'AAAA',
    };
    await world.superuser.query('insert into audit_anchors (n, at, anchor) values (1, now(), $1)', [forged]);
    expect(await verifyExport(await world.export(sealer), { keys, checkpoint })).toMatchObject({
      kind: 'broken',
      how: 'bad-signature',
    });
  });
});
