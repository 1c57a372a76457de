/** CONSISTENCY: an answer that was kept is told with its age, counted from when it was asked for, and not served too old (R6). */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Json,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { KeptObservation } from '../observations.ts';

interface Limits {
  readonly freshUs: number;
  readonly staleUsMax: number;
}

export function answersInTheirTime(): Invariant {
  return monitored(
    {
      id: 'answers-in-their-time',
      area: 'CONSISTENCY',
      claim:
        'An answer that was kept is told to be as old as the call by which it came, and is served no longer than its time.',
      faultModel: "any faults, by the caller's own clock",
    },
    (program) => new AgeMonitor(program),
  );
}

class AgeMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly limits: Limits | null;
  /** When the last calls that were answered had been sent, by caller, service and key, by its clock. */
  private readonly sentUs = new Map<NodeId, Map<string, number>>();
  private served = 0;

  constructor(program: Program) {
    this.program = program;
    this.limits = limitsOf(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.limits === null) return null;
    if (e.type === 'node' && e.change === 'started') this.sentUs.delete(e.node);
    if (e.type !== 'observe') return null;
    const { value, node } = e;
    if (value.kind === 'kept') return this.kept(node, value, this.limits, e.timeUs);
    if (value.kind !== 'routed' || value.outcome !== 'ok') return null;
    if (value.affinity === undefined) return null;
    const own = this.sentUs.get(node) ?? new Map<string, number>();
    this.sentUs.set(node, own);
    own.set(`${value.service} ${value.affinity}`, value.sentUs);
    return null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.served === 0) return { undecided: 'nothing was served from memory' };
    return `${this.served} answers from memory`;
  }

  private kept(
    node: NodeId,
    { service, key, why, ageUs, atUs }: KeptObservation,
    { freshUs, staleUsMax }: Limits,
    timeUs: number,
  ): Explanation | null {
    this.served += 1;
    const who = nameNode(this.program, node);
    const askedUs = this.sentUs.get(node)?.get(`${service} ${key}`);
    const told = `${who} served what it had kept of ${service} for ${key} ${when(timeUs)}, as ${formatDuration(ageUs)} old.`;
    const sentences = (more: string): Explanation => ({
      atUs: timeUs,
      sentences: [told, more],
      ops: [],
    });
    if (askedUs === undefined) return sentences('No call for it had been answered.');
    if (atUs - ageUs > askedUs) {
      return sentences(`It had asked for that ${formatDuration(atUs - askedUs)} before.`);
    }
    const usMax = why === 'fresh' ? freshUs : staleUsMax;
    if (atUs - askedUs <= usMax) return null;
    return sentences(
      why === 'fresh'
        ? `An answer is fresh for ${formatDuration(freshUs)}.`
        : `Where a call fails, ${formatDuration(staleUsMax)} is the oldest that may stand in for it.`,
    );
  }
}

/** Those of the source; a run's own go before them. Null: nobody keeps answers. */
function limitsOf({ settings }: Program): Limits | null {
  const asked: Json | undefined = settings.extra['answerCache'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return null;
  const { freshUs = 5_000_000, staleUsMax = 30_000_000 } = asked as Readonly<Record<string, Json>>;
  return { freshUs: Number(freshUs), staleUsMax: Number(staleUsMax) };
}
