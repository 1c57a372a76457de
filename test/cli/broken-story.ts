/** A scenario as a user writes it, whose promise every run breaks: quick to run and to shrink. */
export const brokenStory = `
import { always, cluster, defineScenario, kvOperations, observed } from 'antlion';
const termsStayOne = always(
  { id: 'terms-stay-one', area: 'SAFETY', claim: 'Terms stay below two.', faultModel: 'any' },
  { of: observed.role(), per: (e) => e.node, holds: (e) => e.value.term < 2 },
);
export default defineScenario({
  name: 'one-term',
  claim: 'A pause of the leader changes nothing.',
  promises: [termsStayOne],
  story: (draw) => ({
    shape: cluster({ servers: 3, clients: 1 }),
    faults: [{ kind: 'pause', atUs: 1_000_000, untilUs: 3_000_000, nodes: { of: 'leader' } }],
    clients: kvOperations(draw, { clients: 1, count: 1, keys: 1, pauseUs: 100_000, mix: { write: 1 } }),
    durationUs: 3_000_000,
  }),
});
`;
