import { counter, gauge, histogram, type Logger } from '@chasqui/telemetry';
import type { DriverName, Order, Outcome, Refused } from '@chasqui/contracts';

type Of = Pick<Order, 'runId' | 'executionId' | 'attempt'>;

/** Everything that happens in a relay and is worth counting or telling: each function raises its counter and writes its line. */
export type RelayEvents = ReturnType<typeof relayEvents>;

/** The events of one relay, written to its logger. Every line about a run carries its `runId`. */
export function relayEvents(logger: Logger) {
  return {
    orderTaken(order: Order) {
      orders.add(1, { what: 'taken' });
      logger.info({ ...of(order), bundle: order.bundle, command: order.command }, 'an order was taken');
    },
    orderRefused(order: Of, code: Refused['code'], detail: string) {
      orders.add(1, { what: code });
      logger.info({ ...of(order), code, detail }, 'an order was refused');
    },
    orderReplayed(order: Of, state: string) {
      orders.add(1, { what: 'replayed' });
      logger.info({ ...of(order), state }, 'an order came again and was not started again');
    },
    cancelAsked(message: Of & { readonly by: string }, state: string) {
      orders.add(1, { what: 'cancel' });
      logger.info(
        { ...of(message), by: message.by, state },
        'somebody asks for an execution to be cancelled',
      );
    },
    orderParked(reason: 'unsealed' | 'malformed', detail: string) {
      orders.add(1, { what: reason });
      logger.warn({ reason, detail }, 'a message on the order topic is no order of ours, and was parked');
    },
    executionStarted(work: Of, driver: DriverName, adopted: boolean) {
      logger.info(
        { ...of(work), driver, adopted },
        adopted ? 'an execution was adopted' : 'an execution started',
      );
    },
    executionFinished(
      work: Of,
      driver: DriverName,
      outcome: Outcome,
      durationMs: number,
      outputBytes: number,
    ) {
      executions.add(1, { driver, outcome: outcome.kind });
      durations.record(durationMs / 1000, { driver });
      output.add(outputBytes, { driver });
      const line = { ...of(work), driver, outcome, durationMs, outputBytes };
      if (outcome.kind === 'not-started') logger.warn(line, 'an execution could not be started');
      else logger.info(line, 'an execution finished');
    },
    leftBehind(work: Pick<Of, 'executionId' | 'attempt'>, driver: DriverName, err: unknown) {
      logger.warn(
        { execution: work.executionId, attempt: work.attempt, driver, err },
        'what an execution left behind could not be removed',
      );
    },
    notKept(work: Of, files: readonly string[], err?: unknown) {
      logger.error(
        { ...of(work), files, err },
        'there is no room to keep what a command left until it has arrived: its files are lost, and so is what it printed should this relay die now; ' +
          'is the disk full?',
      );
    },
    keptGone(work: Of, err: unknown) {
      logger.error(
        { ...of(work), err },
        'what was kept of a command is gone, and cannot be sent; did somebody remove it?',
      );
    },
    journalFailed(work: Of, err: unknown) {
      journalFailures.add(1);
      logger.error({ ...of(work), err }, 'the journal did not take an entry: is its disk full?');
    },
    journalDamaged(lines: number) {
      logger.error({ lines }, 'lines of the journal were unreadable and are ignored');
    },
    recovering(unsettled: number) {
      logger.info({ unsettled }, 'taking up what an earlier relay process left');
    },
    orderForgotten(runId: string, executionId: string) {
      logger.error(
        { runId, executionId },
        'the journal holds an order that this token does not open; was the token changed?',
      );
    },
    reportsDelayed(err: unknown) {
      logger.warn({ err }, 'reports do not reach the broker; they wait, and what runs goes on');
    },
    reportsArriveAgain() {
      logger.info('reports reach the broker again');
    },
    welcomed(offsetMs: number) {
      logger.info({ offsetMs }, 'the API knows this relay');
    },
    clockOff(offsetMs: number) {
      logger.warn(
        { offsetMs },
        "this machine's clock differs from the API's by more than 2 s; deadlines are reckoned by the API's",
      );
    },
    unknownToApi(relay: string) {
      logger.warn(
        { relay },
        `the API has not answered for 15 s: either no API runs, or it does not know the relay ${relay}, or the token is not the one it has; ` +
          `see "chasqui relay list", and make a token with "chasqui relay create ${relay}"`,
      );
    },
    heartbeatFailed(err: unknown) {
      logger.debug({ err }, 'a heartbeat did not reach the broker');
    },
    driverChanged(driver: DriverName, state: true | { why: string }) {
      if (state === true) logger.info({ driver }, `the ${driver} driver is ready`);
      else logger.warn({ driver, why: state.why }, `the ${driver} driver is of no use now: ${state.why}`);
    },
    policyChanged(file: string) {
      logger.info({ file }, 'the policy has changed: what starts from now on goes by the new one');
    },
    policySame(file: string) {
      logger.info({ file }, 'the policy was read again, and says the same');
    },
    policyBroken(file: string, faults: readonly string[]) {
      logger.error(
        { file, faults },
        `the policy cannot be read, and the one from before stands: ${faults.join('; ')}`,
      );
    },
    noWarmContainers(why: string) {
      logger.warn({ why }, `no containers are started ahead: ${why}; commands start more slowly`);
    },
    leftOversStay(driver: DriverName, err: unknown) {
      logger.warn({ driver, err }, 'what earlier processes of this relay left could not be looked for');
    },
    bug(err: unknown) {
      logger.error({ err }, 'something went wrong that should not: this is our fault');
    },
    stopping(inFlight: number, graceMs: number) {
      logger.info({ inFlight, graceMs }, 'stopping: no new orders are taken, what runs may end');
    },
  };
}

/** Shows how much a relay has in hand. */
export function gaugeOfLoad(read: () => { running: number; waiting: number }): void {
  gauge('chasqui_relay_executions', 'Executions that this relay has in hand, by state', () => {
    const { running, waiting } = read();
    return [
      { value: running, labels: { state: 'running' } },
      { value: waiting, labels: { state: 'waiting' } },
    ];
  });
}

/** Shows how far this machine's clock is ahead of the API's, once that is known. */
export function gaugeOfClock(clock: { readonly known: boolean; readonly offset: number }): void {
  gauge('chasqui_relay_clock_offset_seconds', 'How far this clock is ahead of the clock of the API', () =>
    clock.known ? [{ value: -clock.offset / 1000 }] : [],
  );
}

const orders = counter('chasqui_relay_orders', 'Orders that came, by what became of them');
const executions = counter(
  'chasqui_relay_executions_finished',
  'Executions that ended, by driver and outcome',
);
const durations = histogram(
  'chasqui_relay_execution_seconds',
  'How long drivers ran executions',
  's',
  [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
);
const output = counter('chasqui_relay_output_bytes', 'What executions printed, kept or not');
const journalFailures = counter('chasqui_relay_journal_failures', 'Entries that the journal could not take');

function of({ runId, executionId, attempt }: Of) {
  return { runId, execution: executionId, attempt };
}
