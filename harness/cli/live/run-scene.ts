/** What is known of a run while it goes on, gathered from its events as they come. */
import type { HistoryEvent } from '../../core/history.ts';
import type { NodeId } from '../../core/host.ts';
import type { Program } from '../../core/program.ts';
import type { Facet } from '../../core/system.ts';
import { describeFault } from '../../faults/describe.ts';
import { NodeBook } from '../../page/prepare/nodes.ts';
import type { SegmentView } from '../../page/view.ts';

export interface NodeScene {
  readonly name: string;
  readonly look: SegmentView['look'];
  /** `leader t3`, `down`. */
  readonly text: string;
  /** Its mode, circuits and the like, where they are not as usual. */
  readonly more: string;
}

export interface FaultScene {
  readonly text: string;
  readonly isEffective: boolean;
}

export interface RunScene {
  /** `key-value seed 1, run 2 of 5`. */
  readonly title: string;
  readonly environment: string;
  readonly phase: 'starting' | 'running' | 'ending';
  /** Since the cluster was ready; before that since the beginning. */
  readonly elapsedUs: number;
  readonly durationUs: number;
  readonly nodes: readonly NodeScene[];
  readonly faults: readonly FaultScene[];
  readonly operations: {
    readonly ok: number;
    readonly fail: number;
    readonly info: number;
    readonly open: number;
    /** Ended, over the last seconds. */
    readonly perSecond: number;
  };
}

/** Operations a second are those of this long: shorter flickers, longer hides an outage. */
const windowUs = 2_000_000;
const second = 1_000_000;

export interface RunBookOptions {
  readonly title: string;
  readonly environment: string;
  readonly facets: readonly Facet[];
  /** Since any moment. Time goes on between events. */
  readonly nowUs: () => number;
}

export class RunBook {
  private readonly program: Program;
  private readonly o: RunBookOptions;
  private readonly nodes: readonly NodeBook[];
  private readonly heard = new Set<NodeId>();
  private readonly faults = new Map<number, FaultScene>();
  private readonly ends = { ok: 0, fail: 0, info: 0 };
  private invoked = 0;
  /** Ended operations by second of the run, of the last few. */
  private readonly rate = new Map<number, number>();
  /** What the clock showed at time 0 of the run, as far as is known: events arrive late, never early. */
  private zeroUs: number;
  private readyUs: number | null = null;

  /** `program` as it is run, see `Environment.fit`. */
  constructor(program: Program, options: RunBookOptions) {
    this.program = program;
    this.o = options;
    this.nodes = program.shape.nodes.map(({ role }) => new NodeBook(role, options.facets));
    this.zeroUs = options.nowUs();
  }

  event(e: HistoryEvent): void {
    this.zeroUs = Math.min(this.zeroUs, this.o.nowUs() - e.timeUs);
    if (e.type === 'observe' || e.type === 'node') {
      this.heard.add(e.node);
      this.nodes[e.node]?.event(e);
    }
    if (e.type === 'fault') this.fault(e);
    else if (e.type === 'invoke') this.invoked += 1;
    else if (e.type === 'load') this.load(e);
    else if (e.type === 'ok' || e.type === 'fail' || e.type === 'info') {
      this.ends[e.type] += 1;
      this.count(e.timeUs, 1);
    }
    // Clients and faults begin when the cluster is ready.
    if (e.type === 'invoke' || e.type === 'fault' || e.type === 'load') this.readyUs ??= e.timeUs;
  }

  scene(): RunScene {
    const { program, o, ends, readyUs } = this;
    const nowUs = Math.max(0, o.nowUs() - this.zeroUs);
    const elapsedUs = nowUs - (readyUs ?? 0);
    const isOver = readyUs !== null && elapsedUs >= program.durationUs;
    return {
      title: o.title,
      environment: o.environment,
      phase: readyUs === null ? 'starting' : isOver ? 'ending' : 'running',
      elapsedUs,
      durationUs: program.durationUs,
      nodes: program.shape.nodes.map(({ name }, i) => ({ name, ...this.node(i) })),
      faults: [...this.faults.values()],
      operations: {
        ...ends,
        open: Math.max(0, this.invoked - ends.ok - ends.fail - ends.info),
        perSecond: this.perSecond(nowUs),
      },
    };
  }

  private node(i: number): Omit<NodeScene, 'name'> {
    if (!this.heard.has(i)) return { look: 'up', text: 'not heard of yet', more: '' };
    return (this.nodes[i] as NodeBook).shown();
  }

  private fault(e: Extract<HistoryEvent, { type: 'fault' }>): void {
    const fault = this.program.faults[e.fault];
    if (fault?.kind === 'pause' && e.phase !== 'effective') {
      for (const node of e.nodes) this.nodes[node]?.pause(e.timeUs, e.phase === 'begin');
    }
    if (e.phase === 'end') {
      this.faults.delete(e.fault);
      return;
    }
    const known = this.faults.get(e.fault);
    const text = fault === undefined ? e.kind : describeFault(fault, this.program.shape, e);
    this.faults.set(e.fault, {
      text: e.phase === 'begin' || known === undefined ? text : known.text,
      isEffective: e.phase === 'effective' || known?.isEffective === true,
    });
  }

  /** One operation that is many requests. */
  private load(e: Extract<HistoryEvent, { type: 'load' }>): void {
    this.invoked += e.began;
    this.ends.ok += e.ok;
    this.ends.fail += e.fail;
    this.ends.info += e.info;
    this.count(e.timeUs, e.ok + e.fail + e.info);
  }

  private count(timeUs: number, n: number): void {
    const at = Math.floor(timeUs / second);
    this.rate.set(at, (this.rate.get(at) ?? 0) + n);
    if (this.rate.size > 60) this.rate.delete(Math.min(...this.rate.keys()));
  }

  /** Over whole seconds that are past: the present one is not over. */
  private perSecond(nowUs: number): number {
    const now = Math.floor(nowUs / second);
    const seconds = windowUs / second;
    let sum = 0;
    for (let at = now - seconds; at < now; at++) sum += this.rate.get(at) ?? 0;
    return Math.round(sum / seconds);
  }
}
