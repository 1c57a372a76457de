/** Envoy in front of a cluster that is up: how soon it follows, and what a deploy costs. */
import { envoyMissing } from '../systems/mesh/rig.ts';
import type { Say } from './demonstrations/demonstration.ts';
import { endLast, showEnvoy } from '../systems/mesh/stories.ts';

/** From the commit of a registration to Envoy's first answer by it, ms. */
const flipMsMax = 100;

export async function proveMesh(say: Say, flips: number): Promise<void> {
  const missing = envoyMissing();
  if (missing !== null) return say(false, 'mesh: no Envoy', missing);
  for (const protocol of ['GRPC', 'DELTA_GRPC'] as const) {
    try {
      const shown = await showEnvoy(protocol, { flips, turns: 3, atOnce: 4 });
      const [half = 0, most = 0] = [shown.flipMs[flips >> 1], shown.flipMs.at(-1)];
      const figures = `half within ${half.toFixed(0)} ms, the slowest ${most.toFixed(0)} ms`;
      say(most <= flipMsMax, `mesh, ${protocol}: ${flips} endpoint flips, ${figures}`);
      const { requests, failed, rejected, without } = shown;
      say(
        failed === 0,
        `mesh, ${protocol}: rolling deploy, ${failed} of ${requests} requests failed`,
      );
      say(rejected > 0, `mesh, ${protocol}: a wrong route was refused, and the old one stayed`);
      say(without === 20, `mesh, ${protocol}: ${without} of 20 requests without a control plane`);
    } finally {
      await endLast();
    }
  }
}
