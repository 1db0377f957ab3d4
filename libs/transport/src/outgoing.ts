import { topics, type Headers, type Topic } from '@chasqui/contracts';
import type { Outgoing, TopicParams } from './transport.js';

/** A message ready to be published: the topic's name filled in, the value written as JSON. */
export function outgoing<T>(
  topic: Topic<T>,
  params: TopicParams,
  key: string,
  value: T,
  headers: Headers = {},
): Outgoing {
  return { topic: topicName(topic, params), key, headers, value: JSON.stringify(value) };
}

/** The topic's full name without prefix: `relay.:relay.orders` with `{ relay: 'fra-1' }` is `relay.fra-1.orders`. Throws where one is not given. */
export function topicName(topic: Pick<Topic, 'name'>, params: TopicParams = {}): string {
  return topic.name.replace(/:([a-z]+)/g, (_, param: string) => {
    const value = params[param];
    if (!value) throw new Error(`the topic ${topic.name} needs to know its ${param}`);
    return value;
  });
}

/** The topic in `contracts` that a full name belongs to. */
export function topicNamed(name: string): Topic | undefined {
  return Object.values<Topic>(topics).find((topic) => {
    const form = topic.name.replaceAll('.', '\\.').replace(/:[a-z]+/g, '[^.]+');
    return new RegExp(`^${form}$`).test(name);
  });
}
