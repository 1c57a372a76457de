import { csvOf, drawn, frontier as rowsOf } from '../frontier.ts';
import type { Demonstration } from './demonstration.ts';

export const frontier: Demonstration = {
  says: '--count 5: so many runs of each breaker, ours, opossum’s and cockatiel’s; a picture, and CSV',
  isLong: true,
  async run({ say, count }) {
    const rows = await rowsOf(count ?? 3);
    for (const line of [...drawn(rows), '', csvOf(rows)]) console.log(line);
    const own = rows.filter((r) => r.breaker === 'antlion' && r.isOnFrontier).length;
    say(own > 0, `frontier of breakers: ${rows.length} settings, ${own} of ours on it`);
  },
};
