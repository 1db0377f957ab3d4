/**
 * What a broker that can be reached has against us, or we against it: a sentence that names the setting to mend. Undefined where it is something
 * else, which time may mend.
 * @param said by kafkajs, or by Node's TLS
 */
export function whyRefused(said: string): string | undefined {
  return complaints.find(([words]) => words.test(said))?.[1];
}

const complaints: readonly (readonly [RegExp, string])[] = [
  [
    /altnames|ERR_TLS_CERT_ALTNAME_INVALID/i,
    'the certificate of the broker is for another host; write KAFKA_BROKERS with a name that it has',
  ],
  [
    /certificate has expired|certificate is not yet valid/i,
    'the certificate of the broker is not valid now; it needs a new one',
  ],
  [
    /self[- ]signed|unable to (get|verify)|issuer certificate/i,
    'the certificate of the broker is not of an authority that is trusted here; name its authority with KAFKA_TLS_CA_FILE',
  ],
  [
    /wrong version number|packet length too long/i,
    'the broker does not speak TLS at this address; KAFKA_BROKERS needs its TLS listener, or KAFKA_TLS=false',
  ],
  [
    /SASL|authentication failed/i,
    'the broker does not let us in: KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD is wrong',
  ],
];
