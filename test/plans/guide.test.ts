/** The plan of the guide, run as it is printed, and the schema that is published. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { simulation } from '../../harness/index.ts';
import { readPlan } from '../../harness/plans/read.ts';
import { withPlan } from '../../harness/plans/with-plan.ts';
import { programOf, runScenario } from '../../harness/runner/run-scenario.ts';
import { reference } from '../../reference-impl/system.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';

const guide = readFileSync('docs/guides/plan.md', 'utf8');
const text = /^```yaml\n([^]*?)^```/m.exec(guide)?.[1] ?? '';

describe('the guide of plans', () => {
  it('prints a plan that the correct node stands, and that is the same for the same seed', () => {
    const scenario = withPlan(minorityPartition, readPlan('plan.yaml', text));
    const run = () => {
      const program = programOf(scenario, 1, 'virtual', null);
      const {
        verdict,
        run: done,
        judgement,
      } = runScenario(simulation(), reference, scenario, program);
      assert.equal(verdict, 'holds', JSON.stringify(judgement.verdicts));
      return { program, events: done.history.events };
    };
    const [once, again] = [run(), run()];
    assert.deepEqual(once, again);
    const kinds = new Set(once.program.faults.map((f) => f.kind));
    assert.deepEqual([...kinds].toSorted(), ['crash', 'latency', 'partition', 'pause']);
  });
});
