import { staySmall } from '@chasqui/relay/stay-small';

// Like the relay's own `main.ts`: imports are all read before the first of them runs, so what follows is loaded afterwards.
staySmall();
await import('./idle-relay.js');
