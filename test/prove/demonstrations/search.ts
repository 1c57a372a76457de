import { benchMutants } from '../bench.ts';
import { compared, median, medianOf } from '../search.ts';
import type { Taken } from '../search.ts';
import { mutantsDrawn } from '../shrinking.ts';
import type { Demonstration } from './demonstration.ts';

const limit: Taken = { runs: 150, events: 1_000_000 };

export const search: Demonstration = {
  says: 'bugs of the bench, or with --count 10 --seed 7 so many mutants: runs, events and CPU time until one is found, steered against plain random, three searches each, some minutes a mutant',
  isLong: true,
  run({ say, count, ...asked }) {
    const first = (asked.seed ?? 1) * 1_000;
    const seeds = [first, first + 10_000, first + 20_000];
    const lost: string[] = [];
    const names = count === undefined ? benchMutants : mutantsDrawn(asked.seed ?? 1, count);
    const rows = names.map((mutant) => {
      const c = compared(mutant, seeds, limit);
      const of = (what: 'runs' | 'events'): readonly [number, number] => [
        medianOf(c.guided, what, limit),
        medianOf(c.random, what, limit),
      ];
      const missed = (all: readonly unknown[]): number => all.filter((t) => t === null).length;
      const [runs, events] = [of('runs'), of('events')];
      if (missed(c.guided) > missed(c.random)) lost.push(mutant);
      const cpuMs = [median(c.cpuMs.guided), median(c.cpuMs.random)] as const;
      const times = (cpuMs[1] / cpuMs[0]).toFixed(1);
      say(
        true,
        `search ${mutant}: ${times} times as fast: guided ${textOf(runs[0], events[0], cpuMs[0])}; random ${textOf(runs[1], events[1], cpuMs[1])}`,
        `missed ${missed(c.guided)} and ${missed(c.random)} of ${seeds.length}`,
      );
      return {
        runs: runs[1] / runs[0],
        events: events[1] / events[0],
        cpu: cpuMs[1] / cpuMs[0],
      };
    });
    const all = (of: 'runs' | 'events' | 'cpu'): number => median(rows.map((r) => r[of]));
    say(
      all('cpu') >= 2 && lost.length === 0,
      `search: ${rows.length} mutants, guided is ${all('cpu').toFixed(1)} times as fast in CPU time, ${all('events').toFixed(1)} in events, ${all('runs').toFixed(1)} in runs (medians)`,
      lost.length === 0 ? 'none lost' : `missed more often: ${lost.join(', ')}`,
    );
  },
};

function textOf(runs: number, events: number, cpuMs: number): string {
  return `${runs} runs, ${events} events, ${(cpuMs / 1_000).toFixed(1)} CPU s`;
}
