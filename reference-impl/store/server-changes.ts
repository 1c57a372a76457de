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
    if (op.f === 'hand-over') return saidOf(raft.handOver(op.to, w, fx));
    // Before it begins: it may end at once, and who waits then is told by that.
    if (!this.waiting.some(isAgain)) this.waiting.push(asked);
    const begun = raft.change(op.add, op.remove, w, fx);
    if (begun !== 'begun') this.waiting = this.waiting.filter((a) => a !== asked);
    return saidOf(begun);
  }

  /** All who wait, once: the change has ended, or this node leads no more. */
  take(): readonly Asked[] {
    return this.waiting.splice(0);
  }
}

/** What to say at once. Whom this one hands over to says that it is done, when it is asked again. */
function saidOf(begun: ReturnType<Raft['change']>): 'done' | StoreError | null {
  if (begun === 'done') return 'done';
  if (begun === 'begun') return null;
  return begun === 'busy' ? { code: 'busy' } : { code: 'bad-request', reason: begun.problem };
}
