/** CONSISTENCY: what was overridden to get over a trouble does not outlive it: who is back in Target has none left (M). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import type { Invariant, RunMonitor } from '../../../harness/spec.ts';
import type {} from '../../config-copy/observations.ts';
import type {} from '../../mode/observations.ts';

const marks = 'config/overrides/';
/** What was made so shortly before may be news to the server, µs. */
const unsureUs = 5_000_000;

export function overridesCleaned(): Invariant {
  return monitored(
    {
      id: 'overrides-cleaned',
      area: 'CONSISTENCY',
      claim:
        'When a server comes back to Target, no override is left that was made before its Recovery began.',
      faultModel: 'any faults',
    },
    (program) => new CleanedMonitor(program),
  );
}

interface Override {
  readonly of: string;
  readonly madeUs: number;
}

class CleanedMonitor implements RunMonitor {
  private readonly program: Program;
  /** By their marks, as far as any server has applied them. */
  private readonly overrides = new Map<string, Override>();
  private readonly ended = new Set<string>();
  private readonly begunUs = new Map<NodeId, number>();
  private judged = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || this.program.shape.nodes[e.node]?.role !== 'server') return null;
    const { node, value, timeUs } = e;
    if (value.kind === 'config' && value.key.startsWith(marks)) {
      if (value.value === null) this.ended.add(value.key);
      else if (!this.overrides.has(value.key)) {
        this.overrides.set(value.key, { of: String(value.value), madeUs: timeUs });
      }
    }
    if (value.kind !== 'mode') return null;
    if (value.to === 'recovery') this.begunUs.set(node, timeUs);
    return value.from === 'recovery' && value.to === 'target' ? this.back(node, timeUs) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.judged === 0)
      return { undecided: 'no server recovered from before which an override was' };
    return `${this.judged} overrides of before a Recovery that led to Target`;
  }

  private back(node: NodeId, atUs: number): Explanation | null {
    const begunUs = this.begunUs.get(node) ?? 0;
    for (const [mark, { of, madeUs }] of this.overrides) {
      if (madeUs > begunUs - unsureUs) continue;
      this.judged += 1;
      if (this.ended.has(mark)) continue;
      const who = nameNode(this.program, node);
      return {
        atUs,
        sentences: [
          `${who} was in Recovery from ${when(begunUs).replace(/^at /, '')}, and is in Target ${when(atUs)}.`,
          `${of}, overridden ${when(madeUs)}, still is.`,
        ],
        ops: [],
      };
    }
    return null;
  }
}
