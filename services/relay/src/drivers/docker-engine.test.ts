import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { engineClient } from './docker-engine.js';

it('an engine client is cheap to make a text of, which docker-modem does at each call, with all that hangs on its agent', async () => {
  const { modem } = (await engineClient('unix:///nowhere.sock')) as unknown as {
    modem: { agent: object };
  };
  expect(inspect({ agent: modem.agent }, { showHidden: true, depth: null }).length).toBeLessThan(100);
});
