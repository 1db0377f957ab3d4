/**
 * Commands that write down each time that they are started, where nobody but themselves does: `EXECUTION ATTEMPT RELAY RUN`. What they print, whoever
 * checks can tell to be whole.
 */
export function workBundle(startsFile: string): string {
  const begin = `echo "$CHASQUI_EXECUTION_ID $CHASQUI_ATTEMPT $CHASQUI_RELAY $CHASQUI_RUN_ID" >> ${startsFile}`;
  const command = (name: string, description: string, then: string, more = '') => `
  ${name}:
    description: ${description}
    executable: [/bin/sh, -c, '${begin}; ${then}']
    rules: [allow]${more}`;
  return `
chasqui_bundle_version: 1
name: work
version: 1.0.0
description: Work that faults befall
commands:${[
    command('quick', 'Is over at once', 'echo whole 0'),
    command(
      'lines',
      'Prints three hundred lines',
      'i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done; echo whole 300',
    ),
    command('slow', 'Takes a second', 'for i in 0 1 2 3 4; do echo line $i; sleep 0.2; done; echo whole 5'),
    command('long', 'Takes four seconds', 'for i in 0 1 2 3; do echo line $i; sleep 1; done; echo whole 4'),
    command('fails', 'Fails with 3', 'echo line 0; echo whole 1; exit 3'),
    command('never', 'Does not end in time', 'sleep 60', '\n    timeout: 1s'),
    command('again', 'Could be run again', 'sleep 0.3; echo whole 0', '\n    effect: idempotent'),
    command('locked', 'Is done by one at a time', 'sleep 0.2; echo whole 0', '\n    lock: one-at-a-time'),
    command('few', 'Prints three lines', 'echo 1; echo 2; echo 3'),
    command('each', 'Takes what the stage before it printed', 'echo whole 0'),
  ].join('')}
`;
}
