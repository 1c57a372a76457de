import { loadavg } from 'node:os';
import { openEngine } from '../../../harness/containers/engine.ts';
import { containers } from '../../../harness/containers/environment.ts';
import type { Environment } from '../../../harness/core/environment.ts';
import { HarnessError } from '../../../harness/core/errors.ts';
import { secondsUs } from '../../../harness/index.ts';
import { processes } from '../../../harness/processes/environment.ts';
import { childrenMib, containersMib, runAtScale } from '../scale.ts';
import type { Demonstration, Say } from './demonstration.ts';

/** Nobody waits for nodes that share a processor with so many others in vain. */
const readyWithinUs = secondsUs(240);

export const scale: Demonstration = {
  says: '--count 50: 5, 25 and 50 nodes in processes, 5 and 25 in containers, under faults: seconds until up, links, memory',
  isLong: true,
  async run({ say, count = 50 }) {
    const sizes = [5, 25, 50].filter((n) => n <= count);
    for (const nodes of sizes) await show(processes({ readyWithinUs }), nodes, childrenMib, say);
    const engine = await openEngine().catch(() => null);
    if (engine === null) return say(false, 'nodes in containers: no engine answers');
    const memory = (): Promise<number> => containersMib(engine.docker);
    // The first has images built: up is what it takes once they are there.
    for (const nodes of [5, ...sizes.filter((n) => n <= 25)])
      await show(containers({ readyWithinUs }), nodes, memory, say);
  },
};

async function show(
  environment: Environment,
  nodes: number,
  memoryMib: () => number | Promise<number>,
  say: Say,
): Promise<void> {
  const what = `${nodes} nodes in ${environment.name}`;
  try {
    const r = await runAtScale(environment, nodes, memoryMib);
    const isShown = r.effective === r.faults && r.verdict !== 'violated';
    say(
      isShown,
      `${what}: ${r.verdict}, up in ${r.upSeconds.toFixed(1)} s, ${r.links} links, ${r.nodesMib} MiB; ` +
        `${r.effective} of ${r.faults} faults took effect, edges at most ${r.lateSeconds.toFixed(1)} s late; ` +
        `${r.succeeded} of ${r.operations} operations succeeded; load ${loadavg()[0]?.toFixed(0)}`,
      r.told.join('; '),
    );
  } catch (e) {
    if (!(e instanceof HarnessError)) throw e;
    say(false, what, `${e.code}: ${e.message}`);
  }
}
