import { deliveryContract } from './contract/delivery.contract.js';
import { failingContract } from './contract/failing.contract.js';
import { groupsContract } from './contract/groups.contract.js';
import { openBus, type Bus } from './contract/open-bus.fixture.js';
import { stoppingContract } from './contract/stopping.contract.js';

/** What every transport promises. */
export function transportContract(open: () => Bus): void {
  const tests = openBus(open);
  deliveryContract(tests);
  failingContract(tests);
  groupsContract(tests);
  stoppingContract(tests);
}
