/** DISCOVERY: who is dead is suspected by all who watch it, within a time that no link makes longer (D7). */
import { driftFactor, formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { heartbeatNumbers, watches } from './numbers.ts';
import type { HeartbeatNumbers } from './numbers.ts';

/** A heartbeat that was on its way, and a look, µs. */
const slackUs = 1_000_000;

export function deathSuspected(): Invariant {
  return monitored(
    {
      id: 'death-suspected',
      area: 'DISCOVERY',
      claim:
        'A process that has died is suspected by the accrual detector of each who had watched it, within the longest wait.',
      faultModel: 'any faults but a watcher that stood still or started meanwhile',
    },
    (program) => new DeathMonitor(program),
  );
}

class DeathMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly numbers: HeartbeatNumbers | null;
  private readonly diedUs = new Map<NodeId, number>();
  private readonly upUs = new Map<NodeId, number>();
  private readonly suspects = new Map<NodeId, Set<NodeId>>();
  /** Each process that died and has been judged. */
  private readonly judged = new Set<NodeId>();
  private deaths = 0;
  private pauses = 0;

  constructor(program: Program) {
    this.program = program;
    this.numbers = heartbeatNumbers(program);
  }

  event(e: HistoryEvent): Explanation | null {
    const { numbers } = this;
    if (numbers === null) return null;
    if (e.type === 'fault' && e.kind === 'pause') this.pauses += e.phase === 'begin' ? 1 : -1;
    if (e.type === 'node') this.process(e.node, e.change === 'started', e.timeUs);
    if (e.type === 'observe' && e.value.kind === 'heartbeat' && e.value.detector === 'accrual') {
      const own = this.suspects.get(e.node) ?? new Set<NodeId>();
      this.suspects.set(e.node, own);
      if (e.value.isSuspected) own.add(e.value.peer);
      else own.delete(e.value.peer);
    }
    return this.overdue(e.timeUs, numbers);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.numbers === null) return { undecided: 'the story has no heartbeats' };
    return this.deaths === 0
      ? { undecided: 'nobody died for long enough' }
      : `${this.deaths} deaths`;
  }

  private process(node: NodeId, isUp: boolean, timeUs: number): void {
    this.suspects.delete(node);
    this.judged.delete(node);
    if (isUp) {
      this.diedUs.delete(node);
      this.upUs.set(node, timeUs);
    } else {
      this.upUs.delete(node);
      if (!this.diedUs.has(node)) this.diedUs.set(node, timeUs);
    }
  }

  private overdue(timeUs: number, numbers: HeartbeatNumbers): Explanation | null {
    const boundUs = numbers.waitUsMax * driftFactor(this.program) + slackUs;
    for (const [peer, diedUs] of this.diedUs) {
      if (this.judged.has(peer) || timeUs <= diedUs + boundUs) continue;
      this.judged.add(peer);
      if (this.pauses > 0) continue;
      this.deaths += 1;
      for (const [watcher, upUs] of this.upUs) {
        // It had to have heard of it before.
        const isWatching =
          upUs + 2 * boundUs < diedUs && watches(watcher, peer, numbers, this.program);
        if (!isWatching || this.suspects.get(watcher)?.has(peer) === true) continue;
        const name = (n: NodeId): string => nameNode(this.program, n);
        return {
          atUs: timeUs,
          sentences: [
            `${name(peer)} died ${when(diedUs)}, and ${name(watcher)}, which watches it, does not suspect it ${when(timeUs)}.`,
            `The bound is ${formatDuration(boundUs)}.`,
          ],
          ops: [],
        };
      }
    }
    return null;
  }
}
