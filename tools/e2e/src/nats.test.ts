import { startNats } from '@chasqui/testbed';
import { whenOwnNats, whenPostgres } from '@chasqui/testbed/when';
import { constellationContract } from './constellation.contract.js';
import { passwordOf, printedAcl, takePart } from './printed-acl.fixture.js';

whenOwnNats('the services over NATS, each with its own permissions', () =>
  whenPostgres('and PostgreSQL', (serverUrl) =>
    constellationContract(serverUrl, async () => {
      const users = await Promise.all(
        Object.keys(takePart).map(
          async (who) =>
            `{ user: "${who}", password: "${passwordOf(who)}", ${await printedAcl(who, '--nats')} }`,
        ),
      );
      const nats = await startNats(`authorization { users: [\n${users.join('\n')}\n] }`);
      return {
        settings: { CHASQUI_TRANSPORT: 'nats', NATS_SERVERS: nats.server },
        signIn: (who) => ({ NATS_USER: who, NATS_PASSWORD: passwordOf(who) }),
        kill: (signal) => nats.kill(signal),
        restart: () => nats.restart(),
        stop: () => nats.stop(),
      };
    }),
  ),
);
