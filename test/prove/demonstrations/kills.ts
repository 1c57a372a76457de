import { randomInt } from 'node:crypto';
import { openEngine } from '../../../harness/containers/engine.ts';
import { afterKill, drawKill, type Kill } from '../kills.ts';
import { madeBy } from '../made-by.ts';
import type { Demonstration } from './demonstration.ts';

export const kills: Demonstration = {
  says: '--count 200: runs, watchdogs or both ended at any moment by three signals, in processes and a tenth in containers; nothing is left behind',
  isLong: true,
  async run({ say, count = 200, seed = randomInt(2 ** 32) }) {
    const engine = await openEngine().catch(() => null);
    if (engine === null) say(false, 'kills, containers: no engine answers');
    for (const [environment, kills] of Object.entries({
      processes: count,
      containers: Math.ceil(count / 10),
    })) {
      if (environment === 'containers' && engine === null) continue;
      const left: string[] = [];
      const tookMs: number[] = [];
      for (let i = 0; i < kills; i++) {
        const kill = drawKill(environment as Kill['environment'], seed, i);
        const found = await afterKill(kill, (pid) => (engine ? madeBy(engine, pid) : none));
        left.push(...found.left.map((what) => `kill ${i}: ${what}`));
        if (kill.victims !== 'watchdog' && kill.signal !== 'SIGKILL') tookMs.push(found.tookMs);
      }
      tookMs.sort((a, b) => a - b);
      const ms = [0.5, 1].map((p) => Math.round(tookMs[Math.ceil(p * tookMs.length) - 1] ?? 0));
      say(
        left.length === 0,
        `kills, ${environment}, seed ${seed}: ${kills}, left behind ${left.length}; SIGTERM and SIGINT heeded in ${ms.join(', at most ')} ms`,
        left.slice(0, 5).join('; '),
      );
    }
  },
};

const none = Promise.resolve([]);
