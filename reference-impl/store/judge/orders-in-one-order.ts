/**
 * SAFETY: accepted requests are in one order, each once (R8): a book of orders, as every server keeps it.
 *
 * Over loads of writes below `config/orders/`, of which every server tells each that it applies.
 */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  ObservationEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { ConfigObservation } from '../../config-copy/observations.ts';

const book = 'config/orders/';

export function ordersInOneOrder(): Invariant {
  return monitored(
    {
      id: 'orders-in-one-order',
      area: 'SAFETY',
      claim:
        'Of a load of orders each that was accepted is in the book once, at the same place for all servers, and none that was refused.',
      faultModel: 'any faults of links, any pauses; crashes of any nodes with honest fsync',
    },
    (program) => new BookMonitor(program),
  );
}

interface Entry {
  readonly order: string;
  readonly node: NodeId;
  readonly timeUs: number;
}

class BookMonitor implements RunMonitor {
  private readonly program: Program;
  /** By revision, which is the place in the book; and by order. */
  private readonly entries = new Map<number, Entry>();
  private readonly places = new Map<string, number>();
  private readonly ops = new Set<number>();
  private readonly loads = { began: 0, ok: 0, fail: 0 };

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'load' && e.key.startsWith(book)) {
      this.ops.add(e.op);
      this.loads.began += e.began;
      this.loads.ok += e.ok;
      this.loads.fail += e.fail;
    }
    if (e.type !== 'observe' || e.value.kind !== 'config') return null;
    const isServer = this.program.shape.nodes[e.node]?.role === 'server';
    return isServer && e.value.key.startsWith(book) ? this.entered(e, e.value) : null;
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    const { began, ok, fail } = this.loads;
    const entered = this.places.size;
    if (ok === 0) return { undecided: 'no order was accepted' };
    if (entered >= ok && entered <= began - fail) {
      return `${entered} orders in one order, ${ok} of them told as accepted`;
    }
    return this.wrong(endUs, [
      `Clients sent ${began} orders and were told that ${ok} were accepted and ${fail} refused.`,
      `The books of all servers together hold ${entered}.`,
    ]);
  }

  private entered(
    { node, timeUs }: ObservationEvent,
    { key, value, revision }: ConfigObservation,
  ): Explanation | null {
    const order = `${value} of ${key.slice(book.length)}`;
    const before = this.entries.get(revision);
    if (before !== undefined && before.order !== order) {
      return this.wrong(timeUs, [
        `${this.who(before.node)} entered order ${before.order} at place ${revision} ${when(before.timeUs)}.`,
        `${this.who(node)} entered order ${order} there ${when(timeUs)}.`,
      ]);
    }
    this.entries.set(revision, before ?? { order, node, timeUs });
    const place = this.places.get(order) ?? revision;
    this.places.set(order, place);
    if (place === revision) return null;
    const first = this.entries.get(place);
    return this.wrong(timeUs, [
      `Order ${order} was entered at place ${place}${first === undefined ? '' : ` ${when(first.timeUs)}, by ${this.who(first.node)}`}.`,
      `${this.who(node)} entered it again at place ${revision} ${when(timeUs)}: one order, executed twice.`,
    ]);
  }

  private wrong(atUs: number, sentences: readonly string[]): Explanation {
    return { atUs, sentences: [...sentences], ops: [...this.ops] };
  }

  private who(node: NodeId): string {
    return nameNode(this.program, node);
  }
}
