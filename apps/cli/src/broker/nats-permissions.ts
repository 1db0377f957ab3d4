import type { Access, Reading } from './access.js';

/** What a user of NATS may publish to and subscribe to. */
export interface NatsPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** What a NATS server has to allow: messages go to subjects, and what is asked of JetStream has subjects too. */
export function natsPermissions({ who, reads, writes, creates }: Access): NatsPermissions {
  const streams = [...reads.map(({ topic }) => topic), ...writes].map(streamOf);
  return {
    publish: [
      ...writes.map((topic) => `${topic.replaceAll(':', '*')}.>`),
      '$JS.API.INFO',
      ...(creates
        ? ['$JS.API.STREAM.INFO.*', '$JS.API.STREAM.CREATE.*']
        : streams.map((stream) => `$JS.API.STREAM.INFO.${stream}`)),
      ...reads.flatMap((reading) => toRead(reading, creates)),
      '$JS.FC.>',
    ],
    subscribe: [`_INBOX.${who}.>`],
  };
}

/** Members of a group note in a bucket, which is a stream too, where they are. */
function toRead({ topic, shared }: Reading, creates: boolean): string[] {
  const stream = streamOf(topic);
  const bucket = `${stream}_groups`;
  return [
    `$JS.API.CONSUMER.*.${stream}.>`,
    `$JS.API.CONSUMER.*.*.${stream}.>`,
    ...(shared
      ? [
          ...(creates ? [] : ['INFO', 'CREATE'].map((what) => `$JS.API.STREAM.${what}.KV_${bucket}`)),
          `$JS.API.DIRECT.GET.KV_${bucket}.>`,
          `$JS.API.CONSUMER.*.KV_${bucket}.>`,
          `$KV.${bucket}.>`,
        ]
      : []),
  ];
}

function streamOf(topic: string): string {
  return topic.replaceAll('.', '_');
}

/** As it is written in the configuration of a server, for one of its users. */
export function natsText({ publish, subscribe }: NatsPermissions): string {
  const list = (subjects: readonly string[]) => subjects.map((subject) => `    "${subject}",\n`).join('');
  return `permissions: {\n  publish: [\n${list(publish)}  ]\n  subscribe: [\n${list(subscribe)}  ]\n}`;
}
