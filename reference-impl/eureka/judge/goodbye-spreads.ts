/** DISCOVERY: who says goodbye to one peer is gone at all of them, long before its lease has ended (D6). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, Invariant, NodeId } from '../../../harness/spec.ts';
import type { Program, RunMonitor } from '../../../harness/spec.ts';
import { Peers } from './held.ts';

/** From one peer to another on a link without a fault, µs. */
const withinUs = 2_000_000;

/** A goodbye that one peer has heard, and those that have to hear of it. */
interface Goodbye {
  readonly by: NodeId;
  readonly instance: string;
  readonly atUs: number;
  readonly owing: Set<NodeId>;
}

export function goodbyeSpreads(): Invariant {
  return monitored(
    {
      id: 'goodbye-spreads',
      area: 'DISCOVERY',
      claim: 'An instance that says goodbye to one peer is off the lists of all within 2 s.',
      faultModel: 'any faults; of peers that run and that no fault is on',
    },
    (program) => new GoodbyeMonitor(program),
  );
}

class GoodbyeMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly peers: Peers;
  private readonly faulty = new Map<number, readonly NodeId[]>();
  private goodbyes: Goodbye[] = [];
  private heard = 0;

  constructor(program: Program) {
    this.program = program;
    this.peers = new Peers(program);
  }

  event(e: HistoryEvent): Explanation | null {
    const late = this.late(e.timeUs);
    if (late !== null) return late;
    if (e.type === 'fault') this.fault(e.fault, e.phase === 'begin' ? e.nodes : null);
    if (e.type === 'node') this.gone(e.node);
    if (e.type === 'observe' && e.value.kind === 'eureka-lease') {
      const { change, instance } = e.value;
      if (change === 'cancelled') this.goodbye(e.node, instance, e.timeUs);
      // It is off this list, or has come back.
      else if (change === 'evicted') this.settle(e.node, instance);
      else if (change === 'registered') this.forget(instance);
    }
    this.peers.take(e);
    return null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.heard === 0) return { undecided: 'no peer heard of a goodbye from another' };
    return `${this.heard} goodbyes heard of from another peer`;
  }

  private late(nowUs: number): Explanation | null {
    for (const { by, instance, atUs, owing } of this.goodbyes) {
      const [node] = owing;
      if (nowUs - atUs <= withinUs || node === undefined) continue;
      const [one, other] = [nameNode(this.program, by), nameNode(this.program, node)];
      return {
        atUs: nowUs,
        sentences: [
          `${instance} said goodbye to ${one} ${when(atUs)}.`,
          `2 s later ${other} still names it, and nothing was wrong with either of them.`,
        ],
        ops: [],
      };
    }
    return null;
  }

  private goodbye(node: NodeId, instance: string, atUs: number): void {
    const known = this.goodbyes.find((g) => g.instance === instance);
    if (known?.owing.has(node) === true) this.heard += 1;
    this.settle(node, instance);
    if (known !== undefined) return;
    const others = [...this.peers.of].filter(([n, p]) => n !== node && p.seenUs.has(instance));
    const owing = new Set(others.map(([n]) => n).filter((n) => !this.isFaulty(node, n)));
    this.goodbyes.push({ by: node, instance, atUs, owing });
  }

  private isFaulty(one: NodeId, other: NodeId): boolean {
    return [...this.faulty.values()].some((nodes) => nodes.includes(one) || nodes.includes(other));
  }

  private fault(id: number, nodes: readonly NodeId[] | null): void {
    if (nodes === null) this.faulty.delete(id);
    else this.faulty.set(id, nodes);
    for (const { by, owing } of this.goodbyes) {
      for (const n of owing) if (this.isFaulty(by, n)) owing.delete(n);
    }
  }

  private gone(node: NodeId): void {
    this.goodbyes = this.goodbyes.filter((g) => g.by !== node);
    for (const { owing } of this.goodbyes) owing.delete(node);
  }

  private settle(node: NodeId, instance: string): void {
    for (const g of this.goodbyes) if (g.instance === instance) g.owing.delete(node);
  }

  private forget(instance: string): void {
    this.goodbyes = this.goodbyes.filter((g) => g.instance !== instance);
  }
}
