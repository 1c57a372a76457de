/**
 * Every scenario once, then every one once more: in an order that is drawn, cheap ones sooner. Whoever
 * draws with replacement has not tried a third of them after as many runs as there are.
 */
import type { Prng } from '../core/prng.ts';
import type { Scenario } from '../core/scenario.ts';

export class Rounds {
  /** Rounds that were begun. */
  rounds = 0;
  private readonly scenarios: readonly Scenario[];
  private left: Scenario[] = [];
  /** Of its last run, in any unit; by name. */
  private readonly costs = new Map<string, number>();

  /** `guess`: what one run of it costs, before there was any. */
  constructor(scenarios: readonly Scenario[], guess: (s: Scenario) => number) {
    this.scenarios = scenarios;
    for (const s of scenarios) this.costs.set(s.name, guess(s));
  }

  next(draw: Prng): Scenario {
    if (this.left.length === 0) {
      this.rounds += 1;
      this.left = this.shuffled(draw).reverse();
    }
    return this.left.pop() as Scenario;
  }

  /** Of those that are left one that costs half as much comes next twice as likely. */
  private shuffled(draw: Prng): Scenario[] {
    const left = this.scenarios.map((s) => ({ s, weight: 1 / (this.costs.get(s.name) || 1) }));
    const order: Scenario[] = [];
    while (left.length > 0) {
      let at = (draw.uint32() / 4_294_967_296) * left.reduce((sum, { weight }) => sum + weight, 0);
      const found = left.findIndex(({ weight }) => (at -= weight) < 0);
      // Sums of fractions may fall short by a last bit.
      const [next] = left.splice(found < 0 ? left.length - 1 : found, 1);
      if (next !== undefined) order.push(next.s);
    }
    return order;
  }

  /** Has each been tried? */
  get isFirstOver(): boolean {
    return this.rounds > 1 || (this.rounds === 1 && this.left.length === 0);
  }

  note(scenario: Scenario, cost: number): void {
    this.costs.set(scenario.name, cost);
  }
}
