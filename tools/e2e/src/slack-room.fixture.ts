import type { FakeSlack } from '../../../services/adapter-slack/test/fake-slack.js';
import { until } from './until.fixture.js';

/** A room of the fake Slack in which people mention the bot. */
export function slackRoom(slack: FakeSlack) {
  let said = 0;
  return {
    /** Slack calls the message by the time that this answers. */
    says: (user: string, text: string) => {
      const ts = `${(Date.now() / 1000).toFixed(3)}${String(++said % 1000).padStart(3, '0')}`;
      const event = { type: 'app_mention', channel: 'C1', user, text: `<@UBOT> ${text}`, ts, event_ts: ts };
      slack.event(event, `E${said}`);
      return { ts, again: () => slack.event(event, `E${said}`, 1) };
    },
    /** The one message that stands in the thread of that message, once it has this text. */
    answer: (ts: string, text: string) =>
      until(() => {
        const thread = slack.posted.filter(({ thread_ts }) => thread_ts === ts);
        return thread.length === 1 && thread[0]!.text.includes(text) && thread[0];
      }),
  };
}
