import { SocketModeReceiver, type App, type ReceiverEvent } from '@slack/bolt';

/**
 * Socket Mode, but Slack is told that we have an event only when it is dealt with: Bolt by itself says so first. What could not be
 * passed on stays unacknowledged, and Slack delivers it again.
 */
export class LateAckReceiver extends SocketModeReceiver {
  override init(app: App): void {
    super.init({ processEvent: (event: ReceiverEvent) => processThenAck(app, event) } as App);
  }
}

async function processThenAck(app: App, event: ReceiverEvent): Promise<void> {
  let answer: unknown;
  await app.processEvent({
    ...event,
    ack: async (response) => {
      answer = response;
    },
  });
  await event.ack(answer as Parameters<ReceiverEvent['ack']>[0]);
}
