/** Crash, stop and pause of nodes: makes each process what the faults in force make of it (`overlap.ts`). */
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import { processState } from '../faults/overlap.ts';
import type { ProcessState } from '../faults/overlap.ts';
import type { Deployment } from './deployment.ts';

/** What can be done to the process of a node. */
export type ProcessFault = 'crash' | 'stop' | 'pause';

interface NodeState {
  /** Those in force, each by whom it is to tell that it met a process. */
  readonly crash: Set<() => void>;
  readonly stop: Set<() => void>;
  readonly pause: Set<() => void>;
  isDown: boolean;
  isPaused: boolean;
  /** It says goodbye. */
  isStopping: boolean;
  /** Upgrades in force, of which the last counts, and what it was started as. */
  readonly upgrades: Upgrade[];
  runsAs: string | null;
  /** What its process is although a fault, or the end of one, made it something else; null: nothing is wrong. */
  denied: string | null;
  /** Ends when all that was asked for so far is done. */
  work: Promise<void>;
}

/** Told apart by identity. */
export interface Upgrade {
  readonly version: string;
}

export interface NodeLifecycleOptions {
  readonly deployment: Deployment;
  readonly record: (e: HistoryEvent) => void;
  /** Resolves when a node that is launched now has started, or given up. */
  readonly started: (node: NodeId) => Promise<void>;
  /** The node ended by itself, and has not been launched since. */
  readonly isGone: (node: NodeId) => boolean;
  /** The node can be spoken to again; after a restart its process is new and knows of nothing. */
  readonly onBack: (node: NodeId, isNew: boolean) => Promise<void>;
  /** Nobody needs nodes that are down any more: they go with the run, which is broken off. */
  readonly leaveDown: AbortSignal;
}

/** So often and so long after one another it is looked whether a process is what it was made. */
const looks = 100;
const lookMs = 5;
/** So often and so long after one another it is asked whether an end was told. */
const tellTries = 60;
const tellMs = 50;
/** A node that has not started after this is left to itself: its crash is over, its start is late. */
const startMsMax = 5_000;

export class NodeLifecycle {
  private readonly o: NodeLifecycleOptions;
  private readonly states = new Map<NodeId, NodeState>();

  constructor(options: NodeLifecycleOptions) {
    this.o = options;
  }

  /** One of `node` begins; `onEffect` is told when it meets a process that is up. */
  async begin(kind: ProcessFault, node: NodeId, onEffect: () => void): Promise<void> {
    const s = this.state(node);
    // A goodbye is cut short, not waited for.
    if (kind === 'crash' && s.isStopping) await this.o.deployment.crash(node);
    await this.after(s, async () => {
      const wasUp = !s.isDown && !this.o.isGone(node);
      s[kind].add(onEffect);
      await this.reconcile(node, s);
      if (wasUp && s.denied === null) onEffect();
    });
  }

  /** Ends what began with the same `onEffect`. */
  async end(kind: ProcessFault, node: NodeId, onEffect: () => void): Promise<void> {
    const s = this.state(node);
    if (kind === 'stop' && s.isStopping) await this.o.deployment.crash(node);
    await this.after(s, async () => {
      s[kind].delete(onEffect);
      await this.reconcile(node, s);
    });
  }

  /** Stops it, where it is up and another version, and starts it from its disk. */
  async upgrade(node: NodeId, upgrade: Upgrade): Promise<void> {
    const s = this.state(node);
    await this.after(s, async () => {
      s.upgrades.push(upgrade);
      await this.reconcile(node, s);
    });
  }

  /** The same for what it was before; one that ended by itself is started, too. */
  async takeBack(node: NodeId, upgrade: Upgrade): Promise<void> {
    const s = this.state(node);
    await this.after(s, async () => {
      s.upgrades.splice(s.upgrades.indexOf(upgrade), 1);
      await this.reconcile(node, s);
    });
    await this.revive(node);
  }

  /** What upgrades make of it; null: what the run began with. */
  versionOf(node: NodeId): string | null {
    return this.state(node).upgrades.at(-1)?.version ?? null;
  }

  isReachable(node: NodeId): boolean {
    const s = this.states.get(node);
    return s?.isDown !== true && s?.isPaused !== true && !this.o.isGone(node);
  }

  /** It ended by itself, and nothing that was done to it since then. */
  endedItself(node: NodeId): boolean {
    return this.o.isGone(node);
  }

  /** Waits until it is told of an end that the machine knows of already. */
  async untilTold(node: NodeId, hurry: AbortSignal): Promise<void> {
    const { deployment, isGone } = this.o;
    if (this.state(node).isDown || deployment.standing === undefined) return;
    for (let tries = 0; tries < tellTries && !isGone(node) && !hurry.aborted; tries++) {
      if ((await deployment.standing(node).catch(() => null)) !== 'down') return;
      await new Promise((wake) => setTimeout(wake, tellMs));
    }
  }

  /** Starts a node that ended by itself, unless a crash keeps it down. */
  async revive(node: NodeId): Promise<void> {
    const s = this.state(node);
    await this.after(s, async () => {
      if (s.isDown || !this.o.isGone(node) || this.o.leaveDown.aborted) return;
      await this.start(node);
      await this.o.onBack(node, true);
      await this.reconcile(node, s);
    });
  }

  /** What a process was seen to be against what was done to it; null: all is as it was told. */
  whatDenied(nodes: readonly NodeId[]): string | null {
    return (
      nodes.map((node) => this.states.get(node)?.denied ?? null).find((d) => d !== null) ?? null
    );
  }

  /** The same of those that no pause is in force at: what they are still made to be, or null. */
  whatIsNotOver(nodes: readonly NodeId[]): string | null {
    return this.whatDenied(nodes.filter((node) => this.state(node).pause.size === 0));
  }

  private async reconcile(node: NodeId, s: NodeState): Promise<void> {
    const { deployment } = this.o;
    const wanted = processState(s.crash.size + s.stop.size, s.pause.size);
    if (wanted === 'down' && !s.isDown) await this.takeDown(node, s);
    const isOther = s.runsAs !== this.versionOf(node);
    if (wanted !== 'down' && !s.isDown && isOther && !this.o.isGone(node)) {
      if (this.o.leaveDown.aborted) return;
      await this.takeDown(node, s);
    }
    if (wanted !== 'down' && s.isDown) {
      if (this.o.leaveDown.aborted) return;
      await this.start(node);
      s.isDown = false;
      await this.o.onBack(node, true);
    }
    // Who ended by itself can neither be stopped nor let go.
    if (this.o.isGone(node)) return;
    if (wanted === 'stands still' && !s.isPaused) {
      s.isPaused = true;
      await deployment.pause(node);
      await this.confirm(node, s, 'stands still');
      if (s.denied === null) for (const onEffect of s.pause) onEffect();
    }
    if (wanted === 'runs' && s.isPaused) {
      await deployment.resume(node);
      await this.confirm(node, s, 'runs');
      s.isPaused = false;
      await this.o.onBack(node, false);
    }
  }

  private async takeDown(node: NodeId, s: NodeState): Promise<void> {
    const { deployment, record } = this.o;
    s.isDown = true;
    const change = s.crash.size > 0 || s.isPaused ? 'crashed' : 'stopped';
    if (change === 'crashed') await deployment.crash(node);
    else await this.stop(node, s);
    await this.confirm(node, s, 'down');
    s.isPaused = false;
    record({ type: 'node', timeUs: deployment.trueUs(), node, change });
  }

  private async start(node: NodeId): Promise<void> {
    const started = this.o.started(node);
    const version = this.versionOf(node);
    this.state(node).runsAs = version;
    await this.o.deployment.restart(node, version);
    await atMost(startMsMax, Promise.race([started, aborted(this.o.leaveDown)]));
  }

  /** Looks whether its process is what it was made; where nobody tells, it is believed. */
  private async confirm(node: NodeId, s: NodeState, wanted: ProcessState): Promise<void> {
    s.denied = null;
    const { deployment } = this.o;
    if (deployment.standing === undefined) return;
    for (let tries = 0; ; tries++) {
      const is = await deployment.standing(node).catch(() => null);
      if (is === null || is === wanted || this.o.isGone(node)) return;
      if (tries === looks) {
        s.denied = `its process is not as it was made: it ${is}`;
        return;
      }
      await new Promise((wake) => setTimeout(wake, lookMs));
    }
  }

  private async stop(node: NodeId, s: NodeState): Promise<void> {
    s.isStopping = true;
    try {
      await this.o.deployment.shutDown?.(node);
    } finally {
      s.isStopping = false;
    }
  }

  private state(node: NodeId): NodeState {
    let s = this.states.get(node);
    if (s === undefined) {
      s = {
        crash: new Set(),
        stop: new Set(),
        pause: new Set(),
        isDown: false,
        isPaused: false,
        isStopping: false,
        upgrades: [],
        runsAs: null,
        denied: null,
        work: Promise.resolve(),
      };
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
