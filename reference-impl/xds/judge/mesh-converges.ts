/** DISCOVERY: in quiet times every proxy has what is planned, soon (D8). */
import { formatDuration, monitored, nameNode, secondsUs, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { XdsPlannedObservation } from '../observations.ts';
import { AtProxies, namesOf } from './at-proxies.ts';

export interface ConvergenceBound {
  /** After the last plan of any control plane, µs. */
  readonly boundUs: number;
  /** After the last fault, µs: dead streams are noticed, opened again and served. */
  readonly settleUs: number;
}

const usual: ConvergenceBound = { boundUs: secondsUs(2), settleUs: secondsUs(12) };

export function meshConverges(bound: ConvergenceBound = usual): Invariant {
  return monitored(
    {
      id: 'mesh-converges',
      area: 'DISCOVERY',
      claim:
        'Within a bound after the last change every proxy has each resource as it is planned, or has refused it.',
      faultModel: 'judged in quiet times: a while after the last fault; stalls count as faults',
    },
    (program) => new ConvergenceMonitor(program, bound),
  );
}

class ConvergenceMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly p: ConvergenceBound;
  private readonly proxies = new AtProxies();
  private readonly refused = new Map<NodeId, Set<string>>();
  private readonly plans = new Map<NodeId, XdsPlannedObservation>();
  private readonly faults = new Set<number>();
  private plannedUs = 0;
  private troubleUs = 0;
  private judged = 0;
  private isJudged = false;

  constructor(program: Program, bound: ConvergenceBound) {
    this.program = program;
    this.p = bound;
  }

  event(e: HistoryEvent): Explanation | null {
    const wrong = this.look(e.timeUs);
    this.proxies.take(e);
    if (e.type === 'fault') this.fault(e);
    if (e.type === 'stall') this.troubleUs = e.timeUs;
    if (e.type === 'node') {
      this.plans.delete(e.node);
      this.refused.delete(e.node);
      this.trouble(e.timeUs);
    }
    if (e.type !== 'observe') return wrong;
    if (e.value.kind === 'xds-planned') {
      this.plans.set(e.node, e.value);
      this.plannedUs = e.timeUs;
      this.isJudged = false;
    }
    if (e.value.kind === 'xds-refused') {
      const known = this.refused.get(e.node) ?? new Set();
      this.refused.set(e.node, known);
      for (const r of e.value.resources) known.add(r);
    }
    return wrong;
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    const wrong = this.look(endUs);
    if (wrong !== null) return wrong;
    if (this.judged === 0) return { undecided: 'no quiet time was long enough' };
    return `${this.judged} proxies, each in a quiet time`;
  }

  private fault(e: HistoryEvent & { readonly type: 'fault' }): void {
    if (e.phase === 'begin') this.faults.add(e.fault);
    else if (e.phase !== 'effective') this.faults.delete(e.fault);
    this.trouble(e.timeUs);
  }

  private trouble(timeUs: number): void {
    this.troubleUs = timeUs;
    this.isJudged = false;
  }

  /** Once in each quiet time. */
  private look(nowUs: number): Explanation | null {
    const quietUs = Math.max(this.plannedUs + this.p.boundUs, this.troubleUs + this.p.settleUs);
    if (this.isJudged || this.faults.size > 0 || nowUs < quietUs) return null;
    this.isJudged = true;
    const plans = [...this.plans.values()];
    for (const node of this.proxies.nodes()) {
      this.judged += 1;
      // Control planes may differ for a moment only: one that any of them has will do.
      const found = plans.map((plan) => this.missing(node, plan));
      const [first = null] = found;
      if (first === null || found.includes(null)) continue;
      return {
        atUs: nowUs,
        sentences: [
          `The proxy of ${nameNode(this.program, node)} has not got ${first}.`,
          `The last change was planned ${when(this.plannedUs)}; proxies have ${formatDuration(this.p.boundUs)} for it.`,
        ],
        ops: [],
      };
    }
    return null;
  }

  private missing(node: NodeId, plan: XdsPlannedObservation): string | null {
    const { held } = this.proxies.of(node);
    const refused = this.refused.get(node) ?? new Set();
    const clusters = namesOf(held.cds);
    // Of services whose listener it has, the route is due as well.
    const routes = new Set([...namesOf(held.rds), ...namesOf(held.lds)]);
    // A route to a cluster that was refused has nowhere to lead.
    const isWhole = !plan.cds.some((r) => refused.has(r));
    const due = [
      ...plan.cds.map((r) => ['cds', r] as const),
      ...plan.eds.filter((r) => clusters.has(nameIn(r))).map((r) => ['eds', r] as const),
      ...plan.rds.filter((r) => isWhole && routes.has(nameIn(r))).map((r) => ['rds', r] as const),
    ];
    const late = due.find(([type, r]) => !held[type].includes(r) && !refused.has(r));
    return late === undefined ? null : late.join(' ');
  }
}

function nameIn(resource: string): string {
  return resource.replace(/@[^@]*$/, '');
}
