/**
 * Session guarantees of one key whose system tells no versions: linear in the operations.
 *
 * A value that is written once names its version. What a session sees or writes one after the other
 * grows older to newer, and a compare-and-set goes from the version just before its own. If these
 * facts of all sessions together form a cycle, no order of the versions explains them and at least one
 * guarantee is broken. Without a cycle there is an order in which all four hold. Of a value that was
 * written twice nobody can tell which version a read saw: it says nothing here.
 */
import type { Json } from '../../core/host.ts';
import { canonical, identity, numberOf } from '../canonical.ts';
import { isCompleted, type Op } from '../operations.ts';
import { CycleSearch } from '../transactions/graph/cycles.ts';
import { edge, Graph } from '../transactions/graph/graph.ts';
import { nameOp } from '../words.ts';
import type { SessionFault, Touch } from './touch.ts';

export interface ValuesResult {
  readonly fault: SessionFault | null;
  /** Why not every read could be told apart, in words; null: all could. */
  readonly doubt: string | null;
  /** All values that are told apart, in an order that explains every session; empty if none does. */
  readonly order: readonly Json[];
}

/** `touches` of one key in order of their calls. */
export function judgeValues(touches: readonly Touch[]): ValuesResult {
  const repeated = repeatedValues(touches);
  const order = new VersionOrder();
  const last = new Map<number, Touch>();
  for (const t of touches) {
    const isDone = isCompleted(t.op);
    if (repeated.has(identity(t.value)) || (t.isRead && !isDone)) continue;
    order.has(t.value);
    const before = last.get(t.op.process);
    if (before !== undefined) order.add(before.value, t.value, [before.op, t.op]);
    // What comes after a write of unknown fate need not come after its effect.
    if (isDone) last.set(t.op.process, t);
    if (t.isAbsent) order.begins(t.value);
    if (t.op.f !== 'cas' || !isDone) continue;
    const from = fromOf(t.op);
    if (!repeated.has(identity(from))) order.add(from, t.value, [t.op]);
  }
  const [doubt = null] = repeated.values();
  return { ...order.judge(), doubt };
}

function fromOf(cas: Op): Json {
  return (cas.input as readonly Json[])[0] ?? null;
}

/** By value: why it names no one version. */
function repeatedValues(touches: readonly Touch[]): ReadonlyMap<number | string, string> {
  const written = new Set<number | string>();
  const repeated = new Map<number | string, string>();
  for (const { op, isRead, value, isAbsent } of touches) {
    if (isRead) continue;
    const name = identity(value);
    // A compare-and-set that leaves what was there makes a second version of it.
    if (op.f === 'cas' && identity(fromOf(op)) === name) written.add(name);
    if (isAbsent) repeated.set(name, `${canonical(value)}, which was there before, was written`);
    else if (written.has(name)) repeated.set(name, `${canonical(value)} was written twice`);
    written.add(name);
  }
  return repeated;
}

/** Versions by their values, and which is known to be older than which. */
class VersionOrder {
  private readonly numbers = new Map<number | string, number>();
  private readonly values: Json[] = [];
  private readonly edges = new Map<number, Edge>();
  private initial: number | null = null;

  /** `from` is `to` or older. */
  add(from: Json, to: Json, why: readonly Op[]): void {
    this.connect(this.number(from), this.number(to), why);
  }

  has(value: Json): void {
    this.number(value);
  }

  begins(value: Json): void {
    this.initial = this.number(value);
  }

  judge(): Omit<ValuesResult, 'doubt'> {
    const { initial } = this;
    if (initial !== null) this.values.forEach((_, v) => this.connect(initial, v, []));
    const graph = this.graph();
    const order = graph.order(older);
    if (order.length < this.values.length) {
      return { fault: this.explain(this.shortCycle(graph)), order: [] };
    }
    return { fault: null, order: Array.from(order, (v) => this.values[v] ?? null) };
  }

  private number(value: Json): number {
    const found = numberOf(this.numbers, identity(value), this.numbers.size);
    this.values[found] = value;
    return found;
  }

  private connect(from: number, to: number, why: readonly Op[]): void {
    const name = from * valuesMax + to;
    if (from !== to && !this.edges.has(name)) this.edges.set(name, { from, to, why });
  }

  private graph(): Graph {
    const nodes = this.values.length;
    return new Graph(nodes, nodes, (link) => {
      for (const e of this.edges.values()) link(e.from, e.to, older);
    });
  }

  private shortCycle(graph: Graph): readonly Edge[] {
    const component = graph.components(older);
    const shape = { first: older, others: older, isApart: false, component };
    const rows = new CycleSearch(graph).shortest(shape)?.rows ?? [];
    const cycle = rows.map((from, i) => {
      const to = rows[(i + 1) % rows.length] ?? 0;
      return this.edges.get(from * valuesMax + to);
    });
    return cycle.filter((e) => e !== undefined);
  }

  private explain(cycle: readonly Edge[]): SessionFault {
    const ops = new Set(cycle.flatMap((e) => e.why));
    return {
      guarantee: null,
      ops: [...ops].sort((a, b) => a.call - b.call),
      sentences: [
        ...cycle.map((e) => this.sentence(e)),
        'No order of these versions explains all of that: a session went back.',
      ],
    };
  }

  private sentence(e: Edge): string {
    const [from, to] = [e.from, e.to].map((v) => canonical(this.values[v] ?? null));
    const [first, second] = e.why;
    if (first === undefined) return `${from} was there before ${to} was written.`;
    if (second === undefined) return `${nameOp(first)} put ${to} in the place of ${from}.`;
    return `${nameOp(first)} came before ${nameOp(second)} in one session, so ${from} is older than ${to}.`;
  }
}

/** One version is older than another: what says so, nothing for the initial one. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly why: readonly Op[];
}

const older = edge.process;

/** Versions of one key, so that two numbers make one. */
const valuesMax = 2 ** 26;
