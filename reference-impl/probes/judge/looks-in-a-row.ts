/** RESILIENCE: a program that is slow now and then is neither taken out nor brought back for one look (D2). */
import { formatDuration, monitored, nameNode, secondsUs, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { ProbedObservation } from '../observations.ts';
import { isLameAt, unchangedSinceUs } from './spells.ts';
import type { Spells } from './spells.ts';

const id = 'looks-in-a-row';
const claim =
  'A program is taken out of the registry, and brought back, when as many looks in a row as are wanted ended alike: not before, and not long after.';

/** Looks are made by a clock that beats now and then, µs. */
const slackUs = secondsUs(0.5);

export function looksInARow(): Invariant {
  const promised = {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel:
      'no faults of the node; stories that say when its program is lame, and how often it is looked at',
  } as const;
  return monitored(promised, (program) => new Looks(program));
}

interface Asked extends Spells {
  readonly lameNode: NodeId;
  readonly everyUs: number;
  readonly readyFailures: number;
  readonly readySuccesses: number;
}

class Looks implements RunMonitor {
  private readonly program: Program;
  private readonly asked: Asked | null;
  private startedUs: number | null = null;
  private state: ProbedObservation['state'] = 'starting';
  private changes = 0;

  constructor(program: Program) {
    this.program = program;
    const asked = program.settings.extra['probes'] as Partial<Asked> | undefined;
    this.asked = (asked?.flapForUs ?? 0) > 0 ? (asked as Asked) : null;
  }

  event(e: HistoryEvent): Explanation | null {
    const { asked } = this;
    if (asked === null || !('node' in e) || e.node !== asked.lameNode) return null;
    if (e.type === 'node') this.startedUs = e.change === 'started' ? e.timeUs : null;
    if (this.startedUs === null || e.type !== 'observe') return null;
    const nowUs = e.timeUs - this.startedUs;
    const wrong = this.overdue(asked, nowUs, e.timeUs);
    if (wrong !== null || e.value.kind !== 'probed') return wrong;
    const [before, { state }] = [this.state, e.value];
    this.state = state;
    if (before === 'starting' || state === 'starting') return null;
    this.changes += 1;
    const sinceUs = unchangedSinceUs(asked, nowUs);
    const leastUs = (wantedFor(state, asked) - 1) * asked.everyUs - slackUs;
    const isSo = isLameAt(asked, nowUs) === (state === 'unready');
    if (isSo && nowUs - sinceUs >= leastUs) return null;
    return this.wrong(asked, e.timeUs, `was taken for ${state}`, sinceUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.asked === null) return { undecided: 'the story has no program that is lame by turns' };
    if (this.changes === 0) return { undecided: 'it was never taken out' };
    return `${this.changes} times it was taken out or brought back`;
  }

  /** It has been otherwise for long enough. */
  private overdue(asked: Asked, nowUs: number, timeUs: number): Explanation | null {
    if (this.state === 'starting') return null;
    const due = isLameAt(asked, nowUs) ? 'unready' : 'ready';
    const sinceUs = unchangedSinceUs(asked, nowUs);
    const mostUs = (wantedFor(due, asked) + 1) * asked.everyUs + slackUs;
    if (this.state === due || nowUs - sinceUs <= mostUs) return null;
    return this.wrong(asked, timeUs, `is still taken for ${this.state}`, sinceUs);
  }

  private wrong(asked: Asked, atUs: number, what: string, sinceUs: number): Explanation {
    const nowUs = atUs - (this.startedUs ?? 0);
    const is = isLameAt(asked, nowUs) ? 'lame' : 'well';
    const { everyUs, readyFailures, readySuccesses } = asked;
    return {
      atUs,
      sentences: [
        `The program of ${nameNode(this.program, asked.lameNode)} ${what} ${when(atUs)}; it has been ${is} for ${formatDuration(nowUs - sinceUs)}.`,
        `It is looked at every ${formatDuration(everyUs)}; ${readyFailures} looks in a row take it out, ${readySuccesses} bring it back.`,
      ],
      ops: [],
    };
  }
}

function wantedFor(state: 'ready' | 'unready', asked: Asked): number {
  return state === 'ready' ? asked.readySuccesses : asked.readyFailures;
}
