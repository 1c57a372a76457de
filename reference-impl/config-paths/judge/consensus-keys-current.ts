/** CONSISTENCY: a key that travels by consensus is never read as it was before the latest change (C4, I2). */
import { isOperation, monitored, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  OperationEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { pathsOf } from './paths.ts';

export function consensusKeysCurrent(): Invariant {
  return monitored(
    {
      id: 'consensus-keys-current',
      area: 'CONSISTENCY',
      claim:
        'A read of a configuration key that travels by consensus tells no value that another one had replaced before the read began.',
      faultModel: 'any faults of links and any pauses; crashes of any nodes with honest fsync',
    },
    (program) => new Currency(program),
  );
}

/** Values are told apart by their text: a story sets each once. */
interface Change {
  readonly op: number;
  readonly text: string;
  readonly fromUs: number;
  /** Infinity: nobody knows when it happened, or whether. */
  untilUs: number;
}

class Currency implements RunMonitor {
  private readonly pathOf: ReturnType<typeof pathsOf>;
  /** By key. */
  private readonly changes = new Map<string, Change[]>();
  private readonly open = new Map<number, OperationEvent>();
  private reads = 0;

  constructor(program: Program) {
    this.pathOf = pathsOf(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (!isOperation(e) || this.pathOf === null || this.pathOf(e.key) !== 'consensus') return null;
    if (e.f === 'put-config') this.put(e);
    if (e.f !== 'get-config') return null;
    if (e.type === 'invoke') this.open.set(e.op, e);
    const invoked = this.open.get(e.op);
    return e.type === 'ok' && invoked !== undefined ? this.read(invoked, e) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.pathOf === null) return { undecided: 'the story chooses no paths' };
    if (this.reads === 0) return { undecided: 'no key that travels by consensus was read' };
    return `${this.reads} reads of keys that travel by consensus`;
  }

  private put(e: OperationEvent): void {
    const of = this.changes.get(e.key) ?? [];
    this.changes.set(e.key, of);
    if (e.type === 'invoke') {
      const { set = null } = e.value as { readonly set?: unknown };
      const text = JSON.stringify(set);
      of.push({ op: e.op, text, fromUs: e.timeUs, untilUs: Infinity });
      return;
    }
    const own = of.find((c) => c.op === e.op);
    if (own !== undefined && e.type === 'ok') own.untilUs = e.timeUs;
  }

  private read(invoked: OperationEvent, e: OperationEvent): Explanation | null {
    this.reads += 1;
    const { value = null } = e.value as { readonly value?: unknown };
    const text = JSON.stringify(value);
    const of = this.changes.get(e.key) ?? [];
    const told = value === null ? null : of.find((c) => c.text === text);
    const what = `Process ${e.process} read ${text} of ${e.key}, asked ${when(invoked.timeUs)}.`;
    if (told === undefined) return explain(e, [what, 'Nobody has set that.'], []);
    const since = told?.untilUs ?? -Infinity;
    // Of the same microsecond nobody knows which was first.
    const later = of.find((c) => since < c.fromUs && c.untilUs < invoked.timeUs);
    if (later === undefined) return null;
    const why = `It had been ${later.text} since ${when(later.untilUs)} at the latest.`;
    return explain(e, [what, why], told === null ? [later.op] : [told.op, later.op]);
  }
}

function explain(e: OperationEvent, sentences: string[], ops: number[]): Explanation {
  return { atUs: e.timeUs, sentences, ops: [...ops, e.op] };
}
