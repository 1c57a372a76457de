/** Settings are overridden while all is well and while little is; then the servers recover. */
import { cluster, defineScenario, minutesUs, secondsUs } from '../../../harness/spec.ts';
import type { Operation, Prng } from '../../../harness/spec.ts';

export const overridesCleanedUp = defineScenario({
  name: 'overrides-cleaned-up',
  claim:
    'When servers recover from the loss of most of them, what was overridden before is as it is for everybody again, and none of it is left in Target.',
  promises: ['overrides-cleaned', 'override-expires', 'audit-complete', 'recovery-order'],
  environments: ['simulation'],
  successesMin: 5,
  story(draw) {
    const atUs = secondsUs(draw.between(40, 50));
    const untilUs = atUs + secondsUs(draw.between(20, 40));
    const lost = draw.shuffle([0, 1, 2]).slice(0, 2);
    return {
      shape: cluster({ servers: 3, services: [{ name: 'front', instances: 2 }], clients: 2 }),
      faults: [{ kind: 'crash', atUs, untilUs, nodes: { of: 'nodes', nodes: lost } }],
      clients: [[...roles(), ...overrides(draw)], reads()],
      durationUs: minutesUs(9),
      extra: { layers: {}, audit: {} },
    };
  },
});

function roles(): Operation[] {
  return [{ id: 0, afterUs: 0, f: 'write', key: 'roles/ana', value: 'ops' }];
}

/** Before the trouble, in it, and when the servers are back but not yet trusted again. */
function overrides(draw: Prng): Operation[] {
  return [5, 20, 50, 10].map((second, i) => ({
    id: 1 + i,
    afterUs: secondsUs(second) + draw.below(secondsUs(5)),
    f: 'override',
    key: `config/prod/override:front-${i % 2}/limit-${i}`,
    value: { value: draw.between(1, 99), who: 'ana', why: 'until it is over' },
  }));
}

function reads(): Operation[] {
  return [30, 400].map((second, i) => ({
    id: 10 + i,
    afterUs: secondsUs(second),
    f: 'audit-log',
    key: 'audit',
    value: null,
  }));
}
