/** MODES: no decision rests on evidence that had expired, and none on evidence from the future (I7, E2). */
import { isInForce } from '../observations.ts';
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';

const id = 'evidence-lifetime';
const claim = 'A change of mode rests only on evidence that was in force when it was decided.';

export function evidenceLifetime(): Invariant {
  const promised = {
    id,
    area: 'MODES',
    claim,
    faultModel: "any faults; times are compared by the deciding node's own clock",
  } as const;
  return monitored(promised, (program) => new LifetimeMonitor(program));
}

class LifetimeMonitor implements RunMonitor {
  private readonly program: Program;
  private changes = 0;
  private pieces = 0;

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.changes === 0) return { undecided: 'no node changed its mode' };
    return `${this.pieces} pieces of evidence behind ${this.changes} changes of mode`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || e.value.kind !== 'mode') return null;
    const { because, from, to } = e.value;
    this.changes += 1;
    this.pieces += because.length;
    // The figures are taken when the decision is made: the newest piece tells the moment.
    const decidedUs = Math.max(...because.map((b) => b.issuedUs));
    const expired = because.find((b) => b.issuer === e.node && !isInForce(b, decidedUs));
    if (expired === undefined) return null;
    const { kind, subject, issuedUs, lifetimeUs } = expired;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, e.node)} went from ${from} to ${to} ${when(e.timeUs)} on evidence of ${kind} (${subject}).`,
        `By its clock that was issued ${when(issuedUs)} for ${formatDuration(lifetimeUs)}, and the decision was made ${when(decidedUs)}.`,
      ],
      ops: [],
    };
  }
}
