import { expect, it } from 'vitest';
import { containerOf } from './docker-container.js';
import { workOf } from './work.fixture.js';

const image = { id: 'sha256:0', user: '1000', env: [], entrypoint: [], cmd: [] };

it('has the folders that were allowed, and none of its own making', () => {
  const mounts = [{ source: '/srv/in', target: '/data', readOnly: true }];
  const { HostConfig } = containerOf(workOf({ image: 'x', mounts }), 'fra-1', image, 2);
  expect(HostConfig?.Mounts).toEqual([{ Type: 'bind', Source: '/srv/in', Target: '/data', ReadOnly: true }]);
  expect(HostConfig?.Binds).toBeUndefined();
  expect(containerOf(workOf({ image: 'x' }), 'fra-1', image, 2).HostConfig?.Mounts).toBeUndefined();
});
