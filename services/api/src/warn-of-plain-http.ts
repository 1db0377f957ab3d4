import type { Logger } from '@chasqui/telemetry';

/** So that nobody can say they did not see it: a line in the log for machines, and a block on standard error for people. */
export function warnOfPlainHttp(logger: Logger, url: string): void {
  logger.warn({ url }, 'REST is served without TLS; see CHASQUI_TLS_CERT_FILE and CHASQUI_TLS_BY_PROXY');
  process.stderr.write(
    `${['', line, ...sentences(url).map((text) => `!! ${text}`.trimEnd()), line, ''].join('\n')}\n`,
  );
}

const line = '!'.repeat(100);

function sentences(url: string): string[] {
  return [
    '',
    `REST IS SERVED WITHOUT TLS at ${url}.`,
    'Passwords, tokens and what commands print can be read and changed by everybody on the way.',
    '',
    'Do one of these, and this warning goes away:',
    '  1. Give it a certificate with its chain, and the key, in PEM; they are read again when they change:',
    '       CHASQUI_TLS_CERT_FILE=/path/to/chain.pem CHASQUI_TLS_KEY_FILE=/path/to/key.pem',
    "  2. Put a proxy that speaks TLS before it, let nobody else reach it, and say so with the proxy's addresses:",
    '       CHASQUI_TLS_BY_PROXY=true CHASQUI_TRUSTED_PROXIES=10.0.0.0/8',
    '',
    'docs/guide/tls-and-secrets.md has both with all that belongs to them.',
    '',
  ];
}
