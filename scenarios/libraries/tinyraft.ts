/** The election of tinyraft, as it is installed, on three members: does one that is cut off step down in time? */
import TinyRaft from 'tinyraft';
import type { RaftChange } from 'tinyraft';
import { cluster, defineScenario, libraryUnderTest } from '../../harness/index.ts';
import type { Json, Scenario } from '../../harness/index.ts';
import { alone, byRole } from './alone.ts';
import { leaderCutOff, looks, servers } from './raft-members.ts';
import type { Trophy } from './trophy.ts';

// It keeps the timers that it found when it was loaded, in fields that are there to be replaced.
Object.assign(TinyRaft, {
  setTimeout: (f: () => void, ms: number) => setTimeout(f, ms),
  clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
  setInterval: (f: () => void, ms: number) => setInterval(f, ms),
  clearInterval: (timer: NodeJS.Timeout) => clearInterval(timer),
});

const secondUs = 1_000_000;
/** Those of the example in its documentation. */
const documented = { electionTimeout: 5_000, heartbeatTimeout: 1_000, leadershipTimeout: 10_000 };
/** A leader gives up within the sum of the two, before anybody stands, which takes `electionTimeout` and two heartbeats. */
const careful = { ...documented, leadershipTimeout: 3_000, randomTimeout: 1_000 };
/** As late as one may hear that it was replaced. */
const togetherUsMax = documented.heartbeatTimeout * 1_000;

const oneLeads = alone({
  id: 'one-member-leads',
  claim: `Two members do not both lead for longer than a heartbeat, ${togetherUsMax / secondUs} s.`,
  faultModel: 'members that are cut off from all others',
  usMax: togetherUsMax,
  reads: byRole,
  does: 'leads',
});

/** A message of one member to another; null: a client asks what the member is. */
type Asked = { readonly from: string; readonly message: { readonly [k: string]: Json } } | null;

const { system } = libraryUnderTest({
  name: 'tinyraft',
  operations: ['look'],
  promises: [oneLeads],
  service(host, { extra }) {
    const nodes = Array.from({ length: servers }, (_, i) => `server-${i}`);
    const from = `server-${host.node}`;
    let role = 'candidate';
    const raft = new TinyRaft({
      nodes,
      nodeId: from,
      ...(extra['isCareful'] === true ? careful : documented),
      send(to, message) {
        const asked = { from, message: JSON.parse(JSON.stringify(message)) as Json };
        void host.request(to, asked);
      },
    });
    raft.on('change', ({ state, term }: RaftChange) => {
      if (state !== role) host.observe({ kind: 'role', role: state, term });
      role = state;
    });
    raft.start();
    return (request) => {
      const asked = request as Asked;
      if (asked === null) return role;
      raft.onReceive(asked.from, asked.message);
      return null;
    };
  },
  client: (host) => ({ perform: (op) => host.request(op.key, null) }),
});

function story(name: string, isCareful: boolean): Scenario {
  return defineScenario({
    name,
    claim: oneLeads.claim,
    promises: [oneLeads],
    system,
    environments: ['simulation'],
    successesMin: 3,
    story(draw) {
      const atUs = draw.between(15, 20) * secondUs;
      return {
        shape: cluster({ servers, clients: 1 }),
        faults: [leaderCutOff(atUs, 25 * secondUs)],
        clients: [looks(draw, () => draw.between(1, 3) * secondUs)],
        durationUs: 50 * secondUs,
        deadlineUs: 2 * secondUs,
        extra: { isCareful },
      };
    },
  });
}

export const tinyraft: Trophy = {
  defect:
    'A leader that is cut off gives up only after leadershipTimeout and up to electionTimeout more, when the others have elected another: with the documented values two lead for seconds.',
  told: 'the change to leader, and no other while another led',
  scenario: story('tinyraft-two-leaders', false),
  safe: {
    how: 'choose leadershipTimeout and randomTimeout so that their sum is less than electionTimeout',
    scenario: story('tinyraft-steps-down', true),
  },
  issue: null,
};

export default [tinyraft.scenario, tinyraft.safe.scenario];
