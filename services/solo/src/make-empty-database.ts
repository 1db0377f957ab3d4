import { writeFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { emptyDatabase } from './open-embedded.js';

/** Run once after a build: a database as it is when it was just made, so that a first start need not make one (three seconds and 800 MiB). */
const database = await PGlite.create();
const dump = await database.dumpDataDir('gzip');
await database.close();
writeFileSync(emptyDatabase, Buffer.from(await dump.arrayBuffer()));
