import { randomUUID } from 'node:crypto';
import { deleteExpired, readEntry, writeEntry } from '@chasqui/api/store/entries';
import { usualStoreLimits } from '@chasqui/api/store/store-limits';
import { expect, it } from 'vitest';
import { openEmbedded } from './open-embedded.js';

it('keeps what commands keep in the embedded database as well', async () => {
  const dataSource = await openEmbedded(undefined);
  try {
    const shelf = { bundle: 'ops', scope: 'bundle' as const, owner: '' };
    const value = Buffer.from('Zürich');
    const entry = { type: 'text' as const, value, ttlMs: 60_000, runId: randomUUID() };
    await writeEntry(dataSource, shelf, 'place', entry, 'not-there', usualStoreLimits);
    expect((await readEntry(dataSource, shelf, 'place'))?.value.toString()).toBe('Zürich');
    await dataSource.query('update store_entries set expires_at = now()');
    expect(await deleteExpired(dataSource)).toBe(1);
  } finally {
    await dataSource.destroy();
  }
});
