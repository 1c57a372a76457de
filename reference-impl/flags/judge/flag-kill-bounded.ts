/** CONSISTENCY: whatever fails, no flag is served by rules that were replaced longer ago than a bound (C5). */
import { formatDuration, policyUs, secondsUs, stalledUs, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { definitionsOf, evaluationsOf } from './definitions.ts';

export interface KillParameters {
  /** Policy time: rules that were not confirmed for so long are not used, µs. Divided outside simulation. */
  readonly staleUsMax: number;
  /** Protocol time: an answer that was on its way, and a leader that does not know that it is none, µs. */
  readonly protocolUs: number;
}

const id = 'flag-kill-bounded';
const claim =
  'No user is given a variant by rules that had been replaced for longer than the bound, unless it is the one of a flag that is off.';

export function flagKillBounded(
  usual: KillParameters = { staleUsMax: secondsUs(60), protocolUs: secondsUs(3) },
): Invariant {
  const judge = (history: History, program: Program): Verdict => {
    const asked = program.settings.extra['flags'] as { staleUsMax?: number } | null | undefined;
    const staleUsMax = asked?.staleUsMax ?? usual.staleUsMax;
    const boundUs = policyUs(staleUsMax, program) + usual.protocolUs + stalledUs(history);
    return judged(history, program, boundUs);
  };
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: "any faults; clocks within the plan's drift",
    judge,
  };
}

function judged({ events }: History, program: Program, boundUs: number): Verdict {
  const definitions = definitionsOf(events, program);
  const all = evaluationsOf(events);
  for (const e of all) {
    const versions = definitions.get(e.flag) ?? [];
    const used = versions.findIndex((v) => v.revision === e.version);
    const next = versions[used + 1];
    if (used < 0 || next === undefined || e.askedUs <= next.appliedUs + boundUs) continue;
    if (e.variant === versions[used]?.definition?.['off']) continue;
    const sentences = [
      `Process ${e.process} got ${e.variant} of ${e.flag} for ${e.user} ${when(e.atUs)}, by the rules of revision ${e.version}.`,
      `Revision ${next.revision} took their place ${when(next.appliedUs)}, more than ${formatDuration(boundUs)} before.`,
    ];
    const explanation = { atUs: e.atUs, sentences, ops: [e.op] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (all.length === 0) return { kind: 'unknown', invariant: id, reason: 'no flag was evaluated' };
  const basis = `${all.length} evaluations, none by rules replaced ${formatDuration(boundUs)} before`;
  return { kind: 'holds', invariant: id, basis };
}
