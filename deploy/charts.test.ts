import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { readPolicy } from '@chasqui/relay/policy';
import { describeWith } from './with-tools.js';

const kafka = {
  brokers: ['kafka-1:9092', 'kafka-2:9092'],
  tls: { enabled: true, caExistingSecret: 'ca' },
  sasl: { mechanism: 'scram-sha-512', username: 'chasqui', existingSecret: 'kafka' },
};
const nats = {
  servers: ['nats-1:4222', 'nats-2:4222'],
  prefix: 'ops.',
  replicas: 3,
  tls: { enabled: true, caExistingSecret: 'ca' },
  user: { name: 'chasqui', existingSecret: 'nats' },
};
const around = {
  imagePullSecrets: [{ name: 'registry' }],
  otlpEndpoint: 'http://collector:4318',
  extraEnv: [{ name: 'TZ', value: 'UTC' }],
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  podAnnotations: { 'example.com/team': 'ops' },
  podLabels: { team: 'ops' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'ops', operator: 'Exists' }],
};

/** Each chart as it comes, with everything turned on, and with everything turned off that can be. */
const cases: [string, string, object][] = [
  ['chasqui', 'as it comes', {}],
  [
    'chasqui',
    'with everything on',
    {
      ...around,
      kafka,
      image: { repository: 'registry.example.com/chasqui-api', digest: `sha256:${'a'.repeat(64)}` },
      bootstrapToken: { existingSecret: 'chasqui' },
      enrolRelays: { existingSecret: 'chasqui' },
      enrolAdapters: { existingSecret: 'chasqui' },
      database: { user: 'chasqui_app', owner: { user: 'chasqui', existingSecret: 'chasqui-owner' } },
      audit: { keep: '400d' },
      examples: true,
      ingress: {
        enabled: true,
        className: 'nginx',
        tlsSecret: 'chasqui-tls',
        trustedProxies: ['10.0.0.0/8'],
      },
      secretKey: { existingSecret: 'chasqui', previousSecretKeysKey: 'previous-secret-keys' },
      adapterSlack: { enabled: true },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
      ],
    },
  ],
  [
    'chasqui',
    'with everything off',
    { serviceAccount: { create: false }, podDisruptionBudget: { enabled: false }, replicaCount: 1 },
  ],
  [
    'chasqui',
    'over NATS',
    {
      transport: 'nats',
      nats,
      adapterSlack: { enabled: true, broker: { username: 'slack', existingSecret: 'slack-nats' } },
    },
  ],
  ['chasqui-relay', 'over NATS', { transport: 'nats', nats }],
  [
    'chasqui-relay',
    'over NATS with a credentials file',
    { transport: 'nats', nats: { credentials: { existingSecret: 'nats' } } },
  ],
  ['chasqui-relay', 'as it comes', {}],
  [
    'chasqui-relay',
    'with everything on',
    {
      ...around,
      kafka,
      tags: ['dc=fra', 'gpu'],
      policy: {
        executables: ['/opt/ops/*'],
        network: true,
        limits: { memory: '1GiB' },
        effects: { write: { groups: ['oncall'] } },
        hours: { zone: 'Europe/Berlin', 'mon-fri': '08:00-18:00', sat: ['09:00-12:00'] },
        overrides: { 'ops:restart': { hours: { 'mon-sun': '00:00-24:00' } } },
      },
      journal: { size: '5Gi', storageClass: 'fast' },
      kubernetes: {
        enabled: true,
        namespace: 'commands',
        pullSecrets: ['registry'],
        nodeSelector: { disk: 'ssd' },
      },
      registryLogins: { existingSecret: 'registry' },
      extraVolumes: [{ name: 'engine', hostPath: { path: '/var/run/docker.sock', type: 'Socket' } }],
      extraVolumeMounts: [{ name: 'engine', mountPath: '/var/run/docker.sock' }],
      podSecurityContext: { supplementalGroups: [998] },
    },
  ],
  [
    'chasqui-relay',
    'with everything off',
    { serviceAccount: { create: false }, podDisruptionBudget: { enabled: false } },
  ],
];

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Record<string, string>;
  readonly spec?: { readonly template?: { readonly spec: Pod }; readonly jobTemplate?: JobTemplate };
}

interface JobTemplate {
  readonly spec: { readonly template: { readonly spec: Pod } };
}

interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: object;
  readonly containers: Container[];
  readonly initContainers?: Container[];
}

interface Container {
  readonly name: string;
  readonly args?: string[];
  readonly volumeMounts?: { readonly name: string }[];
  readonly env: { readonly name: string; readonly value?: unknown }[];
  readonly startupProbe: object;
  readonly securityContext: object;
}

describeWith(['helm', 'kubernetes-validate'], 'the charts', (helm, validate) => {
  const directory = mkdtempSync(join(tmpdir(), 'chasqui-charts-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const written = (name: string, text: string): string => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return file;
  };
  const valuesFile = (values: object) => written('values.yaml', stringify(values));
  const template = (chart: string, values: object) =>
    helm('template', 'ops', `deploy/helm/${chart}`, '--values', valuesFile(values));
  const manifests = (chart: string, values: object) =>
    parseAllDocuments(template(chart, values).output).map((document) => document.toJS() as Manifest);
  const pods = (all: Manifest[]) =>
    all.flatMap(({ spec }) => spec?.template?.spec ?? spec?.jobTemplate?.spec.template.spec ?? []);

  it.each(cases)('%s %s lints, renders and fits the Kubernetes schemas', (chart, _title, values) => {
    expect(
      helm('lint', '--strict', '--quiet', `deploy/helm/${chart}`, '--values', valuesFile(values)),
    ).toEqual({ ok: true, output: '' });
    // The Prometheus operator's kind is not one of Kubernetes' own, so it has no schema there.
    const known = manifests(chart, values).filter(({ kind }) => kind !== 'ServiceMonitor');
    const checked = validate(
      '--strict',
      '--quiet',
      written('manifests.yaml', known.map((manifest) => stringify(manifest)).join('---\n')),
    );
    expect(checked).toMatchObject({ ok: true });
  });

  it('gives the role that owns the tables to what migrates and prunes, and not to the API', () => {
    const all = manifests('chasqui', cases[1]![2]);
    const containers = pods(all).flatMap(({ containers: some, initContainers = [] }) => [
      ...initContainers,
      ...some,
    ]);
    const owners = containers.filter(({ volumeMounts = [] }) =>
      volumeMounts.some(({ name }) => name === 'owner'),
    );
    expect(owners.map(({ args }) => args?.at(-1))).toEqual(
      expect.arrayContaining(['migrate', 'prune-audit']),
    );
    expect(owners.map(({ name }) => name)).not.toContain('api');
    expect(template('chasqui', { audit: { keep: '1d' } }).output).toContain(
      'audit.keep needs database.owner.user',
    );
  });

  it.each(cases)(
    '%s %s keeps to the restricted pod security, and every value of an environment is text',
    (chart, _title, values) => {
      for (const { automountServiceAccountToken, securityContext, containers, initContainers = [] } of pods(
        manifests(chart, values),
      )) {
        expect({ automountServiceAccountToken, securityContext }).toMatchObject({
          // Only a relay that makes jobs speaks with the cluster.
          automountServiceAccountToken: 'kubernetes' in values,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        });
        for (const container of [...initContainers, ...containers]) {
          expect(container.securityContext).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          });
          expect(container.env.filter(({ value }) => typeof value !== 'string')).toEqual([]);
        }
      }
    },
  );

  it('makes a Secret of a relay’s token that it is given, so that one line and a token run a relay', () => {
    const token = written('fra-1.token', 'chq-relay.fra-1.c2VjcmV0\n');
    const { ok, output } = helm(
      'template',
      'fra-1',
      'deploy/helm/chasqui-relay',
      '--set-file',
      `token.value=${token}`,
      '--set',
      'kafka.brokers={kafka.example.org:9092}',
    );
    expect(ok).toBe(true);
    const all = parseAllDocuments(output).map((document) => document.toJS() as Manifest);
    const [secret] = all.filter(({ kind }) => kind === 'Secret');
    expect(secret).toMatchObject({
      metadata: { name: 'fra-1-chasqui-relay-token' },
      stringData: { token: 'chq-relay.fra-1.c2VjcmV0' },
    });
    expect(JSON.stringify(all.filter((one) => one !== secret))).toContain('"fra-1-chasqui-relay-token"');
  });

  it.each(cases)(
    '%s %s takes secrets from files of existing Secrets, and makes none',
    (chart, _title, values) => {
      const all = manifests(chart, values);
      expect(all.map(({ kind }) => kind)).not.toContain('Secret');
      const names = pods(all).flatMap(({ containers }) =>
        containers.flatMap(({ env }) => env.map(({ name }) => name)),
      );
      expect(
        names.filter((name) => /PASSWORD|TOKEN|SECRET_KEY/.test(name) && !name.endsWith('_FILE')),
      ).toEqual([]);
    },
  );

  it('lets the relay itself read the registry logins that it is given, as a file', () => {
    const [pod] = pods(manifests('chasqui-relay', { registryLogins: { existingSecret: 'registry' } }));
    expect(pod?.containers[0]?.env).toContainEqual({ name: 'DOCKER_CONFIG', value: '/secrets' });
    const items = [{ key: '.dockerconfigjson', path: 'config.json' }];
    expect(JSON.stringify(pod)).toContain(JSON.stringify({ secret: { name: 'registry', items } }));
  });

  it.each(cases.filter(([chart]) => chart === 'chasqui-relay'))(
    '%s %s writes a policy that the relay accepts',
    (chart, _title, values) => {
      const policy = manifests(chart, values).find(({ kind }) => kind === 'ConfigMap')?.data?.[
        'relay-policy.yaml'
      ];
      expect(readPolicy(policy!)).not.toHaveProperty('faults');
    },
  );

  it.each([
    ['chasqui', { kafka: { brokers: ['kafka'] } }, '/kafka/brokers/0'],
    ['chasqui', { kafka: { brokers: ['kafka:9092'], sasl: { mechanism: 'plain' } } }, '/kafka/sasl'],
    ['chasqui', { transport: 'pigeon' }, '/transport'],
    ['chasqui-relay', { nats: { user: { name: 'fra-1' } } }, '/nats/user'],
    ['chasqui', { adapterSlack: { broker: { username: 'slack' } } }, '/adapterSlack/broker'],
    ['chasqui', { secretKey: { existingSecret: '' } }, '/secretKey/existingSecret'],
    ['chasqui', { replicas: 3 }, 'replicas'],
    ['chasqui-relay', { tags: ['dc='] }, '/tags/0'],
    ['chasqui-relay', { log: { level: 'loud' } }, '/log/level'],
  ])('%s refuses %j and says where', (chart, values, where) => {
    const refused = template(chart, values);
    expect(refused.ok).toBe(false);
    expect(refused.output).toContain(where);
  });
});
