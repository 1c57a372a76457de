/** Keeps a cluster up: waits until it answers and somebody leads, starts dead nodes again. */
import { HarnessError } from '../../core/errors.ts';
import type { NodeId } from '../../core/host.ts';
import type { Sink } from '../../realtime/deployment.ts';

export interface SupervisorOptions {
  readonly names: readonly string[];
  readonly isRestarted: boolean;
  readonly restart: (node: NodeId) => Promise<void>;
  readonly tell: (what: NodeChange) => void;
}

export interface NodeChange {
  readonly node: string;
  readonly change: 'ended' | 'started';
  readonly reason: string | null;
}

const readyMsMax = 60_000;
const askEveryMs = 200;
const askMsMax = 2_000;
/** Before a dead node is started again: longer each time, and short again once it lived that long. */
const waitMsMin = 1_000;
const waitMsMax = 30_000;
const soundMs = 60_000;

interface Health {
  readonly isReady: boolean;
  readonly role: string | null;
}

export class Supervisor implements Sink {
  private readonly o: SupervisorOptions;
  private readonly waits = new Map<NodeId, { ms: number; startedMs: number }>();
  private readonly alarms = new Set<NodeJS.Timeout>();
  private isUp = false;
  private isStopped = false;
  private lose: (error: Error) => void = () => undefined;
  private readonly lost: Promise<never>;

  constructor(options: SupervisorOptions) {
    this.o = options;
    this.lost = new Promise((_, reject) => {
      this.lose = reject;
    });
    this.lost.catch(() => undefined);
  }

  /** Nobody judges what nodes observe here: it is dropped, however long the cluster is up. */
  event(): void {
    return undefined;
  }

  exited(node: NodeId, reason: string): void {
    const name = this.o.names[node] ?? `node ${node}`;
    if (this.isStopped) return;
    if (!this.isUp) {
      this.failed(
        new HarnessError(
          'E_NOT_READY',
          `${name} ended before the cluster was ready: ${reason}. Mend what it says and run again.`,
        ),
      );
      return;
    }
    if (!this.o.isRestarted) {
      this.o.tell({ node: name, change: 'ended', reason });
      return;
    }
    const waitMs = this.waitOf(node);
    const when = `${reason}; it is started again in ${waitMs / 1_000} s`;
    this.o.tell({ node: name, change: 'ended', reason: when });
    this.later(waitMs, () => void this.startAgain(node, name));
  }

  failed(error: Error): void {
    this.lose(error);
  }

  /** Resolves to the node that leads once every node answers and is ready. Throws E_NOT_READY. */
  async ready(urls: readonly string[], signal: AbortSignal): Promise<NodeId | null> {
    const leader = await Promise.race([this.answers(urls, signal), this.lost, aborted(signal)]);
    this.isUp = true;
    return leader;
  }

  /** Rejects when the signal comes, or the cluster cannot be kept up. */
  untilLost(signal: AbortSignal): Promise<never> {
    return Promise.race([this.lost, aborted(signal)]);
  }

  stop(): void {
    this.isStopped = true;
    for (const alarm of this.alarms) clearTimeout(alarm);
  }

  private async answers(urls: readonly string[], signal: AbortSignal): Promise<NodeId | null> {
    const untilMs = performance.now() + readyMsMax;
    while (performance.now() < untilMs && !signal.aborted && !this.isStopped) {
      const all = await Promise.all(urls.map(healthOf));
      if (all.every((h) => h?.isReady === true)) {
        const leader = all.findIndex((h) => h?.role === 'leader');
        return leader < 0 ? null : leader;
      }
      await new Promise((wake) => setTimeout(wake, askEveryMs));
    }
    throw new HarnessError(
      'E_NOT_READY',
      `not every node answers and sees a leader after ${readyMsMax / 1_000} s. Give the machine less to do and run again.`,
    );
  }

  private waitOf(node: NodeId): number {
    const nowMs = performance.now();
    const before = this.waits.get(node);
    const isShort = before !== undefined && nowMs - before.startedMs < soundMs;
    const ms = isShort ? Math.min(before.ms * 2, waitMsMax) : waitMsMin;
    this.waits.set(node, { ms, startedMs: nowMs + ms });
    return ms;
  }

  private async startAgain(node: NodeId, name: string): Promise<void> {
    try {
      await this.o.restart(node);
      this.o.tell({ node: name, change: 'started', reason: null });
    } catch (error) {
      this.failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private later(ms: number, f: () => void): void {
    const alarm = setTimeout(() => {
      this.alarms.delete(alarm);
      f();
    }, ms);
    this.alarms.add(alarm);
  }
}

/** Null: it does not answer yet. */
async function healthOf(url: string): Promise<Health | null> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(askMsMax) });
    return (await answer.json()) as Health;
  } catch {
    return null;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}
