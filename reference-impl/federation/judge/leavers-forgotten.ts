/** DISCOVERY: who says goodbye is named no more, and is no loss to its region (D9). */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, Invariant, NodeId } from '../../../harness/spec.ts';
import { AnswerMonitor } from './answers.ts';
import type { Answer } from './answers.ts';

export function leaversForgotten(): Invariant {
  return monitored(
    {
      id: 'leavers-forgotten',
      area: 'DISCOVERY',
      claim:
        'An instance that was told to stop is named by no registry of its region two tellings later, and no region is withdrawn for such instances while it has another.',
      faultModel:
        'clean stops alone, since the time after which who is gone otherwise is forgotten',
    },
    (program) => new LeaversMonitor(program),
  );
}

class LeaversMonitor extends AnswerMonitor {
  private readonly spoken = new Set<NodeId>();
  /** When anything else last happened. */
  private troubleUs = -Infinity;
  private readonly cuts = new Set<number>();

  override event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.process(e.node, e.change, e.timeUs);
    if (e.type === 'fault' && !this.truth.isCleanStop(e.fault))
      this.trouble(e.fault, e.phase, e.timeUs);
    const wrong = super.event(e);
    if (wrong !== null) return wrong;
    const isWithdrawn =
      e.type === 'observe' && e.value.kind === 'federated-region' && !e.value.isAnnounced;
    return isWithdrawn ? this.withdrawn(e.node, e.value.region, e.timeUs) : null;
  }

  override end(): ReturnType<AnswerMonitor['end']> {
    if (this.spoken.size === 0) return { undecided: 'nobody asked for who had said goodbye' };
    return super.end();
  }

  protected judge(a: Answer): Explanation | null {
    const { truth } = this;
    const { lanUs, slackUs } = truth.numbers;
    this.looks += 1;
    if (!this.isQuiet(a.askedUs)) return null;
    for (const i of truth.instances(a.service)) {
      const leftUs = truth.leftSince(i);
      if (leftUs === null || truth.region(i) !== truth.region(a.at)) continue;
      if (a.askedUs <= leftUs + 2 * lanUs + slackUs) continue;
      this.spoken.add(i);
      if (!a.instances.includes(i)) continue;
      const sentences = [
        `${nameNode(this.program, a.at)} was asked for ${a.service} ${when(a.askedUs)} and named ${this.names([i])}.`,
        `It had said goodbye ${when(leftUs)}; two tellings take ${formatDuration(2 * lanUs)}.`,
      ];
      return { atUs: a.toldUs, sentences, ops: [] };
    }
    return null;
  }

  private withdrawn(at: NodeId, region: number, atUs: number): Explanation | null {
    const { truth } = this;
    const own = truth.instances(null).filter((i) => truth.region(i) === region);
    const gone = own.filter((i) => truth.downSince(i) !== null);
    // Who has come back must have been there for as long as it takes to be known.
    const isThere = own.some(
      (i) => (truth.togetherSince(i, i) ?? Infinity) <= atUs - truth.numbers.farUs,
    );
    if (!this.isQuiet(atUs) || !isThere || gone.length === 0) return null;
    const sentences = [
      `${nameNode(this.program, at)} withdrew region-${region} ${when(atUs)}.`,
      `Of its ${own.length} instances ${this.names(gone)} had said goodbye, and nobody was lost.`,
    ];
    return { atUs, sentences, ops: [] };
  }

  private isQuiet(us: number): boolean {
    return this.cuts.size === 0 && us >= this.troubleUs + this.truth.numbers.goneUs;
  }

  private trouble(fault: number, phase: string, us: number): void {
    this.troubleUs = us;
    if (phase === 'begin') this.cuts.add(fault);
    if (phase === 'end') this.cuts.delete(fault);
  }

  private process(node: NodeId, change: string, us: number): void {
    // A registry that has just begun knows nobody, whatever ended the one before.
    const isRegistry = this.truth.servers.includes(node);
    if ((change !== 'stopped' && change !== 'started') || isRegistry) this.troubleUs = us;
  }
}
