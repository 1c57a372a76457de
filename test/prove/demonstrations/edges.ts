/** A thousand edges of a network that delivers content, for ten simulated minutes: nothing older than five seconds (C4). */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import { programOf } from '../../../harness/runner/run-scenario.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { edgeFresh } from '../../../reference-impl/edge-cache/judge/edge-fresh.ts';
import { edgesStory } from '../../../reference-impl/edge-cache/scenario.ts';
import { reference } from '../../../reference-impl/system.ts';
import type { Demonstration } from './demonstration.ts';

const [edges, minutes] = [1_000, 10];
/** Of the processor. */
const secondsMax = 30;

const thousandEdges = defineScenario({
  name: 'thousand-edges',
  claim: 'No edge of a thousand serves what was replaced more than five seconds before.',
  promises: ['edge-fresh'],
  environments: ['simulation'],
  story: (draw) =>
    edgesStory(draw, { edges, fetches: 60 * minutes, forUs: secondsUs(60 * minutes) }),
});

export const thousandOfEdges: Demonstration = {
  says: `${edges} edges for ${minutes} simulated minutes: nothing older than 5 s, in ${secondsMax} s of the processor`,
  isLong: true,
  run({ say, seed }) {
    const program = programOf(thousandEdges, seed ?? 1, 'virtual', null);
    const before = process.cpuUsage();
    const { history } = simulation().run(reference, program);
    const used = process.cpuUsage(before);
    const seconds = (used.user + used.system) / 1_000_000;
    const verdict = edgeFresh().judge(history, program);
    const basis = verdict.kind === 'holds' ? verdict.basis : JSON.stringify(verdict);
    say(verdict.kind === 'holds', 'no edge serves what is too old', basis);
    say(seconds <= secondsMax, `${seconds.toFixed(1)} s of the processor`);
  },
};
