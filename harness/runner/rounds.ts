/**
 * Every scenario once, then every one once more. Those come sooner that ask for what none before them in the
 * round did, and that cost little: a bug that one story of a hundred shows is found where its mechanism is first
 * asked, and not where chance leads. (Rothermel et al., "Prioritizing Test Cases for Regression Testing", TSE 2001,
 * "additional" order; with costs: Elbaum et al., ICSE 2001.)
 */
import type { Prng } from '../core/prng.ts';
import type { Scenario } from '../core/scenario.ts';

/** What is known of a scenario before it ran in this round. */
export interface Sketch {
  /** Names of what it asks and is asked: promises, operations, settings. */
  readonly asks: readonly string[];
  /** Of one run, in any unit. */
  readonly cost: number;
}

/** What was asked in a round already counts so much less each time. */
const again = 0.25;
/** What a scenario is worth that asks nothing new: the cheapest of them come first. */
const leastWorth = 0.05;
/** The least that luck leaves of a worth, ‰, so that other seeds take other ways. */
const luckPermille = 400;

export class Rounds {
  /** Rounds that were begun. */
  rounds = 0;
  private readonly scenarios: readonly Scenario[];
  private left: Scenario[] = [];
  private readonly sketches = new Map<string, Sketch>();

  constructor(scenarios: readonly Scenario[], sketch: (s: Scenario) => Sketch) {
    this.scenarios = scenarios;
    for (const s of scenarios) this.sketches.set(s.name, sketch(s));
  }

  next(draw: Prng): Scenario {
    if (this.left.length === 0) {
      this.rounds += 1;
      this.left = this.ordered(draw).reverse();
    }
    return this.left.pop() as Scenario;
  }

  private ordered(draw: Prng): Scenario[] {
    const left = this.scenarios.map((s) => {
      const { asks, cost } = this.sketches.get(s.name) as Sketch;
      // Not by the cost itself: it is a guess, and a long run shows more.
      return { s, asks, share: draw.between(luckPermille, 1_000) / Math.sqrt(Math.max(1, cost)) };
    });
    /** What it is worth to ask this once more; absent: nobody has, and it is 1. */
    const worthOf = new Map<string, number>();
    const worth = (asks: readonly string[]): number =>
      asks.reduce((sum, a) => sum + (worthOf.get(a) ?? 1), leastWorth);
    const order: Scenario[] = [];
    while (left.length > 0) {
      const worths = left.map(({ asks, share }) => worth(asks) * share);
      const [best] = left.splice(worths.indexOf(Math.max(...worths)), 1);
      if (best === undefined) break;
      order.push(best.s);
      for (const a of best.asks) worthOf.set(a, again * (worthOf.get(a) ?? 1));
    }
    return order;
  }

  /** Has each been tried? */
  get isFirstOver(): boolean {
    return this.rounds > 1 || (this.rounds === 1 && this.left.length === 0);
  }

  /** What a run of it did cost. */
  note({ name }: Scenario, cost: number): void {
    const { asks } = this.sketches.get(name) as Sketch;
    this.sketches.set(name, { asks, cost });
  }
}
