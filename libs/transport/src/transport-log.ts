import { Logger } from '@nestjs/common';

/** Where the transport says what an operator should know. The logger of `telemetry` fits as it is. */
export interface TransportLog {
  info(facts: object, text: string): void;
  warn(facts: object, text: string): void;
  error(facts: object, text: string): void;
}

/** Nest's own logger, and so wherever the application sends its lines. */
export function nestTransportLog(): TransportLog {
  const nest = new Logger('Transport');
  return {
    info: (facts, text) => nest.log(text, facts),
    warn: (facts, text) => nest.warn(text, facts),
    error: (facts, text) => nest.error(text, facts),
  };
}
