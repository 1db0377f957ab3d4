import { describe, expect, it } from 'vitest';
import { createLogger, nestLogger, type LoggerSettings } from '@chasqui/telemetry';

describe('a log line', () => {
  it('carries the run id of the child that wrote it, the service, the level by name and the time', () => {
    const { logger, lines } = listen();
    logger.child({ runId: 'run-7' }).info({ relay: 'fra-1' }, 'order sent');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        service: 'api',
        runId: 'run-7',
        relay: 'fra-1',
        msg: 'order sent',
      },
    ]);
  });

  it('shows no value that the process was given as a secret, wherever it stands, nor who is signed in', () => {
    const { logger, lines } = listen({ secrets: ['hunter2', 'with "quotes"', 'abc'] });
    const err = new Error('cannot reach postgres://u:hunter2@db', { cause: new Error('is with "quotes"') });
    logger.warn({ err, req: { headers: { authorization: 'Bearer x', cookie: 'y' } } }, 'hunter2 abc');
    const text = JSON.stringify(lines());
    expect(text).not.toMatch(/hunter2|quotes|Bearer/);
    expect(lines()[0]).toMatchObject({ msg: '[masked] abc', req: { headers: { cookie: '[masked]' } } });
  });

  it('names the whole chain of causes of an error', () => {
    const { logger, lines } = listen();
    logger.warn(
      { err: new Error('broker-unavailable', { cause: new Error('connection refused') }) },
      'cannot publish',
    );
    expect(lines()[0]).toMatchObject({
      level: 'warn',
      err: { message: 'broker-unavailable', cause: { message: 'connection refused' } },
    });
  });

  it('masks what is a secret by its name', () => {
    const { logger, text } = listen();
    logger.info({ token: 'chq-1', relay: { secret: 'chq-2' }, authorization: 'Bearer chq-3' }, 'enrolled');
    expect(text()).not.toContain('chq-');
  });

  it('is one short line for a person when it is pretty', () => {
    const { logger, text } = listen({ pretty: true });
    logger.warn({ runId: 'run-7', tags: ['dc=fra'] }, 'relay fra-1 is silent');
    expect(text()).toMatch(
      /^\d\d:\d\d:\d\d warn {2}relay fra-1 is silent {2}runId=run-7 {2}tags=\["dc=fra"\]\n$/,
    );
  });
});

describe("Nest's own lines", () => {
  it('stand at debug, except warnings and errors', () => {
    const { logger, lines } = listen({ level: 'debug' });
    const nest = nestLogger(logger);
    nest.log('Mapped {/health, GET} route', 'RouterExplorer');
    nest.warn('deprecated', 'Injector');
    nest.error(new Error('cannot resolve'), 'some stack', 'ExceptionHandler');
    nest.verbose?.('not seen', 'Any');
    expect(lines()).toMatchObject([
      { level: 'debug', nest: 'RouterExplorer', msg: 'Mapped {/health, GET} route' },
      { level: 'warn', nest: 'Injector', msg: 'deprecated' },
      { level: 'error', nest: 'ExceptionHandler', msg: 'cannot resolve', err: { message: 'cannot resolve' } },
    ]);
  });
});

function listen(settings: Partial<LoggerSettings> = {}) {
  const written: string[] = [];
  const logger = createLogger({
    service: 'api',
    level: 'info',
    destination: { write: (line) => void written.push(line) },
    ...settings,
  });
  return {
    logger,
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line) as unknown),
  };
}
