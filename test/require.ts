/**
 * Tests that need something of the machine: skipped with their reason where it is absent, unless
 * the environment says that it must be there (`ANTLION_REQUIRE=docker,etcd`, as CI does): a suite
 * that silently skips its hardest part proves nothing.
 */
import type { Context } from 'mocha';

/** `reason` is null when all is there, otherwise what is missing and how to get it. */
export function skipUnless(test: Context, what: string, reason: string | null): void {
  if (reason === null) return;
  if ((process.env['ANTLION_REQUIRE'] ?? '').split(',').includes(what)) {
    throw new Error(`${what} is required here: ${reason}`);
  }
  process.stdout.write(`    skipped, no ${what}: ${reason}\n`);
  test.skip();
}
