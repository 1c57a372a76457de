import { Prng } from '../../../harness/core/prng.ts';
import { mutants } from '../../../reference-impl/system.ts';
import { compared, figuresOf, hardOnes, isHeldOut, median, medianOf } from '../search.ts';
import type { Compared, Taken } from '../search.ts';
import type { Demonstration } from './demonstration.ts';

const limit: Taken = { runs: 150, events: 1_000_000 };
const searches = 5;
const countUsual = 24;

export const search: Demonstration = {
  says: 'bugs that products had, and so many drawn mutants (--count 24 --seed 1): runs, events and CPU time until one is found, steered against plain random, five searches each, some minutes a mutant',
  isLong: true,
  run({ say, count = countUsual, seed = 1 }) {
    const seeds = Array.from({ length: searches }, (_, i) => (seed + 10 * i) * 1_000);
    const all = chosen(seed, count).map((mutant) => {
      const c = compared(mutant, seeds, limit);
      say(true, `search ${mutant}: random ${textOf(c, 'random')}; guided ${textOf(c, 'guided')}`);
      return c;
    });
    const told = (what: string, some: readonly Compared[]): void => {
      const { faster, foundPermille, lost } = figuresOf(some, limit);

      say(
        faster.cpu >= 2 && lost.length === 0,
        `search, ${some.length} ${what}: guided is ${faster.cpu.toFixed(1)} times as fast in CPU time, ${faster.events.toFixed(1)} in events, ${faster.runs.toFixed(1)} in runs (medians over mutants of medians of ${searches} searches)`,
        `found in ${foundPermille.guided / 10} % of the searches, by chance in ${foundPermille.random / 10} %; ${lost.length === 0 ? 'none lost' : `lost: ${lost.join(', ')}`}`,
      );
    };
    told('bugs', all);
    told('bugs that chance needs more than three runs for', hardOnes(all, limit));
  },
};

/** Those of products, and some of the half by which no way to search was chosen. */
function chosen(seed: number, count: number): readonly string[] {
  const ids = Object.keys(mutants).filter((id) => mutants[id]?.missed === undefined);
  const natural = ids.filter((id) => mutants[id]?.from !== undefined);
  const others = ids.filter((id) => mutants[id]?.from === undefined && isHeldOut(id)).sort();
  return [...natural, ...new Prng(seed).shuffle(others).slice(0, count)];
}

function textOf(c: Compared, of: 'guided' | 'random'): string {
  const found = c[of].filter((t) => t !== null).length;
  const cpuS = (median(c.cpuMs[of]) / 1_000).toFixed(1);
  return `${medianOf(c[of], 'runs', limit)} runs, ${medianOf(c[of], 'events', limit)} events, ${cpuS} CPU s, found ${found} of ${c[of].length}`;
}
