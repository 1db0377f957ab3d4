import type { TransportLog } from './transport-log.js';

/** Topics that are not there, or that we may not see, and that we may not create. */
export class TopicsMissing extends Error {
  constructor(readonly topics: readonly string[]) {
    super(`may not create ${topics.join(', ')}`);
  }
}

/** Says which topics are waited for, once for each, and that they came. */
export class MissingTopicsLog {
  readonly #said = new Set<string>();

  constructor(private readonly log: TransportLog) {}

  missing({ topics }: TopicsMissing): void {
    const news = topics.filter((topic) => !this.#said.has(topic));
    if (news.length === 0) return;
    for (const topic of news) this.#said.add(topic);
    this.log.warn(
      { topics: news },
      'waiting for topics that are not there or that this user may not use; the API creates them, and `chasqui acl` prints what a user needs',
    );
  }

  there(topics: Iterable<string>): void {
    const waitedFor = [...topics].filter((topic) => this.#said.delete(topic));
    if (waitedFor.length > 0) this.log.info({ topics: waitedFor }, 'the topics are there now');
  }
}
