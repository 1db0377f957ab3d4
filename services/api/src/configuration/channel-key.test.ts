import fc from 'fast-check';
import { expect, it } from 'vitest';
import { channelKey, readChannel } from './channel-key.js';

const part = fc.string({ minLength: 1, unit: 'binary' });

it('is read back whatever the ids are, and no two rooms share one', () => {
  const place = fc.record({ adapter: part, workspace: fc.option(part, { nil: undefined }), room: part });
  fc.assert(
    fc.property(place, ({ adapter, workspace, room }) => {
      const key = channelKey({ adapter, workspace, room });
      expect(readChannel(key)).toEqual({
        place: { adapter, ...(workspace && { workspace }), room },
        byName: false,
      });
    }),
  );
});

it.each([
  ['slack/T1/C12', { adapter: 'slack', workspace: 'T1', room: 'C12' }, false],
  ['terminal/ops', { adapter: 'terminal', room: 'ops' }, false],
  ['slack/T1/#ops', { adapter: 'slack', workspace: 'T1', room: 'ops' }, true],
  ['slack/#ops', { adapter: 'slack', room: 'ops' }, true],
])('%s is a room', (text, place, byName) => expect(readChannel(text)).toEqual({ place, byName }));

it.each(['', 'ops', 'slack/', '/ops', 'a//b', 'a/b/c/d', 'slack/#', 'slack/%zz'])('"%s" is none', (text) =>
  expect(readChannel(text)).toBeUndefined(),
);
