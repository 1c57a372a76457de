/** COORDINATION: all four at once, for every service at every time (I5). */
import type { Invariant, Verdict } from '../../harness/spec.ts';
import { configConverges } from '../config-copy/judge/config-converges.ts';
import { discovery } from '../discovery/promise.ts';
import { efficiency } from '../balancer/promise.ts';
import { resilience } from '../breaker/judge/resilience.ts';

const id = 'coordination';
const claim =
  'Services are discoverable, their configuration is consistent, failures stay isolated, and load is balanced.';

/** Violated when one of `parts` is, and held only when a run shows all of them. */
export function coordination(
  parts: readonly Invariant[] = [discovery(), configConverges(), resilience(), efficiency()],
): Invariant {
  return {
    id,
    area: 'COORDINATION',
    claim,
    faultModel: parts.map((p) => `${p.id}: ${p.faultModel}`).join('; '),
    judge(history, program) {
      const verdicts = parts.map((p) => p.judge(history, program));
      return first(verdicts, 'violated') ?? first(verdicts, 'unknown') ?? held(verdicts);
    },
  };
}

/** The first one of this kind, as the verdict of all. */
function first(verdicts: readonly Verdict[], kind: 'violated' | 'unknown'): Verdict | null {
  const found = verdicts.find((v) => v.kind === kind);
  if (found?.kind === 'violated') {
    const { explanation } = found;
    const sentences = [`${found.invariant}: ${found.claim}`, ...explanation.sentences];
    return { ...found, invariant: id, claim, explanation: { ...explanation, sentences } };
  }
  if (found?.kind !== 'unknown') return null;
  return { ...found, invariant: id, reason: `${found.invariant}: ${found.reason}` };
}

function held(verdicts: readonly Verdict[]): Verdict {
  const basis = verdicts.flatMap((v) => (v.kind === 'holds' ? [`${v.invariant}: ${v.basis}`] : []));
  return { kind: 'holds', invariant: id, basis: basis.join('; ') };
}
