/** CONSISTENCY: a key that travels by gossip is set and read at any node that is up, whatever it is cut off from (C4). */
import {
  formatDuration,
  isOperation,
  monitored,
  nameNode,
  secondsUs,
  when,
} from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  OperationEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { pathsOf } from './paths.ts';

const claim =
  'A change or a read of a configuration key that travels by gossip is answered within 1 s by a node that is up, whatever it is cut off from.';

export function gossipKeysTaken(boundUs = secondsUs(1)): Invariant {
  return monitored(
    {
      id: 'gossip-keys-taken',
      area: 'CONSISTENCY',
      claim,
      faultModel:
        'crashes, and cuts that leave a client with the node that it asks; no other faults',
    },
    (program) => new Taken(program, boundUs),
  );
}

class Taken implements RunMonitor {
  private readonly program: Program;
  private readonly pathOf: ReturnType<typeof pathsOf>;
  private readonly boundUs: number;
  /** By operation, those that are open, in the order of their calls. */
  private readonly open = new Map<number, { readonly e: OperationEvent; readonly at: NodeId }>();
  private readonly up = new Set<NodeId>();
  private stalledUs = 0;
  private answered = 0;

  constructor(program: Program, boundUs: number) {
    this.program = program;
    this.pathOf = pathsOf(program);
    this.boundUs = boundUs;
  }

  event(e: HistoryEvent): Explanation | null {
    const late = this.overdue(e.timeUs);
    if (late !== null) return late;
    if (e.type === 'stall') this.stalledUs += e.lateUs;
    if (e.type === 'node') this.process(e.node, e.change === 'started');
    if (isOperation(e)) this.operation(e);
    return null;
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    const late = this.overdue(endUs);
    if (late !== null) return late;
    if (this.pathOf === null) return { undecided: 'the story chooses no paths' };
    if (this.answered === 0) return { undecided: 'no key that travels by gossip was asked about' };
    return `${this.answered} operations on keys that travel by gossip, each answered in time`;
  }

  private process(node: NodeId, isUp: boolean): void {
    if (isUp) this.up.add(node);
    else this.up.delete(node);
    // Whoever was asked, or was starting, owes no answer to what was on its way.
    for (const [op, { at }] of this.open) if (at === node) this.open.delete(op);
  }

  private operation(e: OperationEvent): void {
    const isAbout = e.f === 'put-config' || e.f === 'get-config';
    if (!isAbout || this.pathOf?.(e.key) !== 'gossip') return;
    if (e.type === 'invoke') {
      const { at } = e.value as { readonly at?: unknown };
      if (typeof at === 'number' && this.up.has(at)) this.open.set(e.op, { e, at });
    } else if (e.type === 'ok' && this.open.delete(e.op)) this.answered += 1;
  }

  private overdue(nowUs: number): Explanation | null {
    for (const { e, at } of this.open.values()) {
      const dueUs = e.timeUs + this.boundUs + this.stalledUs;
      if (nowUs <= dueUs) return null;
      const who = nameNode(this.program, at);
      return {
        atUs: dueUs,
        sentences: [
          `Process ${e.process} asked ${who} for ${e.f} of ${e.key} ${when(e.timeUs)}, and ${who} was up.`,
          `It had no answer ${formatDuration(dueUs - e.timeUs)} later.`,
        ],
        ops: [e.op],
      };
    }
    return null;
  }
}
