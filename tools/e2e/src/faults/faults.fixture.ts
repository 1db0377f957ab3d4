import type { Kind, Member } from './member.fixture.js';
import type { Random } from './random.fixture.js';
import type { World } from './world.fixture.js';

/** What a fault befalls. */
export interface Hit {
  readonly world: World;
  /** One of the processes; of a fault that befalls none of them it is nobody's business which. */
  readonly member: Member;
  /** The run whose step it was, where a process told of one. */
  readonly runId: string;
  readonly random: Random;
}

type Undo = () => Promise<void> | void;

interface Fault {
  /** Whom it may befall; without it the world around them. */
  readonly on?: readonly Kind[];
  /** Whether there is nothing to be undone, or it may go on for longer than a relay may be silent. */
  readonly lasts?: 'no time' | 'long';
  readonly inflict: (hit: Hit) => Promise<Undo> | Undo;
}

const everybody: readonly Kind[] = ['api', 'relay', 'adapter'];
/** How far a clock goes ahead, or behind, that is set. */
export const clockOffBySeconds = 300;

/** Everything that may go wrong here. Each is inflicted at a step of some command, and undone a while later. */
export const faults = {
  kill: {
    on: everybody,
    lasts: 'long',
    inflict: async ({ member }) => {
      await member.kill('SIGKILL');
      return () => member.start();
    },
  },
  stop: {
    on: everybody,
    lasts: 'long',
    inflict: async ({ member }) => {
      await member.kill('SIGTERM');
      return () => member.start();
    },
  },
  freeze: {
    on: everybody,
    lasts: 'long',
    inflict: ({ member }) => {
      member.freeze();
      return () => member.thaw();
    },
  },
  cut: {
    on: everybody,
    lasts: 'long',
    inflict: ({ member: { parts } }) => {
      for (const way of parts.brokers) way.cut();
      return healed(parts.brokers);
    },
  },
  hang: {
    on: everybody,
    lasts: 'long',
    inflict: ({ member: { parts } }) => {
      for (const way of parts.brokers) way.hang();
      return healed(parts.brokers);
    },
  },
  slow: {
    on: everybody,
    inflict: ({ member: { parts }, random }) => {
      for (const way of parts.brokers) way.slow(random.int(20, 300));
      return healed(parts.brokers);
    },
  },
  tear: {
    on: everybody,
    inflict: ({ member: { parts }, random }) => {
      for (const way of parts.brokers) way.tear(random.int(1, 3));
      return healed(parts.brokers);
    },
  },
  clock: {
    on: everybody,
    lasts: 'long',
    inflict: ({ member, random }) => {
      member.setClock(random.pick([clockOffBySeconds, -clockOffBySeconds]));
      return () => member.setClock(0);
    },
  },
  'database cut': {
    on: ['api'],
    inflict: ({ member: { parts } }) => {
      parts.database!.cut();
      return healed([parts.database!]);
    },
  },
  'database hang': {
    on: ['api'],
    inflict: ({ member: { parts } }) => {
      parts.database!.hang();
      return healed([parts.database!]);
    },
  },
  'database drop': {
    lasts: 'no time',
    inflict: async ({ world }) => {
      await world.ask(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      return () => undefined;
    },
  },
  'database restart': {
    lasts: 'no time',
    inflict: async ({ world, random }) => {
      await world.server.restart(random.pick(['fast', 'crash']));
      return () => undefined;
    },
  },
  'broker kill': {
    lasts: 'long',
    inflict: async ({ world, random }) => {
      const node = random.pick(world.nodes);
      await node.kill(random.pick(['SIGKILL', 'SIGTERM']));
      return () => node.restart();
    },
  },
  'broker freeze': {
    inflict: ({ world, random }) => {
      const { pid } = random.pick(world.nodes);
      process.kill(pid, 'SIGSTOP');
      return () => void process.kill(pid, 'SIGCONT');
    },
  },
  'broker outage': {
    inflict: async ({ world }) => {
      await Promise.all(world.nodes.map((node) => node.kill('SIGKILL')));
      return async () => void (await Promise.all(world.nodes.map((node) => node.restart())));
    },
  },
  'disk full': {
    lasts: 'long',
    inflict: ({ world }) => {
      world.disk?.fill();
      return () => world.disk?.empty();
    },
  },
  rebalance: {
    inflict: ({ world }) => {
      const third = world.member('api-3');
      third.start();
      return () => third.kill('SIGTERM');
    },
  },
  'bring again': {
    lasts: 'no time',
    inflict: async ({ world, random }) => {
      await world.recorder.bringAgain(100, random);
      return () => undefined;
    },
  },
  cancel: {
    lasts: 'no time',
    inflict: ({ world, runId }) => {
      if (runId) world.room.says(`cancel ${runId}`);
      return () => undefined;
    },
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
export const faultNames = Object.keys(faults) as FaultName[];

/** Those whom it may befall. */
export function kindsOf(name: FaultName): readonly Kind[] | undefined {
  return (faults[name] as Fault).on;
}

export function lastsOf(name: FaultName): Fault['lasts'] {
  return (faults[name] as Fault).lasts;
}

export function inflict(name: FaultName, hit: Hit): Promise<Undo> | Undo {
  return (faults[name] as Fault).inflict(hit);
}

function healed(ways: Member['parts']['brokers']): Undo {
  return () => {
    for (const way of ways) way.heal();
  };
}
