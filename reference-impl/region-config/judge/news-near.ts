/**
 * CONSISTENCY: a change is known at once in the region where it was made (C4). Comparisons would bring it as well, after
 * some of their turns. Of regions that are so small that whoever takes a change tells all others.
 */
import { doesOnly, monitored, nameNode, secondsUs, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { outweighs, textOf } from './writes.ts';
import type { Version } from './writes.ts';

const changes: ReadonlySet<string> = new Set(['put-regional', 'delete-regional']);
const usualFanout = 3;
/** A message, with room to spare; less than the time between two comparisons, µs. */
const boundUs = secondsUs(1);

export function newsNear(): Invariant {
  return monitored(
    {
      id: 'news-near',
      area: 'CONSISTENCY',
      claim:
        'A change of regional configuration that was acknowledged is in all copies of its region within 1 s, where whoever takes it can tell all of them.',
      faultModel: 'while no fault is in force; nodes that are up meanwhile',
    },
    (program) => new NearMonitor(program),
  );
}

interface Due {
  readonly key: string;
  readonly version: Version;
  readonly atUs: number;
  readonly at: readonly NodeId[];
}

class NearMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly fanout: number | null;
  /** By node and key. */
  private readonly held = new Map<string, Version>();
  private readonly down = new Set<NodeId>();
  private due: Due[] = [];
  private readonly faults = new Set<number>();
  private judged = 0;

  constructor(program: Program) {
    this.program = program;
    const { regionConfig } = program.settings.extra;
    const asked =
      typeof regionConfig === 'object' ? (regionConfig as { fanout?: number } | null) : null;
    this.fanout = asked === null ? null : (asked.fanout ?? usualFanout);
  }

  event(e: HistoryEvent): Explanation | null {
    const late = this.overdue(e.timeUs);
    if (late !== null) return late;
    if (e.type === 'node') this.process(e.node, e.change === 'started');
    if (e.type === 'fault' && !doesOnly(e.kind, 'ends-nodes')) {
      if (e.phase === 'begin') this.faults.add(e.fault);
      if (e.phase === 'end') this.faults.delete(e.fault);
      this.due = [];
    }
    if (e.type === 'observe' && e.value.kind === 'regional') {
      this.held.set(`${e.node} ${e.value.key}`, e.value);
    }
    if (e.type === 'ok' && changes.has(e.f)) {
      const { stamp, writer } = Object(e.value) as Partial<Version>;
      if (stamp !== undefined && writer !== undefined) {
        this.changed(e.key, { stamp, writer }, e.timeUs);
      }
    }
    return null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.judged === 0) return { undecided: 'nothing changed in a small region in quiet times' };
    return `${this.judged} changes`;
  }

  private process(node: NodeId, isUp: boolean): void {
    if (isUp) this.down.delete(node);
    else this.down.add(node);
    this.due = this.due.map((d) => ({ ...d, at: d.at.filter((n) => n !== node) }));
    for (const key of this.held.keys()) if (key.startsWith(`${node} `)) this.held.delete(key);
  }

  private changed(key: string, version: Version, atUs: number): void {
    const { nodes } = this.program.shape;
    const zone = nodes[version.writer]?.zone;
    const at = nodes.flatMap((n, id) => (n.zone === zone ? [id] : []));
    if (this.fanout === null || this.faults.size > 0 || at.length - 1 > this.fanout) return;
    this.due.push({ key, version, atUs, at: at.filter((node) => !this.down.has(node)) });
  }

  private overdue(nowUs: number): Explanation | null {
    while (this.due[0] !== undefined && nowUs > this.due[0].atUs + boundUs) {
      const { key, version, atUs, at } = this.due.shift() as Due;
      this.judged += 1;
      const without = at.find((node) => {
        const held = this.held.get(`${node} ${key}`);
        return held === undefined || outweighs(version, held);
      });
      if (without === undefined) continue;
      return {
        atUs: atUs + boundUs,
        sentences: [
          `Version ${textOf(version)} of ${key} was acknowledged ${when(atUs)}; nothing was wrong.`,
          `${nameNode(this.program, without)}, of the same region, has neither it nor one that outweighs it ${when(atUs + boundUs)}.`,
        ],
        ops: [],
      };
    }
    return null;
  }
}
