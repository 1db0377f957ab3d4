import { expect, it } from 'vitest';
import { RecentImages } from './recent-images.js';

it('keeps the last fifty images, each once, the last one first', () => {
  const recent = new RecentImages();
  for (let at = 0; at < 60; at++) recent.ran(`sha256:${at}`);
  recent.ran('sha256:30');
  expect(recent.list()).toHaveLength(50);
  expect(recent.list().slice(0, 3)).toEqual(['sha256:30', 'sha256:59', 'sha256:58']);
  expect(recent.list()).not.toContain('sha256:9');
});
