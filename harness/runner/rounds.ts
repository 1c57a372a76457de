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
/** Natural logarithm of the most that luck makes of a worth, so that other seeds take other ways. */
const luck = 0.5;

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
      return { s, asks, share: Math.exp(luck * unit(draw)) / Math.sqrt(Math.max(1, cost)) };
    });
    const asked = new Map<string, number>();
    const worth = (asks: readonly string[]): number =>
      asks.reduce((sum, a) => sum + again ** (asked.get(a) ?? 0), leastWorth);
    const order: Scenario[] = [];
    while (left.length > 0) {
      const worths = left.map(({ asks, share }) => worth(asks) * share);
      const [best] = left.splice(worths.indexOf(Math.max(...worths)), 1);
      if (best === undefined) break;
      order.push(best.s);
      for (const a of best.asks) asked.set(a, (asked.get(a) ?? 0) + 1);
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

/** −1 to 1. */
function unit(draw: Prng): number {
  return draw.uint32() / 2_147_483_648 - 1;
}
