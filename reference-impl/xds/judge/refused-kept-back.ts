/** DISCOVERY: what a proxy refused is not sent to it for ever, and never takes effect (D8). */
import { monitored, nameNode, secondsUs, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { AtProxies } from './at-proxies.ts';

/** What was under way when it was refused has come by then, µs: a stream that is silent for so long ends. */
const usualBoundUs = secondsUs(3);
/** Refused among others, then alone: only then it is clear which it was. */
const timesMax = 2;

export function refusedKeptBack(boundUs = usualBoundUs): Invariant {
  return monitored(
    {
      id: 'refused-kept-back',
      area: 'DISCOVERY',
      claim:
        'A version that a proxy refused is sent to it once more at most on that stream, alone, and calls go by what it accepted last.',
      faultModel: 'any faults; what was under way may still come for a while',
    },
    (program) => new RefusedMonitor(program, boundUs),
  );
}

class RefusedMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly boundUs: number;
  private readonly proxies = new AtProxies();
  /** Of each version on a stream: when it was refused, those apart that cannot be one. */
  private readonly refused = new Map<string, number[]>();
  private refusals = 0;

  constructor(program: Program, boundUs: number) {
    this.program = program;
    this.boundUs = boundUs;
  }

  event(e: HistoryEvent): Explanation | null {
    this.proxies.take(e);
    if (e.type !== 'observe') return null;
    const { node, timeUs, value } = e;
    if (value.kind === 'proxied') {
      if (this.proxies.of(node).uses.includes(value.cluster)) return null;
      return this.wrong(node, timeUs, `sent a call to cluster ${value.cluster}`, [
        'No route that it accepted leads there.',
      ]);
    }
    if (value.kind !== 'xds-refused') return null;
    this.refusals += 1;
    for (const resource of value.resources) {
      const key = `${node} ${value.stream} ${value.type} ${resource}`;
      const times = this.refused.get(key) ?? [];
      this.refused.set(key, times);
      const lastUs = times.at(-1);
      if (lastUs !== undefined && timeUs - lastUs <= this.boundUs) continue;
      times.push(timeUs);
      if (times.length <= timesMax) continue;
      const before = times.slice(0, -1).map(when).join(' and ');
      return this.wrong(node, timeUs, `was sent ${value.type} ${resource} again`, [
        `It had refused that version ${before}, on the same stream.`,
      ]);
    }
    return null;
  }

  end(): ReturnType<RunMonitor['end']> {
    return this.refusals === 0 ? { undecided: 'nothing was refused' } : `${this.refusals} refusals`;
  }

  private wrong(node: number, atUs: number, what: string, more: readonly string[]): Explanation {
    const first = `The proxy of ${nameNode(this.program, node)} ${what} ${when(atUs)}.`;
    return { atUs, sentences: [first, ...more], ops: [] };
  }
}
