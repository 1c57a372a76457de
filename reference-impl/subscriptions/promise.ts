/** CONSISTENCY: a copy that was kept by changes is what a load would have given (I2, D3, D4). */
import { monitored, nameNode, when } from '../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Program,
  RunMonitor,
} from '../../harness/spec.ts';

const id = 'copies-agree';
const claim =
  'Whenever a node compares its copy of the catalog or of the configuration with the store, it is what the store had at that revision.';

/** A copy that differs is loaded anew within the moment; that it could differ at all is the fault. */
export function copiesAgree(): Invariant {
  const promised = {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults with honest fsync',
  } as const;
  return monitored(promised, (program) => new Comparisons(program));
}

const names = { kv: 'the configuration', registry: 'the catalog' } as const;

class Comparisons implements RunMonitor {
  private readonly program: Program;
  private confirmed = 0;

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.confirmed === 0) return { undecided: 'no node ever told that a copy was confirmed' };
    return `${this.confirmed} confirmations of copies that nodes told of`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe') return null;
    const { value, node, timeUs } = e;
    if (value.kind === 'evidence') {
      const { kind } = value.evidence;
      if (kind === 'registry-contact' || kind === 'config') this.confirmed += 1;
    }
    if (value.kind !== 'copy-differs') return null;
    return {
      atUs: timeUs,
      sentences: [
        `${nameNode(this.program, node)} found ${when(timeUs)} that its copy of ${names[value.of]} is not what the store had at revision ${value.revision}.`,
        'It had been told all changes until there, or so it was said.',
      ],
      ops: [],
    };
  }
}
