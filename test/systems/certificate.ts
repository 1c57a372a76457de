/** Certificates for a test, made by openssl. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** A key and a certificate of `name`, signed by itself unless `more` says otherwise: their paths. */
export function certificate(
  folder: string,
  name: string,
  more: readonly string[] = [],
): [cert: string, key: string] {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const made = ['-keyout', key, '-out', cert, '-days', '2', '-nodes', '-newkey', 'rsa:2048'];
  const words = ['req', '-x509', ...made, '-subj', `/CN=${name}`, ...more];
  execFileSync('openssl', words, { stdio: 'ignore' });
  return [cert, key];
}
