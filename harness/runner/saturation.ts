/** Does a search still find anything new? The question after quiet runs: did they go anywhere? */

export interface LastFifth {
  /** Runs it is told of. */
  readonly runs: number;
  /** States, transitions and situations that these were the first to show. */
  readonly found: number;
  /** The same of all runs. */
  readonly foundInAll: number;
}

export class Saturation {
  private readonly found: number[] = [];

  /** `found`: what a run was the first to show. */
  add(found: number): void {
    this.found.push(found);
  }

  get lastFifth(): LastFifth {
    const runs = Math.ceil(this.found.length / 5);
    const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
    const last = runs === 0 ? [] : this.found.slice(-runs);
    return { runs, found: sum(last), foundInAll: sum(this.found) };
  }
}
