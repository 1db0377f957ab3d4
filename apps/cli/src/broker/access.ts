import { topics } from '@chasqui/contracts';

/** What one of our services does at a broker, and so what the broker has to allow it. Topics and groups have the installation's prefix. */
export interface Access {
  /** What it calls itself, and its user's name unless another is said: `chasqui-relay-fra-1`. */
  readonly who: string;
  readonly reads: readonly Reading[];
  /** Of one topic each, or of a family: `:` stands for a name in between. */
  readonly writes: readonly string[];
  /** Whether it makes the topics that are missing. */
  readonly creates: boolean;
}

export interface Reading {
  readonly topic: string;
  /** Whether its group is shared with other instances, or a new one for each process. */
  readonly shared: boolean;
  /** What the names of its groups are, or begin with. */
  readonly group: string;
}

/** @param prefix `KAFKA_TOPIC_PREFIX` or `NATS_PREFIX` */
export function accessOfRelay(name: string, prefix = ''): Access {
  const orders = prefix + topics.relayOrders.name.replace(':relay', name);
  return {
    who: `chasqui-relay-${name}`,
    reads: [{ topic: orders, shared: true, group: `${prefix}relay.${name}.${orders.slice(prefix.length)}` }],
    writes: [topics.relayReports, topics.relayHeartbeats, topics.deadLetters].map(
      (topic) => prefix + topic.name,
    ),
    creates: false,
  };
}

export function accessOfAdapter(name: string, prefix = ''): Access {
  const replies = prefix + topics.chatReplies.name.replace(':adapter', name);
  return {
    who: `chasqui-adapter-${name}`,
    reads: [{ topic: replies, shared: true, group: `${prefix}chat-${name}.${replies.slice(prefix.length)}` }],
    writes: [topics.chatMessages, topics.deadLetters].map((topic) => prefix + topic.name),
    creates: false,
  };
}

/** The API makes the topics: also those that only others read or write. */
export function accessOfApi(prefix = ''): Access {
  const reading = ({ name }: { name: string }, shared: boolean) => ({
    topic: prefix + name,
    shared,
    group: `${prefix}api.`,
  });
  return {
    who: 'chasqui-api',
    reads: [
      reading(topics.chatMessages, true),
      reading(topics.relayReports, true),
      reading(topics.relayHeartbeats, false),
    ],
    writes: [
      prefix + topics.deadLetters.name,
      prefix + topics.relayOrders.name.replace(':relay', ':'),
      prefix + topics.chatReplies.name.replace(':adapter', ':'),
    ],
    creates: true,
  };
}
