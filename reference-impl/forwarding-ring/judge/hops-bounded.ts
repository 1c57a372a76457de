/** EFFICIENCY: a request finds its owner in one hop while views agree, and goes round a few times at most while not (W1). */
import { isOperation, monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, Program } from '../../../harness/spec.ts';
import type { Invariant, OperationEvent, RunMonitor } from '../../../harness/spec.ts';
import type { HandedOnObservation } from '../observations.ts';
import { Views } from './views.ts';

/** As in the configuration, where the run does not say. */
const usual = { hopsMax: 2, retriesMax: 3 };

export function hopsBounded(): Invariant {
  return monitored(
    {
      id: 'hops-bounded',
      area: 'EFFICIENCY',
      claim:
        'While all members have the same ring a request takes one hop at most and finds its owner; while they differ it is handed on as often as each of its look-ups may be, and no more.',
      faultModel: 'any faults, but of messages that are repeated',
    },
    (program) => new HopMonitor(program),
  );
}

class HopMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly views = new Views();
  private readonly most: number;
  private readonly hops = new Map<string, number>();
  private readonly begunUs = new Map<number, number>();
  private agreed = 0;

  constructor(program: Program) {
    this.program = program;
    const asked = program.settings.extra['forwardingRing'] as Partial<typeof usual> | undefined;
    const { hopsMax, retriesMax } = { ...usual, ...asked };
    this.most = hopsMax * (retriesMax + 1);
  }

  event(e: HistoryEvent): Explanation | null {
    this.views.event(e);
    if (e.type === 'observe' && e.value.kind === 'handed-on')
      return this.handedOn(e.value, e.timeUs);
    if (!isOperation(e) || e.f !== 'ask-ring') return null;
    if (e.type === 'invoke') this.begunUs.set(e.op, e.timeUs);
    return e.type === 'ok' || e.type === 'fail' ? this.ended(e) : null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.agreed === 0) return { undecided: 'no request was made while views agreed' };
    const most = Math.max(0, ...this.hops.values());
    return `${this.agreed} requests while views agreed; at most ${most} hops while not`;
  }

  private handedOn({ origin, request, key, to }: HandedOnObservation, atUs: number) {
    const name = `${origin} ${request}`;
    const hops = (this.hops.get(name) ?? 0) + 1;
    this.hops.set(name, hops);
    if (hops <= this.most) return null;
    return this.wrong(atUs, [
      `A request of ${key} that ${nameNode(this.program, origin)} was asked was handed on to ${nameNode(this.program, to)} ${when(atUs)}, for the ${hops}th time; ${this.most} are allowed.`,
    ]);
  }

  private ended(e: OperationEvent): Explanation | null {
    const begunUs = this.begunUs.get(e.op) ?? 0;
    const { agreedSinceUs } = this.views;
    if (agreedSinceUs === null || agreedSinceUs > begunUs) return null;
    this.agreed += 1;
    const { hops } = e.type === 'ok' ? (e.value as unknown as { hops: number }) : { hops: 0 };
    if (e.type === 'ok' && hops <= 1) return null;
    const asked = `${nameNode(this.program, e.node ?? 0)} was asked for ${e.key} ${when(begunUs)}, while all members had the same ring.`;
    const why = e.type === 'fail' ? `It refused: ${e.error}.` : `It took ${hops} hops.`;
    return this.wrong(e.timeUs, [asked, why], e.op);
  }

  private wrong(atUs: number, sentences: readonly string[], op?: number): Explanation {
    return { atUs, sentences: [...sentences], ops: op === undefined ? [] : [op] };
  }
}
