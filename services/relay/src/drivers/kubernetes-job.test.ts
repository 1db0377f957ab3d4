import type { V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { commandContainer, jobOf, markIn, mergedIn, programIn } from './kubernetes-job.js';
import { workOf } from './work.fixture.js';

const place = { namespace: 'jobs', assistantImage: 'busybox', pullSecrets: [], nodeSelector: {} };
const capabilitiesOf = (over: Parameters<typeof workOf>[0]) => {
  const { containers } = jobOf(workOf({ image: 'x', ...over }), 'fra-1', place).spec!.template.spec!;
  return containers.map(({ name, securityContext }) => [name, securityContext?.capabilities]);
};

it('gives the capabilities that were allowed to the command, and none to what stands beside it', () => {
  const given = Object.fromEntries(capabilitiesOf({ allowRoot: true, capabilities: ['NET_RAW'] }));
  expect(given[commandContainer]).toEqual({ drop: ['ALL'], add: ['NET_RAW'] });
  expect(Object.values(given)).toContainEqual({ drop: ['ALL'] });
  expect(new Set(capabilitiesOf({}).map(([, capabilities]) => JSON.stringify(capabilities)))).toEqual(
    new Set(['{"drop":["ALL"]}']),
  );
});

it('frames what a known program prints, and notes why it does not of one that is not known', () => {
  const podOf = (over: Parameters<typeof workOf>[0], merged?: string): V1Pod =>
    jobOf(workOf({ image: 'x', ...over }), 'fra-1', place, merged).spec!.template;
  const known = podOf({ executable: ['/opt/$(A)$$/run'] });
  expect([markIn(known), mergedIn(known)]).toEqual([expect.stringMatching(/^chasqui-mark-/), undefined]);
  expect(programIn(known)).toBe('/opt/$(A)$$/run');
  const unknown = podOf({ args: ['--help'] }, 'it is away');
  expect([markIn(unknown), mergedIn(unknown)]).toEqual([undefined, 'it is away']);
});
