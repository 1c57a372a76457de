/** Processes that stand still and run in turn: a pause again and again, seen as each pause is. */
import type { NodeId } from '../core/host.ts';
import type { Turns } from '../faults/ports.ts';
import type { FaultAccess, MeasuredInjection } from './fault-access.ts';
import type { NodeLifecycle } from './node-lifecycle.ts';

/** Or the reason why they may not be made to. */
export function throttleNodes(
  nodes: readonly NodeId[],
  turns: Turns,
  access: FaultAccess,
): MeasuredInjection | string {
  const release = access.reserve('pause', nodes);
  if (typeof release === 'string') return release;
  let isEffective = false;
  let denied: string | null = null;
  let notOver: string | null = null;
  const onEffect = (): void => {
    isEffective = true;
  };
  const throttles = nodes.map((node) => new Throttle(node, turns, access.nodes, onEffect));
  return {
    async begin() {
      await Promise.all(throttles.map((t) => t.begin()));
    },
    async end() {
      // Each is given its chance, whatever becomes of the others.
      const ended = await Promise.allSettled(throttles.map((t) => t.end()));
      release();
      const failed = ended.find((r) => r.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      notOver = access.nodes.whatIsNotOver(nodes);
    },
    isEffective() {
      denied = isEffective ? null : (denied ?? access.nodes.whatDenied(nodes));
      return Promise.resolve(isEffective);
    },
    whyNot: () => denied ?? 'no process was up that it could meet',
    notOver: () => notOver,
  };
}

class Throttle {
  private readonly node: NodeId;
  private readonly turns: Turns;
  private readonly lifecycle: NodeLifecycle;
  private readonly onEffect: () => void;
  private going: Promise<void> = Promise.resolve();
  private isOver = false;
  private wake: () => void = () => undefined;

  constructor(node: NodeId, turns: Turns, lifecycle: NodeLifecycle, onEffect: () => void) {
    this.node = node;
    this.turns = turns;
    this.lifecycle = lifecycle;
    this.onEffect = onEffect;
  }

  /** Resolves when it stands still for the first time. */
  async begin(): Promise<void> {
    await this.lifecycle.begin('pause', this.node, this.onEffect);
    this.going = this.goOn();
    // It is asked for at the end.
    this.going.catch(() => undefined);
  }

  /** It runs for good, unless another fault forbids it. */
  async end(): Promise<void> {
    this.isOver = true;
    this.wake();
    await this.going.catch(() => undefined);
    await this.lifecycle.end('pause', this.node, this.onEffect);
    await this.going;
  }

  private async goOn(): Promise<void> {
    for (;;) {
      await this.sleep(this.turns.restUs);
      if (this.isOver) return;
      await this.lifecycle.end('pause', this.node, this.onEffect);
      await this.sleep(this.turns.runUs);
      if (this.isOver) return;
      await this.lifecycle.begin('pause', this.node, this.onEffect);
    }
  }

  private sleep(us: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const alarm = setTimeout(resolve, us / 1_000);
      this.wake = () => {
        clearTimeout(alarm);
        resolve();
      };
    });
  }
}
