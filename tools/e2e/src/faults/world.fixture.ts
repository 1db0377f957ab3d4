import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askDatabase, freshDatabase, startPostgres } from '@chasqui/testbed';
import { startService } from '../service.fixture.js';
import { bootstrap, commandsIn, programs } from '../services.fixture.js';
import { openBrokers } from './brokers.fixture.js';
import { Member } from './member.fixture.js';
import { memberNames, memberParts, relayNames } from './member-parts.fixture.js';
import { Recorder } from './recorder.fixture.js';
import { Room } from './room.fixture.js';
import { smallDisk } from './small-disk.fixture.js';
import type { Step } from './steps.fixture.js';
import { untilOnline } from './until-online.fixture.js';
import { workBundle } from './work-bundle.fixture.js';

export type World = Awaited<ReturnType<typeof openWorld>>;

/**
 * The services as they are deployed, over three brokers and a PostgreSQL that keeps what it was given: two instances of the API, and a third that
 * comes and goes, three relays, of which one has its journal on a disk of its own, and an adapter. Each speaks with everything by ways of its own.
 */
export async function openWorld(onStep: (step: Step, runId: string, member: Member | undefined) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'chq-faults-'));
  const starts = join(folder, 'starts');
  writeFileSync(starts, '');
  writeFileSync(join(folder, 'policy.yaml'), 'executables: [/bin/sh]\n');
  const [brokers, server] = await Promise.all([openBrokers(memberNames), startPostgres({ durable: true })]);
  const database = await freshDatabase(server.url);
  const room = new Room((step) => onStep(step, '', undefined));
  const chatPort = await room.open();
  const disk = smallDisk(join(folder, 'ams-1'));
  const parts = await memberParts({ folder, brokers, databaseUrl: database.url, chatPort });
  const members = parts.map((one) => new Member(one, onStep));
  const url = parts[0]!.url!;
  const member = (name: string) => members.find((one) => one.name === name)!;
  /** Those that are there when all is well. */
  const standing = members.filter(({ name }) => name !== 'api-3');

  let adminToken: string | undefined;
  const chasqui = async (...args: string[]) => {
    adminToken ??= await bootstrap(url);
    const cli = startService(programs.cli, { CHASQUI_URL: url, CHASQUI_TOKEN: adminToken ?? '' }, ...args);
    await cli.ended;
    return { code: cli.process.exitCode, out: cli.out(), err: cli.err() };
  };

  let recorder: Recorder | undefined;
  const dispose = async () => {
    await Promise.all(members.map((one) => one.kill('SIGKILL')));
    await recorder?.close();
    for (const pid of commandsIn(folder)) process.kill(pid, 'SIGKILL');
    room.close();
    disk?.remove();
    for (const one of parts) one.database?.close();
    await Promise.all([brokers.close(), server.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    member('api-1').start();
    await member('api-1').ready();
    const file = join(folder, 'work.yaml');
    writeFileSync(file, workBundle(starts));
    for (const args of [
      ['bundle', 'install', file, '--enable'],
      ['user', 'map', 'admin', 'chat', 'U1'],
    ]) {
      const { code, err } = await chasqui(...args);
      if (code !== 0) throw new Error(`chasqui ${args.join(' ')}: ${err}`);
    }
    for (const one of standing) if (!one.runs) one.start();
    await Promise.all(standing.map((one) => one.ready()));
    recorder = await Recorder.open(brokers.cluster.brokers.split(','), relayNames);
  } catch (error) {
    await dispose();
    throw error;
  }

  const ask = <Row extends object>(sql: string, ...values: unknown[]) =>
    askDatabase<Row>(database.url, sql, values);
  return {
    folder,
    relays: relayNames,
    nodes: brokers.cluster.nodes,
    server,
    room,
    members,
    standing,
    member,
    recorder,
    disk,
    chasqui,
    ask,
    /** What commands themselves wrote down when they began. */
    starts: () => readFileSync(starts, 'utf8').split('\n').filter(Boolean),
    /** Commands that still run. */
    atWork: () => commandsIn(folder),
    /** Until every relay is heard by those who decide. Throws with who is missing, and what everybody wrote last, where that is not within two minutes. */
    online: () => untilOnline(standing, adminToken),
    [Symbol.asyncDispose]: dispose,
  };
}
