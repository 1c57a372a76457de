import { bars, drawn, rowOf } from '../generations.ts';
import { generations as all } from '../../../reference-impl/generations/config.ts';
import type { Demonstration } from './demonstration.ts';

export const generations: Demonstration = {
  says: 'five generations of finding a service in one story: calls that fail, staleness, messages, whose loss ends it',
  isLong: false,
  run({ say }) {
    const rows = all.map(rowOf);
    for (const line of [...drawn(rows), ...bars(rows), '']) console.log(line);
    const ends = rows.filter((r) => r.alone.length > 0).map((r) => r.generation);
    say(ends.join() === 'balancer', 'the central balancer alone is a single point of failure');
  },
};
