/** RESILIENCE: tokens move and never multiply (R7, I8): what is taken was given, to this node, once. */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';

export function tokensConserved(): Invariant {
  return monitored(
    {
      id: 'tokens-conserved',
      area: 'RESILIENCE',
      claim: 'No gift of tokens is taken that was not given, and none twice by one process.',
      faultModel: 'any faults',
    },
    (program) => new GiftMonitor(program),
  );
}

class GiftMonitor implements RunMonitor {
  private readonly program: Program;
  /** What is on its way, or was lost: by giver, taker and number. */
  private readonly given = new Map<string, number>();
  private gifts = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || e.value.kind !== 'gift') return null;
    const { change, peer, number, tokens } = e.value;
    if (change === 'given') {
      this.gifts += 1;
      this.given.set(`${e.node} ${peer} ${number}`, tokens);
      return null;
    }
    const key = `${peer} ${e.node} ${number}`;
    const given = this.given.get(key);
    this.given.delete(key);
    if (given !== undefined && tokens <= given) return null;
    const what = given === undefined ? 'has been taken, or was never given' : `was of ${given}`;
    return {
      atUs: e.timeUs,
      sentences: [
        `${nameNode(this.program, e.node)} took ${tokens} tokens of ${nameNode(this.program, peer)} ${when(e.timeUs)}.`,
        `Gift ${number} ${what}.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    return this.gifts === 0 ? { undecided: 'no tokens were given' } : `${this.gifts} gifts`;
  }
}
