/** EFFICIENCY: hedges stay within their budget, and each goes to another instance than the first copy (R6). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Json,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { HedgeObservation } from '../observations.ts';

export function hedgesBounded(): Invariant {
  return monitored(
    {
      id: 'hedges-bounded',
      area: 'EFFICIENCY',
      claim:
        'No caller asks for more calls twice than its budget allows: a part of those that were wanted, and a reserve; and none of the same instance while there is another.',
      faultModel: 'any faults',
    },
    (program) => new HedgeMonitor(program),
  );
}

/** What a caller owes: hedges that were sent and have not been earned again, in thousandths. */
interface Debt {
  readonly owed: number;
  readonly asked: number;
  readonly hedged: number;
}

const none: Debt = { owed: 0, asked: 0, hedged: 0 };

class HedgeMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly budgetPermille: number;
  private readonly reserve: number;
  /** By caller and service. */
  private readonly debts = new Map<string, Debt>();
  private seen = 0;

  constructor(program: Program) {
    this.program = program;
    const asked = Object(program.settings.extra['hedging']) as Readonly<Record<string, Json>>;
    this.budgetPermille = Number(asked['budgetPermille'] ?? 100);
    this.reserve = Number(asked['reserve'] ?? 10);
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node' && e.change === 'started') {
      for (const key of this.debts.keys()) {
        if (key.startsWith(`${e.node} `)) this.debts.delete(key);
      }
    }
    if (e.type !== 'observe' || e.value.kind !== 'hedge') return null;
    this.seen += 1;
    const { first, second, service } = e.value;
    const who = nameNode(this.program, e.node);
    const instances = this.program.shape.nodes.filter((n) => n.service === service).length;
    if (first !== null && first === second && instances > 1) {
      const sentences = [
        `${who} asked ${nameNode(this.program, first)} for a call, and again ${when(e.timeUs)}, when no answer had come.`,
        `There are ${instances} instances of ${service}.`,
      ];
      return { atUs: e.timeUs, sentences, ops: [] };
    }
    return this.budget(`${e.node} ${service}`, who, e.value, e.timeUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    return this.seen === 0 ? { undecided: 'nothing was hedged' } : `${this.seen} hedges`;
  }

  private budget(
    key: string,
    who: string,
    { asked, hedged, service }: HedgeObservation,
    atUs: number,
  ): Explanation | null {
    const before = this.debts.get(key) ?? none;
    const earned = (asked - before.asked) * this.budgetPermille;
    const owed = Math.max(0, before.owed - earned) + (hedged - before.hedged) * 1_000;
    this.debts.set(key, { owed, asked, hedged });
    if (owed <= this.reserve * 1_000) return null;
    const sentences = [
      `${who} has asked for ${hedged} of ${asked} calls of ${service} twice ${when(atUs)}.`,
      `That is ${(owed / 1_000).toFixed(1)} more than it has earned, at ${this.budgetPermille} ‰, and ${this.reserve} may be.`,
    ];
    return { atUs, sentences, ops: [] };
  }
}
