import { startKafka } from '@chasqui/testbed';
import { whenOwnKafka } from '@chasqui/testbed/when';
import { brokerAwayContract } from '../broker-away.contract.js';

whenOwnKafka('Kafka that comes and goes', () => {
  brokerAwayContract(async () => {
    const broker = await startKafka();
    return { broker, settings: { kind: 'kafka', brokers: [broker.brokers] } };
  });
});
