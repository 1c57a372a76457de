/** What registries answered, as their clients got it. */
import { isOperation } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { Truth } from './truth.ts';

export interface Answer {
  /** The registry that was asked. */
  readonly at: NodeId;
  readonly service: string;
  /** Was a zone or region named, so that nothing else will do? */
  readonly isNamed: boolean;
  readonly level: string;
  readonly instances: readonly NodeId[];
  readonly askedUs: number;
  readonly toldUs: number;
}

/** Follows what was and what registries say of regions, and shows each answer to `judge`. */
export abstract class AnswerMonitor implements RunMonitor {
  protected readonly program: Program;
  protected readonly truth: Truth;
  protected looks = 0;
  private readonly asked = new Map<number, { readonly at: NodeId; readonly us: number }>();
  /** Regions that each registry says it announces. */
  private readonly announced = new Map<NodeId, Map<number, number>>();

  constructor(program: Program) {
    this.program = program;
    this.truth = new Truth(program);
  }

  event(e: HistoryEvent): Explanation | null {
    this.truth.take(e);
    if (e.type === 'node') this.announced.delete(e.node);
    if (e.type === 'observe' && e.value.kind === 'federated-region') {
      const of = this.announced.get(e.node) ?? new Map<number, number>();
      this.announced.set(e.node, of);
      if (e.value.isAnnounced) of.set(e.value.region, e.timeUs);
      else of.delete(e.value.region);
    }
    if (!isOperation(e) || e.f !== 'find-near') return null;
    if (e.type === 'invoke') {
      const { at = 0 } = (e.value ?? {}) as { readonly at?: NodeId };
      this.asked.set(e.op, { at, us: e.timeUs });
    }
    const asked = this.asked.get(e.op);
    if (e.type !== 'ok' || asked === undefined) return null;
    const { level, instances } = e.value as { level: string; instances: readonly string[] };
    const [service = '', ...labels] = e.key.split('.');
    return this.judge({
      at: asked.at,
      service,
      isNamed: labels.length > 0,
      level,
      instances: instances.map((name) => this.truth.id(name)),
      askedUs: asked.us,
      toldUs: e.timeUs,
    });
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.looks === 0) return { undecided: 'no answer could be judged' };
    return `${this.looks} answers`;
  }

  protected abstract judge(a: Answer): Explanation | null;

  /** Since when `at` says that it announces `region`, µs; Infinity: it does not. */
  protected announcedUs(at: NodeId, region: number): number {
    return this.announced.get(at)?.get(region) ?? Infinity;
  }

  protected names(nodes: readonly NodeId[]): string {
    const all = nodes.map((n) => this.program.shape.nodes[n]?.name ?? '?');
    return all.length === 0 ? 'nobody' : all.join(', ');
  }
}
