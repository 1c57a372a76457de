import { mutantsDrawn, shrunkRow } from '../shrinking.ts';
import type { ShrunkRow } from '../shrinking.ts';
import type { Demonstration } from './demonstration.ts';

export const shrinking: Demonstration = {
  says: '--count 40 --seed 7: so many mutants, some 10 s each: steps, tries, share of the optimum where it is known',
  isLong: true,
  run({ say, seed, count }) {
    const rows = mutantsDrawn(seed ?? 1, count ?? Infinity).flatMap((name) => {
      const row = shrunkRow(name, 400);
      if (row === null) say(false, `shrinking ${name}: shows no more where it did`);
      else say(row.isTold, `shrinking ${textOf(row)}`);
      return row ?? [];
    });
    const sorted = (of: (r: ShrunkRow) => number): number[] => rows.map(of).sort((a, b) => a - b);
    const [steps, tries] = [sorted((r) => r.steps), sorted((r) => r.tries)];
    const median = (all: readonly number[]): number => all[all.length >> 1] ?? 0;
    const known = rows.filter((r) => r.optimum !== null);
    const near = known.filter((r) => r.steps <= 1.5 * (r.optimum as number));
    say(
      near.length === known.length,
      `shrinking: ${rows.length} mutants, median ${median(steps)} steps, worst ${steps.at(-1)}; median ${median(tries)} tries, worst ${tries.at(-1)}`,
      `${rows.filter((r) => r.isMinimal).length} proved minimal; optimum known of ${known.length}, at most 1.5 times it: ${near.length}`,
    );
  },
};

function textOf(r: ShrunkRow): string {
  const minimal = r.isMinimal ? 'minimal' : 'cut short';
  return `${r.mutant}, ${r.scenario}, ${r.invariant}: ${r.before} to ${r.steps} steps, ${minimal}, optimum ${r.optimum ?? '?'}, ${r.tries} tries, ${(r.cpuMs / 1_000).toFixed(1)} CPU s`;
}
