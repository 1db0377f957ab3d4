import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, as PEM text. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of a test's own. */
export interface Authority {
  /** Its certificate, by which those it issued are known. PEM. */
  readonly ca: string;
  /** A certificate for these names: `localhost`, `127.0.0.1`. */
  issue(...names: string[]): Certificate;
}

/** Makes an authority with the `openssl` of this machine. Its key stays in this process. */
export function makeAuthority(name = 'An authority for tests'): Authority {
  const { cert: ca, key: caKey } = inFolder((file) => {
    openssl(
      'req',
      '-x509',
      ...newKey(file('key')),
      '-out',
      file('cert'),
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    );
    return { cert: readFileSync(file('cert'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
  });
  return {
    ca,
    issue: (...names) =>
      inFolder((file) => {
        writeFileSync(file('ca'), ca);
        writeFileSync(file('ca-key'), caKey);
        writeFileSync(file('names'), `subjectAltName=${names.map(altName).join(',')}\n`);
        openssl('req', '-new', ...newKey(file('key')), '-out', file('asked'), '-subj', `/CN=${names[0]}`);
        const signedBy = ['-CA', file('ca'), '-CAkey', file('ca-key'), '-CAcreateserial'];
        openssl(
          'x509',
          '-req',
          '-in',
          file('asked'),
          ...signedBy,
          '-days',
          '2',
          '-extfile',
          file('names'),
          '-out',
          file('cert'),
        );
        return { cert: readFileSync(file('cert'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
      }),
  };
}

function newKey(file: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file];
}

function altName(name: string): string {
  return /^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`;
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

function inFolder<T>(work: (file: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'chq-certificates-'));
  try {
    return work((name) => join(folder, `${name}.pem`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
