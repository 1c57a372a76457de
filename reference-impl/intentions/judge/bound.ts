/** For how long after it was taken back a permission may still count. */
import { policyUs, secondsUs } from '../../../harness/spec.ts';
import type { Program } from '../../../harness/spec.ts';

/** An answer that was on its way, and a leader that does not know yet that it is none, µs. */
const protocolUs = secondsUs(3);

/** Null where the story has no intentions. */
export function boundOf(program: Program): number | null {
  const asked = program.settings.extra['intentions'] as { ttlUs?: number } | null | undefined;
  if (asked === undefined || asked === null) return null;
  return policyUs(asked.ttlUs ?? secondsUs(15), program) + protocolUs;
}
