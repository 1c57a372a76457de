/** RESILIENCE: a program is restarted when it hangs, and only then (D2). */
import { formatDuration, monitored, nameNode, secondsUs, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';

export function restartedForCause(): Invariant {
  return monitored(
    {
      id: 'restarted-for-cause',
      area: 'RESILIENCE',
      claim:
        'A program that hangs is restarted within the bound; one that is starting, or not ready, is not.',
      faultModel: 'no pauses; starts within what start-up allows; stories with probes',
    },
    (program) => new RestartMonitor(program),
  );
}

interface Numbers {
  readonly everyUs: number;
  readonly aliveFailures: number;
  readonly hungNode: number;
  readonly hungAtUs: number;
}

const usual: Numbers = { everyUs: secondsUs(2), aliveFailures: 3, hungNode: 0, hungAtUs: 0 };

class RestartMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly numbers: Numbers | null;
  private readonly dueUs: number;
  private restarts = 0;
  /** The one that hangs was restarted, or its process died. */
  private isOver = false;

  constructor(program: Program) {
    this.program = program;
    const asked = program.settings.extra['probes'] as Partial<Numbers> | null | undefined;
    this.numbers = asked === undefined || asked === null ? null : { ...usual, ...asked };
    const { everyUs, aliveFailures, hungAtUs } = this.numbers ?? usual;
    // Looks in a row, one that came just before, and the clock of the node, which began before the run.
    this.dueUs = hungAtUs + everyUs * (aliveFailures + 1) + secondsUs(1);
  }

  event(e: HistoryEvent): Explanation | null {
    const { numbers } = this;
    if (numbers === null) return null;
    const isHung = (node: NodeId): boolean => numbers.hungAtUs > 0 && node === numbers.hungNode;
    if (e.type === 'node' && isHung(e.node) && e.timeUs > numbers.hungAtUs) this.isOver = true;
    if (e.type === 'observe' && e.value.kind === 'probed' && e.value.state === 'starting') {
      if (e.value.restarts === 0) return null;
      this.restarts += 1;
      if (isHung(e.node) && e.timeUs >= numbers.hungAtUs && e.value.restarts === 1) {
        this.isOver = true;
        return null;
      }
      return this.wrong(e.timeUs, [
        `${nameNode(this.program, e.node)} restarted its program ${when(e.timeUs)}, because of its ${e.value.because ?? 'start'}.`,
        'It did not hang.',
      ]);
    }
    if (numbers.hungAtUs === 0 || this.isOver || e.timeUs <= this.dueUs) return null;
    return this.wrong(e.timeUs, [
      `The program of ${nameNode(this.program, numbers.hungNode)} hangs since ${formatDuration(numbers.hungAtUs)}.`,
      `It was not restarted until ${formatDuration(this.dueUs)}.`,
    ]);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.numbers === null) return { undecided: 'the story has no probes' };
    return this.restarts === 0
      ? { undecided: 'no program had to be restarted' }
      : `${this.restarts} restarts`;
  }

  private wrong(atUs: number, sentences: readonly string[]): Explanation {
    return { atUs, sentences, ops: [] };
  }
}
