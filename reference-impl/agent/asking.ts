/**
 * What a workload asks of a lane: one node of it gets the question, and its answer, or none in time, is
 * the outcome. A lane without a client part of its own needs no more than this.
 */
import type { Call, Lane, Msg, NodeId } from '../../harness/core/host.ts';
import type { NodeConfig, Outcome } from '../../harness/core/system.ts';
import { lanes } from '../lanes.ts';
import { never } from './handler-context.ts';
import type { HandlerContext } from './handler-context.ts';
import type { Part } from './part.ts';
import type { Answered, Ask } from './wire.ts';

interface Open {
  readonly to: NodeId;
  readonly endsUs: number;
  readonly done: (o: Outcome) => void;
}

export class Asking implements Part {
  private readonly io: HandlerContext;
  private readonly deadlineUs: number;
  private readonly open = new Map<number, Open>();
  private lastId = 0;

  constructor(io: HandlerContext, { settings }: NodeConfig) {
    this.io = io;
    this.deadlineUs = settings.deadlineUs;
  }

  ask(to: NodeId, lane: Lane, { f, key, value }: Call, done: (o: Outcome) => void): void {
    this.lastId += 1;
    const endsUs = this.io.nowUs + this.deadlineUs;
    this.open.set(this.lastId, { to, endsUs, done });
    const m: Ask = { kind: 'ask', id: this.lastId, replyLane: lanes.agent, f, key, value };
    this.io.send(to, m, lane);
    this.io.wakeBy(endsUs);
  }

  answered(from: NodeId, m: Msg): void {
    const { id, outcome } = m as Answered;
    const o = this.open.get(id);
    // Of a repeated datagram, of an earlier process, or too late.
    if (o === undefined || o.to !== from) return;
    this.open.delete(id);
    o.done({ ...outcome, node: from });
  }

  tick(): number {
    let nextUs = never;
    for (const [id, o] of this.open) {
      if (this.io.nowUs < o.endsUs) nextUs = Math.min(nextUs, o.endsUs);
      else {
        this.open.delete(id);
        o.done({ type: 'info', error: 'no answer in time' });
      }
    }
    return nextUs;
  }
}
