/**
 * RESILIENCE: retries stay within their budget (R6), at each caller; so a chain multiplies by no more than
 * the product of theirs.
 *
 * A caller's budget is a bucket: each call that somebody wanted of it earns a part of a retry, and it saves
 * `reserve` of them at most. Its debt is what it used and has not earned again.
 */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Json,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { AttemptsObservation } from '../observations.ts';

interface Budget {
  readonly budgetPermille: number;
  readonly reserve: number;
}

/** That of the source; a run's own (`extra.retries`) goes before it. */
const usual: Budget = { budgetPermille: 100, reserve: 10 };

export function noAmplification(): Invariant {
  return monitored(
    {
      id: 'no-amplification',
      area: 'RESILIENCE',
      claim:
        'No caller sends more retries than its budget: a part of the calls that were wanted of it, and a reserve.',
      faultModel: 'any faults',
    },
    (program) => new BudgetMonitor(program),
  );
}

class BudgetMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly budget: Budget;
  /** Retries used and not earned again, by caller and service. */
  private readonly debts = new Map<NodeId, Map<string, number>>();
  private readonly sent = new Map<string, number>();
  private asked = 0;

  constructor(program: Program) {
    this.program = program;
    this.budget = budgetOf(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node' && e.change === 'started') this.debts.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'attempts') return null;
    return this.attempts(e.node, e.value, e.timeUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.sent.size === 0) return { undecided: 'nobody said how often it called' };
    const most = [...this.sent].reduce((a, b) => (b[1] > a[1] ? b : a));
    return `${this.asked} calls of clients came to ${most[1]} of ${most[0]}`;
  }

  private attempts(node: NodeId, a: AttemptsObservation, atUs: number): Explanation | null {
    const { service, asked, sent } = a;
    const { budgetPermille, reserve } = this.budget;
    if (node >= this.program.shape.nodes.length) this.asked += asked;
    this.sent.set(service, (this.sent.get(service) ?? 0) + sent);
    let own = this.debts.get(node);
    if (own === undefined) this.debts.set(node, (own = new Map<string, number>()));
    // In which order they came is not told: this is what it owes at least, whatever that was.
    const used = Math.max(0, sent - asked) - (asked * budgetPermille) / 1_000;
    const debt = Math.max(0, (own.get(service) ?? 0) + used);
    own.set(service, debt);
    if (debt <= reserve + 1e-6) return null;
    return {
      atUs,
      sentences: [
        `${nameNode(this.program, node)} sent ${sent} calls of ${service} for ${asked} that were wanted, shortly before ${when(atUs).replace('at ', '')}.`,
        `It owes ${debt.toFixed(1)} retries by then: every call earns ${budgetPermille / 1_000} of one, and ${reserve} may be owed.`,
      ],
      ops: [],
    };
  }
}

function budgetOf({ settings }: Program): Budget {
  const asked: Json | undefined = settings.extra['retries'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return usual;
  const { budgetPermille, reserve } = asked as Readonly<Record<string, Json>>;
  return {
    budgetPermille: typeof budgetPermille === 'number' ? budgetPermille : usual.budgetPermille,
    reserve: typeof reserve === 'number' ? reserve : usual.reserve,
  };
}
