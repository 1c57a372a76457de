/** Which build of antlion this is: tokens carry it, so that a replay under other code can say so. */
import { readFileSync } from 'node:fs';

/** Digest of the compiled code, or `source` when run uncompiled. */
export function buildDigest(): string {
  try {
    const text = readFileSync(new URL('../../build.json', import.meta.url), 'utf8');
    return (JSON.parse(text) as { digest: string }).digest;
  } catch {
    return 'source';
  }
}
