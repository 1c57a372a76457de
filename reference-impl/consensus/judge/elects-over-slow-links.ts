/**
 * RESILIENCE: servers that hear one another well within an election time elect one of them soon.
 *
 * `leadership` asks for links without faults. Raft asks for less: a broadcast that is an order of magnitude
 * shorter than an election time-out, and time-outs that are drawn, so that votes which split do not split for
 * ever (§5.2, §5.6).
 */
import {
  formatDuration,
  nameNode,
  nodesWithRole,
  secondsUs,
  stalledUs,
  when,
} from '../../../harness/spec.ts';
import type {
  Fault,
  History,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  Verdict,
} from '../../../harness/spec.ts';

export interface SlowLinksBound {
  /** A link is only slow, not broken, that delays messages by no more, µs: an eighth of the shortest time-out. */
  readonly delayUsMax: number;
  /** Within it after the last server started, or link was mended, one of them leads, µs: ten elections. */
  readonly withinUs: number;
}

const id = 'elects-over-slow-links';
const claim =
  'Servers that are up and hear one another well within an election time have a leader within the bound.';

export function electsOverSlowLinks(
  bound: SlowLinksBound = { delayUsMax: 19_000, withinUs: secondsUs(3) },
): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: 'any faults; judged where none but short delays has been in force for the bound',
    judge: (history, program) => judge(history, program, bound),
  };
}

function judge(history: History, program: Program, bound: SlowLinksBound): Verdict {
  const boundUs = bound.withinUs + stalledUs(history);
  const calm = new Calm(program, bound.delayUsMax);
  let judged = 0;
  for (const e of [...history.events, null]) {
    const { sinceUs } = calm;
    if (sinceUs !== null && (e?.timeUs ?? history.endUs) >= sinceUs + boundUs) {
      if (calm.leading.size === 0) return violated(program, sinceUs, boundUs);
      judged += 1;
      calm.sinceUs = null;
    }
    if (e !== null) calm.event(e);
  }
  if (judged === 0)
    return { kind: 'unknown', invariant: id, reason: 'it was never calm for so long' };
  return { kind: 'holds', invariant: id, basis: `${judged} times, within the bound` };
}

/** Follows whether anything is wrong but short delays, and who leads. */
class Calm {
  /** Since when nothing is; null: something is, or it was judged. */
  sinceUs: number | null = null;
  readonly leading = new Set<NodeId>();
  private readonly wrong = new Set<number>();
  private readonly down = new Set<NodeId>();
  private readonly program: Program;
  private readonly delayUsMax: number;

  constructor(program: Program, delayUsMax: number) {
    this.program = program;
    this.delayUsMax = delayUsMax;
  }

  event(e: HistoryEvent): void {
    if (e.type === 'fault' && e.phase !== 'effective') {
      if (this.isShortDelay(this.program.faults[e.fault])) return;
      if (e.phase === 'begin') this.wrong.add(e.fault);
      else this.wrong.delete(e.fault);
      this.changed(e.timeUs);
    } else if (e.type === 'node') {
      this.leading.delete(e.node);
      if (e.change === 'started') this.down.delete(e.node);
      else this.down.add(e.node);
      this.changed(e.timeUs);
    } else if (e.type === 'observe' && e.value.kind === 'role') {
      if (e.value.role === 'leader') this.leading.add(e.node);
      else this.leading.delete(e.node);
    }
  }

  private changed(timeUs: number): void {
    this.sinceUs = this.wrong.size + this.down.size === 0 ? timeUs : null;
  }

  private isShortDelay(f: Fault | undefined): boolean {
    return f?.kind === 'latency' && f.delayUs + f.jitterUs <= this.delayUsMax;
  }
}

function violated(program: Program, sinceUs: number, boundUs: number): Verdict {
  const atUs = sinceUs + boundUs;
  const servers = nodesWithRole(program.shape, 'server').map((s) => nameNode(program, s));
  const sentences = [
    `${servers.join(', ')} were up ${when(sinceUs)}, and heard one another well within an election time from then on.`,
    `${formatDuration(boundUs)} later, ${when(atUs)}, none of them led.`,
  ];
  return { kind: 'violated', invariant: id, claim, explanation: { atUs, sentences, ops: [] } };
}
