import { expect, it } from 'vitest';
import { commandContainer, jobOf } from './kubernetes-job.js';
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
