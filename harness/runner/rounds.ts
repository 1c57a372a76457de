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
      // Twice as dear is later twice as likely: a weighted shuffle (Efraimidis and Spirakis 2006).
      const at = new Map(
        this.scenarios.map((s) => {
          const wait = -Math.log((draw.uint32() + 1) / 4_294_967_297);
          return [s, wait * (this.costs.get(s.name) ?? 1)] as const;
        }),
      );
      this.left = [...this.scenarios].sort((a, b) => (at.get(b) ?? 0) - (at.get(a) ?? 0));
    }
    return this.left.pop() as Scenario;
  }

  /** Has each been tried? */
  get isFirstOver(): boolean {
    return this.rounds > 1 || (this.rounds === 1 && this.left.length === 0);
  }

  note(scenario: Scenario, cost: number): void {
    this.costs.set(scenario.name, cost);
  }
}
