import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readPolicy } from '@chasqui/relay/policy';
import { describeWith, root } from './with-tools.js';

interface Service {
  readonly image: string;
  readonly ports?: string[];
  readonly networks?: string[];
  readonly volumes?: string[];
  readonly environment?: Record<string, string>;
  readonly cap_drop?: string[];
  readonly read_only?: boolean;
  readonly restart?: string;
}

const { services, networks } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as {
  readonly services: Record<string, Service>;
  readonly networks: Record<string, { readonly internal?: boolean } | null>;
};
const ours = Object.entries(services).filter(([, { image }]) => image.startsWith('chasqui-'));

describeWith(['docker-compose'], 'docker-compose.yml', (compose) => {
  it('is accepted whole, with the optional services too', () => {
    expect(compose('--profile', 'slack', 'config', '--quiet')).toEqual({ ok: true, output: '' });
  });

  it('is accepted over NATS too, which is all that is in the place of Kafka then', () => {
    const { ok, output } = compose('-f', 'docker-compose.yml', '-f', 'compose.nats.yml', 'config');
    expect(ok).toBe(true);
    const { services: over } = parse(output) as { services: Record<string, Service> };
    expect(over.kafka!.image).toMatch(/^nats:/);
    expect(over.kafka!.ports).toBeUndefined();
    const speaking = Object.values(over).filter(({ environment }) => environment?.KAFKA_BROKERS);
    expect(speaking.map(({ environment }) => environment)).toEqual(
      speaking.map(() => expect.objectContaining({ CHASQUI_TRANSPORT: 'nats', NATS_SERVERS: 'nats:4222' })),
    );
  });

  it('is joined by a relay on another machine, which needs a broker and a token', () => {
    const relay = ['-f', 'deploy/docker/relay.yaml', '-p', 'fra-1', '--env-file'];
    expect(compose(...relay, '/dev/null', 'config', '--quiet')).toMatchObject({ ok: false });
    const folder = mkdtempSync(join(tmpdir(), 'chasqui-compose-'));
    const file = join(folder, 'settings');
    writeFileSync(file, 'KAFKA_BROKERS=kafka.example.org:9092\nRELAY_TOKEN_FILE=/tmp/fra-1.token\n');
    const { ok, output } = compose(...relay, file, 'config');
    rmSync(folder, { recursive: true });
    expect(ok).toBe(true);
    const { services: own } = parse(output) as { services: Record<string, Service> };
    expect(own.relay).toMatchObject({
      cap_drop: ['ALL'],
      read_only: true,
      environment: { KAFKA_BROKERS: 'kafka.example.org:9092', CHASQUI_RELAY_TOKEN_FILE: '/secrets/token' },
    });
    expect(own.relay!.ports).toBeUndefined();
  });
});

describe('the Compose stack', () => {
  it('opens no port to the network', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('keeps relays away from the database, and the broker and the database away from the outside', () => {
    const on = (network: string) =>
      Object.keys(services).filter((name) => services[name]!.networks?.includes(network));
    expect(on('data')).toEqual(['postgres', 'migrate', 'api']);
    expect([networks.data?.internal, networks.bus?.internal]).toEqual([true, true]);
    expect([services.kafka!.networks, services.postgres!.networks]).toEqual([['bus'], ['data']]);
  });

  it('shows each process its own secrets only', () => {
    const seen = Object.fromEntries(
      ours.map(([name, { volumes }]) => [name, volumes?.filter((volume) => volume.startsWith('secrets-'))]),
    );
    expect(seen).toMatchObject({
      api: ['secrets-api:/secrets:ro'],
      migrate: ['secrets-migrate:/owner:ro', 'secrets-api:/secrets:ro'],
      'relay-fra': ['secrets-fra-1:/secrets:ro'],
      'relay-ams': ['secrets-ams-1:/secrets:ro'],
    });
  });

  it('has no secret in any environment: each comes from a file', () => {
    const names = Object.values(services).flatMap(({ environment }) => Object.keys(environment ?? {}));
    expect(names.filter((name) => /PASSWORD|TOKEN|SECRET|KEY/.test(name) && !name.endsWith('_FILE'))).toEqual(
      [],
    );
  });

  it('lets its relays run the programs of the example bundles, and nothing else', () => {
    const read = readPolicy(readFileSync(join(root, 'deploy/docker/relay-policy.yaml'), 'utf8'));
    expect('policy' in read && new Set(read.policy.executables)).toEqual(programsOfExamples());
  });

  it.each(ours)('%s has no capabilities and cannot write its own file system', (_name, service) => {
    expect(service).toMatchObject({ cap_drop: ['ALL'], read_only: true });
  });
});

/** What bundles without an image name as their programs. */
function programsOfExamples(): Set<string> {
  const programs = globSync(join(root, 'examples/bundles/!(*.transcript).yaml')).flatMap((file) => {
    const { image, commands } = parse(readFileSync(file, 'utf8')) as Example;
    return image ? [] : Object.values(commands).map(({ executable }) => executable[0]!);
  });
  return new Set(programs);
}

interface Example {
  readonly image?: string;
  readonly commands: Record<string, { readonly executable: string[] }>;
}
