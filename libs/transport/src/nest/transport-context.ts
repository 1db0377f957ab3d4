import { BaseRpcContext } from '@nestjs/microservices';
import type { Incoming } from '../transport.js';

/** What `@Ctx()` gives a consumer: the message as it came, with its key, headers and delivery, and whether it is the last. */
export class TransportContext extends BaseRpcContext<[Incoming]> {
  get message(): Incoming {
    return this.getArgByIndex(0);
  }
}
