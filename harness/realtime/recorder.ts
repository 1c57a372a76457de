/** Collects the events of a run as they arrive, tells when the cluster is ready or the run is lost. */
import { HarnessError } from '../core/errors.ts';
import type { History, HistoryEvent, NodeEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import { nodeCount } from '../core/program.ts';
import type { Shape } from '../core/program.ts';
import type { Readiness } from '../core/system.ts';
import { RoleBook } from '../faults/resolve.ts';
import type { Sink } from './deployment.ts';
import { hostName } from './link-names.ts';

export interface RecorderOptions {
  readonly shape: Shape;
  readonly trueUs: () => number;
  /** Null: ready once every node has started. */
  readonly readiness: Readiness | null;
  readonly onEvent: (e: HistoryEvent) => void;
  /** Unless false; see `RunOptions`. */
  readonly isHistoryKept?: boolean | undefined;
}

export class Recorder implements Sink {
  readonly roles: RoleBook;
  /** Resolves to the instant at which the cluster was ready. */
  readonly ready: Promise<number>;
  /** Rejects when the run cannot go on. */
  readonly broken: Promise<never>;
  private readonly o: RecorderOptions;
  private readonly events: HistoryEvent[] = [];
  private readonly readiness: Readiness;
  private resolveReady: (atUs: number) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;
  /** Nodes that ended by themselves and have not started since. */
  private readonly gone = new Set<NodeId>();
  private isReady = false;
  private readonly waiting = new Map<NodeId, (() => void)[]>();

  constructor(options: RecorderOptions) {
    this.o = options;
    this.roles = new RoleBook(options.shape);
    this.readiness = options.readiness ?? allStarted(options.shape);
    this.ready = new Promise((resolve) => {
      this.resolveReady = resolve;
    });
    this.broken = new Promise((_, reject) => {
      this.reject = reject;
    });
    // Whoever runs the timeline races it; when nobody does any more, it must not crash the process.
    this.broken.catch(() => undefined);
  }

  event(e: HistoryEvent): void {
    if (this.o.isHistoryKept !== false) this.events.push(e);
    this.roles.event(e);
    this.o.onEvent(e);
    if (e.type === 'node') this.changed(e);
    if (this.isReady || !this.readiness.event(e)) return;
    this.isReady = true;
    this.resolveReady(this.o.trueUs());
  }

  exited(node: NodeId, reason: string): void {
    this.event({ type: 'node', timeUs: this.o.trueUs(), node, change: 'failed', reason });
    if (this.isReady) return;
    const name = hostName(this.o.shape, node);
    this.failed(
      new HarnessError(
        'E_NOT_READY',
        `${name} ended before the cluster was ready: ${reason}. Mend what it says and run again.`,
      ),
    );
  }

  failed(error: Error): void {
    this.reject(error);
  }

  isGone(node: NodeId): boolean {
    return this.gone.has(node);
  }

  /** Resolves when `node` says that it has started, or ended in the attempt. */
  nextStart(node: NodeId): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.set(node, [...(this.waiting.get(node) ?? []), resolve]);
    });
  }

  /** What happened up to `endUs`, in order of true time. */
  history(readyUs: number, endUs: number): History {
    const events = this.events.filter((e) => e.timeUs <= endUs);
    // Outputs of different nodes arrive in any order; the sort is stable, so each keeps its own.
    events.sort((a, b) => a.timeUs - b.timeUs);
    return { events, readyUs, endUs };
  }

  private changed({ node, change }: NodeEvent): void {
    if (change === 'failed') this.gone.add(node);
    else this.gone.delete(node);
    if (change === 'crashed') return;
    for (const resolve of this.waiting.get(node) ?? []) resolve();
    this.waiting.delete(node);
  }
}

function allStarted(shape: Shape): Readiness {
  const missing = new Set(Array.from({ length: nodeCount(shape) }, (_, id) => id));
  return {
    event(e) {
      if (e.type === 'node' && e.change === 'started') missing.delete(e.node);
      return missing.size === 0;
    },
  };
}
