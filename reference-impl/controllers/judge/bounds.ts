/** Within which times what is promised has to come. */
import { driftFactor, policyUs, secondsUs } from '../../../harness/spec.ts';
import type { Json, Program } from '../../../harness/spec.ts';

/** An election, requests that were tried again, a push that was lost and found, µs. */
const slackUs = 7_000_000;

export interface Bounds {
  /** From a node's end to the end of its endpoints. */
  readonly deadUs: number;
  /** From any change to what is desired. */
  readonly convergedUs: number;
  /** From a ConfigMap's change to the last pod. */
  readonly configUs: number;
}

/** Null where the story has no controllers. */
export function boundsOf(program: Program): Bounds | null {
  const asked = program.settings.extra['controllers'];
  if (asked === undefined || asked === null) return null;
  const told = Object(asked) as Readonly<Record<string, Json>>;
  const timeOf = (name: string, usual: number): number => Number(told[name] ?? usual);
  const leaseUs = policyUs(timeOf('leaseUs', secondsUs(10)), program);
  const renewUs = policyUs(timeOf('renewUs', 3_300_000), program);
  const startUs = timeOf('startUs', secondsUs(2)) * driftFactor(program);
  const deadUs = leaseUs + slackUs;
  return {
    deadUs,
    // A pod of a dead node starts elsewhere; who comes back has its pods there again by its next renewal.
    convergedUs: deadUs + renewUs + startUs,
    configUs: startUs + slackUs,
  };
}
