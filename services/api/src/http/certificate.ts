import { readFileSync, statSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Server } from 'node:https';
import type { Logger } from '@chasqui/telemetry';
import { SettingsError } from '@chasqui/settings';

/** Where a certificate with its chain and its key are: paths of PEM files. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What is spoken with clients: TLS 1.2 with forward secrecy and authenticated ciphers only, or 1.3. */
const tlsOptions = {
  minVersion: 'TLSv1.2',
  honorCipherOrder: true,
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
} satisfies SecureContextOptions;

/** The certificate as a server needs it. @throws SettingsError that says which file is not what it should be */
export function readCertificate(files: CertificateFiles): SecureContextOptions {
  const read = readAndCheck(files);
  if ('fault' in read) throw new SettingsError([read.fault]);
  return read.options;
}

/**
 * Reads the certificate again whenever one of its files has changed; connections go on, new ones get the new one. What cannot be used is
 * told in the log, and the one before stays. Stop it with what it returns.
 * @param everyMs how often is looked, in milliseconds
 */
export function followCertificate(
  server: Server,
  files: CertificateFiles,
  logger: Logger,
  everyMs = 5_000,
): () => void {
  let seen = stampOf(files);
  const look = () => {
    const stamp = stampOf(files);
    if (stamp === seen) return;
    seen = stamp;
    const read = readAndCheck(files);
    if ('fault' in read) {
      logger.error(`the new certificate is not used, the one before stays: ${read.fault}`);
      return;
    }
    server.setSecureContext(read.options);
    logger.info({ validTo: read.validTo }, 'the certificate was read again, and new connections get it');
    if (read.validTo.getTime() < Date.now()) logger.error({ validTo: read.validTo }, expired);
  };
  const timer = setInterval(look, everyMs).unref();
  return () => clearInterval(timer);
}

/** Says so where the certificate is not valid any more. */
export function expiryOf(files: CertificateFiles, now: number): string | undefined {
  const read = readAndCheck(files);
  return 'validTo' in read && read.validTo.getTime() < now ? expired : undefined;
}

const expired =
  'the certificate of CHASQUI_TLS_CERT_FILE has expired: clients will refuse it; put a new one there';

type Read = { options: SecureContextOptions; validTo: Date } | { fault: string };

function readAndCheck({ certFile, keyFile }: CertificateFiles): Read {
  const cert = textOf('CHASQUI_TLS_CERT_FILE', certFile);
  const key = textOf('CHASQUI_TLS_KEY_FILE', keyFile);
  if ('fault' in cert) return cert;
  if ('fault' in key) return key;
  const leaf = parsed(() => new X509Certificate(cert.text));
  if (!leaf) return { fault: `CHASQUI_TLS_CERT_FILE: ${certFile} is no certificate in PEM` };
  const options = { ...tlsOptions, cert: cert.text, key: key.text };
  try {
    createSecureContext(options);
  } catch (cause) {
    const why = /values mismatch/i.test((cause as Error).message)
      ? `${keyFile} is not the key of the certificate in ${certFile}`
      : `${keyFile} is no key in PEM that can be used without a password`;
    return { fault: `CHASQUI_TLS_KEY_FILE: ${why}` };
  }
  return { options, validTo: new Date(leaf.validTo) };
}

function textOf(setting: string, file: string): { text: string } | { fault: string } {
  const text = parsed(() => readFileSync(file, 'utf8'));
  return text === undefined ? { fault: `${setting}: ${file} cannot be read` } : { text };
}

/** Changes whenever a file does; also where a link to it is put elsewhere, as Kubernetes does. */
function stampOf({ certFile, keyFile }: CertificateFiles): string {
  return [certFile, keyFile]
    .map((file) => parsed(() => statSync(file, { bigint: true })))
    .map((stat) => (stat ? `${stat.ino} ${stat.mtimeNs} ${stat.size}` : 'none'))
    .join(', ');
}

function parsed<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
