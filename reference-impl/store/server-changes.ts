/** What is asked of the servers as such, and who waits for its end. Only while this node leads. */
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import type { Raft } from '../consensus/raft.ts';
import type { StoreError } from './answered.ts';
import type { ServersOp } from './asked.ts';
import type { StoreRequest } from './protocol.ts';

/** A request that is not answered yet. */
export interface Asked {
  readonly client: NodeId;
  readonly m: StoreRequest;
}

/** Those who ask for the same change at once; more are turned away. */
const waitingMax = 64;

export class ServerChanges {
  private waiting: Asked[] = [];

  /** What to answer now; null: later, when the change has ended. */
  ask(raft: Raft, asked: Asked, op: ServersOp, w: World, fx: Effects): 'done' | StoreError | null {
    const { client, m } = asked;
    const isAgain = (a: Asked): boolean =>
      a.client === client && a.m.session === m.session && a.m.id === m.id;
    if (!this.waiting.some(isAgain) && this.waiting.length >= waitingMax) return { code: 'busy' };
    const begun =
      op.f === 'hand-over' ? raft.handOver(op.to, w, fx) : raft.change(op.add, op.remove, w, fx);
    if (begun === 'done') return 'done';
    if (begun === 'busy') return { code: 'busy' };
    if (typeof begun === 'object') return { code: 'bad-request', reason: begun.problem };
    // Whom this one handed over to says that it is done, when it is asked again.
    if (op.f !== 'hand-over' && !this.waiting.some(isAgain)) this.waiting.push(asked);
    return null;
  }

  /** All who wait, once: the change has ended, or this node leads no more. */
  take(): readonly Asked[] {
    return this.waiting.splice(0);
  }
}
