/** What is claimed, and is not so: a leader that stands still is replaced, in a new term. To look at, and to mend. */
import { always, cluster, defineScenario, kvOperations, observed } from 'antlion';

const oneTerm = always(
  { id: 'one-term', area: 'SAFETY', claim: 'There is no second term.', faultModel: 'any' },
  { of: observed.role(), per: (e) => e.node, holds: (e) => e.value.term < 2 },
);

export default defineScenario({
  name: 'one-term',
  claim: 'A pause of the leader changes nothing.',
  promises: [oneTerm],
  successesMin: 1,
  story: (draw) => ({
    shape: cluster({ servers: 3, clients: 1 }),
    faults: [{ kind: 'pause', atUs: 1_000_000, untilUs: 3_000_000, nodes: { of: 'leader' } }],
    clients: kvOperations(draw, {
      clients: 1,
      count: 4,
      keys: 1,
      pauseUs: 200_000,
      mix: { write: 1 },
    }),
    durationUs: 4_000_000,
  }),
});
