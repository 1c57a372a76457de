/**
 * Crash and pause of nodes. Faults may overlap: a node is down while any crash is in force, and
 * stands still while it is up and any pause is.
 */
import { assert } from '../core/assert.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Deployment } from './deployment.ts';

interface NodeState {
  crashes: number;
  pauses: number;
  isDown: boolean;
  isPaused: boolean;
  /** Ends when all that was asked for so far is done. */
  work: Promise<void>;
}

export interface NodeHandsOptions {
  readonly deployment: Deployment;
  readonly record: (e: HistoryEvent) => void;
  /** Resolves when a node that is launched now has started, or given up. */
  readonly started: (node: NodeId) => Promise<void>;
  /** The node ended by itself, and has not been launched since. */
  readonly isGone: (node: NodeId) => boolean;
  /** The node can be spoken to again; after a restart its process is new and knows of nothing. */
  readonly onBack: (node: NodeId, isNew: boolean) => Promise<void>;
}

/** A node that has not started after this is left to itself: its crash is over, its start is late. */
const startMsMax = 5_000;

export class NodeHands {
  private readonly o: NodeHandsOptions;
  private readonly states = new Map<NodeId, NodeState>();

  constructor(options: NodeHandsOptions) {
    this.o = options;
  }

  /** A crash or pause of `node` begins; tells whether the process was up to feel it. */
  async begin(kind: 'crash' | 'pause', node: NodeId): Promise<boolean> {
    const s = this.state(node);
    let wasUp = false;
    await this.after(s, async () => {
      wasUp = !s.isDown && !this.o.isGone(node);
      if (kind === 'crash') s.crashes += 1;
      else s.pauses += 1;
      await this.reconcile(node, s);
    });
    return wasUp;
  }

  async end(kind: 'crash' | 'pause', node: NodeId): Promise<void> {
    const s = this.state(node);
    await this.after(s, async () => {
      if (kind === 'crash') s.crashes -= 1;
      else s.pauses -= 1;
      assert(s.crashes >= 0 && s.pauses >= 0, 'a fault ended twice', { node, kind });
      await this.reconcile(node, s);
    });
  }

  isReachable(node: NodeId): boolean {
    const s = this.states.get(node);
    return s?.isDown !== true && s?.isPaused !== true && !this.o.isGone(node);
  }

  private async reconcile(node: NodeId, s: NodeState): Promise<void> {
    const { deployment, record } = this.o;
    if (s.crashes > 0 && !s.isDown) {
      s.isDown = true;
      await deployment.crash(node);
      s.isPaused = false;
      record({ type: 'node', timeUs: deployment.trueUs(), node, change: 'crashed' });
    }
    if (s.crashes === 0 && s.isDown) {
      const started = this.o.started(node);
      await deployment.restart(node);
      await atMost(startMsMax, started);
      s.isDown = false;
      await this.o.onBack(node, true);
    }
    if (s.isDown) return;
    if (s.pauses > 0 && !s.isPaused) {
      s.isPaused = true;
      await deployment.pause(node);
    }
    if (s.pauses === 0 && s.isPaused) {
      await deployment.resume(node);
      s.isPaused = false;
      await this.o.onBack(node, false);
    }
  }

  private state(node: NodeId): NodeState {
    let s = this.states.get(node);
    if (s === undefined) {
      s = { crashes: 0, pauses: 0, isDown: false, isPaused: false, work: Promise.resolve() };
      this.states.set(node, s);
    }
    return s;
  }

  /** One thing at a time for one node, in the order asked. */
  private async after(s: NodeState, work: () => Promise<void>): Promise<void> {
    const mine = s.work.then(work);
    s.work = mine.catch(() => undefined);
    await mine;
  }
}

async function atMost(delayMs: number, work: Promise<void>): Promise<void> {
  let alarm: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    alarm = setTimeout(resolve, delayMs);
  });
  await Promise.race([work, late]);
  clearTimeout(alarm);
}
