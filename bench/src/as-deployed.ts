import { setFlagsFromString } from 'node:v8';

// What `services/relay/src/main.ts` says to V8 before it loads anything; imports run in order, so this stands first.
setFlagsFromString('--max-semi-space-size=1');
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=40');
