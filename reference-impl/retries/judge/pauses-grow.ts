/**
 * RESILIENCE: who fails again and again is asked ever more seldom, up to a bound (R6).
 *
 * The pause after n attempts is drawn from 0 … backoffUs × 2ⁿ⁻¹ and never from more than backoffUsMax ("full
 * jitter", Brooker, "Exponential backoff and jitter", 2015). Any single pause may be short; that many of them stay
 * below what the first may be at most is no chance.
 */
import { formatDuration, nameNode, perNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  Invariant,
  Json,
  NodeId,
  NodeMonitor,
  ObservationEvent,
  Program,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';

interface Backoff {
  readonly backoffUs: number;
  readonly backoffUsMax: number;
}

/** That of the source; a run's own (`extra.retries`) goes before it. */
const usual: Backoff = { backoffUs: 50_000, backoffUsMax: 1_000_000 };

/** So many pauses in a row, each of which exceeds the first bound with a chance of a half or more: 2⁻³⁰ by luck. */
const shortMax = 30;

export function pausesGrow(): Invariant {
  return perNode({
    id: 'pauses-grow',
    area: 'RESILIENCE',
    claim: 'The pause before a call is tried again grows with each attempt, up to a bound.',
    faultModel: 'any faults; of callers that say how long they pause',
    withClients: true,
    unjudged: (program) =>
      program.settings.extra['retries'] === undefined ? 'nobody tries again' : null,
    open: (program) => (node) => new PauseMonitor(program, node),
    basis(monitors) {
      const long = monitors.reduce((n, m) => n + m.long, 0);
      if (long === 0) return { undecided: 'nobody said that it paused for longer than at first' };
      return `${long} pauses longer than the first may be`;
    },
  });
}

class PauseMonitor implements NodeMonitor {
  private readonly program: Program;
  private readonly node: NodeId;
  private readonly backoff: Backoff;
  /** Pauses after two attempts or more that were no longer than one after the first may be, in a row. */
  private short = 0;
  long = 0;

  constructor(program: Program, node: NodeId) {
    this.program = program;
    this.node = node;
    this.backoff = backoffOf(program);
  }

  process(): void {
    this.short = 0;
  }

  observe({ value, timeUs }: ObservationEvent): Explanation | null {
    if (value.kind !== 'attempts') return null;
    for (const [attempts, pauseUs] of value.pauses ?? []) {
      const wrong = this.wrong(attempts, pauseUs);
      if (wrong === null) continue;
      const who = `${nameNode(this.program, this.node)} calls ${value.service}`;
      return { atUs: timeUs, sentences: [`${who}; ${when(timeUs)} ${wrong}`], ops: [] };
    }
    return null;
  }

  private wrong(attempts: number, pauseUs: number): string | null {
    const { backoffUs, backoffUsMax } = this.backoff;
    const boundUs = Math.min(backoffUsMax, backoffUs * 2 ** (attempts - 1));
    if (pauseUs > boundUs) {
      return `it drew a pause of ${formatDuration(pauseUs)} after ${attempts} attempts, wanted at most ${formatDuration(boundUs)}.`;
    }
    if (attempts < 2) return null;
    const isLong = pauseUs > backoffUs;
    this.short = isLong ? 0 : this.short + 1;
    if (isLong) this.long += 1;
    if (this.short < shortMax) return null;
    return `none of its last ${this.short} pauses after two attempts or more was longer than ${formatDuration(backoffUs)}, which one after the first may be.`;
  }
}

function backoffOf({ settings }: Program): Backoff {
  const asked: Json | undefined = settings.extra['retries'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return usual;
  const { backoffUs, backoffUsMax } = asked as Readonly<Record<string, Json>>;
  return {
    backoffUs: typeof backoffUs === 'number' ? backoffUs : usual.backoffUs,
    backoffUsMax: typeof backoffUsMax === 'number' ? backoffUsMax : usual.backoffUsMax,
  };
}
