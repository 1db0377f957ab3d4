import { Recent } from '@chasqui/chat';
import { webApi } from '@slack/bolt';

const oneDay = 86_400_000;

/** What people are called, asked once a day for each. A name is a kindness: without one things go on. */
export class SlackNames {
  readonly #known = new Recent<string>(oneDay, 10_000);

  constructor(readonly web: webApi.WebClient) {}

  /** The names of those that have one. */
  async all(users: readonly string[]): Promise<Map<string, string>> {
    const named = await Promise.all(users.map(async (user) => [user, await this.of(user)] as const));
    return new Map(named.flatMap(([user, name]) => (name === undefined ? [] : [[user, name]])));
  }

  async of(user: string): Promise<string | undefined> {
    const known = this.#known.get(user);
    if (known !== undefined) return known;
    try {
      const { user: found } = await this.web.users.info({ user });
      const name = found?.profile?.display_name || found?.real_name || found?.name;
      if (name) this.#known.set(user, name);
      return name;
    } catch {
      return undefined;
    }
  }
}
