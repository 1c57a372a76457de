import { randomInt } from 'node:crypto';
import { openEngine } from '../../../harness/containers/engine.ts';
import { drawKill, type Kill, leftAfter } from '../kills.ts';
import { madeBy } from '../made-by.ts';
import type { Demonstration } from './demonstration.ts';

export const kills: Demonstration = {
  says: '--count 60: runs killed at any moment, in processes and containers; nothing is left behind',
  isLong: true,
  async run({ say, count }) {
    const seed = randomInt(2 ** 32);
    const engine = await openEngine().catch(() => null);
    if (engine === null) say(false, 'kills, containers: no engine answers');
    for (const [environment, kills] of Object.entries({
      processes: count ?? 60,
      containers: Math.ceil((count ?? 60) / 3),
    })) {
      if (environment === 'containers' && engine === null) continue;
      const left: string[] = [];
      for (let i = 0; i < kills; i++) {
        const kill = drawKill(environment as Kill['environment'], seed, i);
        const found = await leftAfter(kill, (pid) => (engine ? madeBy(engine, pid) : none));
        left.push(...found.map((what) => `kill ${i}: ${what}`));
      }
      say(
        left.length === 0,
        `kills, ${environment}, seed ${seed}: ${kills}, left behind ${left.length}`,
        left.slice(0, 5).join('; '),
      );
    }
  },
};

const none = Promise.resolve([]);
