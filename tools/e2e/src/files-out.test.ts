import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startKafka, type KafkaBroker } from '@chasqui/testbed';
import { whenOwnKafka, whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from './service.fixture.js';
import { openServices, showLogsOfFailures, type Services } from './services.fixture.js';
import { until } from './until.fixture.js';

/** How long each fact is waited for, in milliseconds: a broker and a relay that come back find one another first. */
const patience = 60_000;

/** A command that goes on until its file is there, and then leaves files: one of several parts, and a small one. */
const bundle = (folder: string) => `
chasqui_bundle_version: 1
name: data
version: 1.0.0
description: Leaves files
commands:
  report:
    description: Leaves two files
    files: { out: /files/out }
    executable: [/bin/sh, -c, '
      until [ -e "${folder}/$1" ]; do sleep 0.1; done; cd "$CHASQUI_FILES_OUT";
      head -c 700000 /dev/zero >large; echo a,b >small.csv; echo done', sh]
    rules: [allow]
`;

whenOwnKafka('files of a command whose relay is killed before they went', () =>
  whenPostgres('under the services', (serverUrl) => {
    let kafka: KafkaBroker;
    let services: Services;
    let relay: Service;
    showLogsOfFailures(() => services);
    beforeAll(async () => {
      kafka = await startKafka();
      services = await openServices([kafka.brokers], serverUrl);
      await services.startApi();
      relay = services.startRelay('fra-1', 'dc=fra');
      const file = join(services.folder, 'data.yaml');
      writeFileSync(file, bundle(services.folder));
      expect(await services.chasqui('bundle', 'install', file, '--enable')).toMatchObject({ code: 0 });
    });
    afterAll(async () => {
      await services?.[Symbol.asyncDispose]();
      await kafka?.stop();
    });

    const state = (...path: string[]) => join(services.folder, 'fra-1', ...path);
    /** Has it end while the broker is away, and kills its relay once the journal says so and the driver has nothing of it any more. */
    const endsUnheard = async (go: string): Promise<string> => {
      await services.online('fra-1');
      const line = `data:report ${go}`;
      void services.chasqui('run', line);
      const id = await services.running(line);
      await kafka.kill('SIGKILL');
      writeFileSync(join(services.folder, go), '');
      await relay.says(new RegExp(`${id}.*an execution finished`));
      const ended = `"kind":"finished".*"run":"${id}".*"kept":`;
      await until(() => new RegExp(ended).test(readFileSync(state('journal'), 'utf8')), patience);
      await until(() => readdirSync(state('work')).length === 0, patience);
      await relay.kill('SIGKILL');
      return id;
    };
    /** With the broker and the relay back. */
    const toldOf = async (id: string) => {
      await kafka.restart();
      relay = services.startRelay('fra-1', 'dc=fra');
      const isTold = async () => (await services.told('runs', 'show', id)).status === 'succeeded';
      await until(isTold, patience);
      return services.told('runs', 'show', id);
    };
    it('come whole once it is back', { timeout: 180_000 }, async () => {
      const id = await endsUnheard('one');
      expect(readdirSync(state('kept'))).toHaveLength(1);
      const { reply } = await toldOf(id);
      expect(reply.text).toContain('done\n2 files: ');
      expect(reply.text).not.toContain('did not come');
      const to = join(services.folder, 'saved');
      expect(await services.chasqui('runs', 'files', id, '--save', to)).toMatchObject({ code: 0, err: '' });
      expect(readFileSync(join(to, 'large')).equals(Buffer.alloc(700_000))).toBe(true);
      expect(readFileSync(join(to, 'small.csv'), 'utf8')).toBe('a,b\n');
      await until(() => readdirSync(state('kept')).length === 0, patience);
    });

    it('are told as missing where its disk was lost meanwhile', { timeout: 180_000 }, async () => {
      const id = await endsUnheard('two');
      rmSync(state('kept'), { recursive: true });
      const { reply } = await toldOf(id);
      expect(reply.text).toContain('2 files did not come: ');
      const listed = await services.chasqui('runs', 'files', id);
      expect(listed.out).toContain('not kept: small.csv (4 bytes; did not come), fra-1');
    });
  }),
);
