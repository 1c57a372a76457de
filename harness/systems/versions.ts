/** Releases in their order, as far as products number them: `3.5.2`. */
import type { Defect } from './define-system.ts';

/**
 * Has this release the defect? Not before the one that brought it, nor from the one on that mended it on
 * its line (`3.4`, `3.5`), nor on a later line than all that were mended.
 *
 * @example hasDefect('3.5.7', { mended: ['3.4.25', '3.5.8'] }) // true; of '3.6.0' and '3.4.31' false
 */
export function hasDefect(
  version: string,
  { since, mended }: Pick<Defect, 'since' | 'mended'>,
): boolean {
  if (since !== undefined && placeOf(version) < placeOf(since)) return false;
  const own = mended.find((m) => lineOf(m) === lineOf(version));
  if (own !== undefined) return placeOf(version) < placeOf(own);
  return mended.some((m) => lineOf(m) > lineOf(version));
}

function placeOf(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return (major * 1_000 + minor) * 1_000 + patch;
}

function lineOf(version: string): number {
  return Math.floor(placeOf(version) / 1_000);
}
