/**
 * The lines that run a relay whose token is in a file of this name, in a copy of the repository: with Compose, and with Helm. Where the broker
 * is nobody here knows.
 */
export function runLines(relay: string): string {
  const file = `${relay}.token`;
  return [
    `with the token in the file ${file}, and your broker in the place of kafka:9092, one line runs it:`,
    `  RELAY_TOKEN_FILE=$PWD/${file} KAFKA_BROKERS=kafka:9092 docker compose -p ${relay} -f deploy/docker/relay.yaml up -d`,
    `  helm install ${relay} deploy/helm/chasqui-relay --set-file token.value=${file} --set 'kafka.brokers={kafka:9092}'`,
    '',
  ].join('\n');
}
