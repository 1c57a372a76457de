/** The election of the client etcd3, as it is installed, on a small etcd: who believes to lead? */
import { Etcd3 } from 'etcd3';
import type { Campaign } from 'etcd3';
import { cluster, defineScenario, libraryUnderTest } from '../../harness/index.ts';
import type {
  History,
  Invariant,
  LibraryDefinition,
  Operation,
  Prng,
  Scenario,
  Verdict,
} from '../../harness/index.ts';
import { smallEtcd } from './small-etcd/server.ts';
import type { Trophy } from './trophy.ts';

/** What a candidate was told of its campaigns. */
interface CandidateObservation {
  readonly kind: 'candidate';
  readonly what: 'elected' | 'failed';
}

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly candidate: CandidateObservation;
  }
}

const secondUs = 1_000_000;
const leaseS = 2;
const candidates = 3;
/** Two who believe to lead for so long, while nothing is broken, are no late news. */
const togetherUsMax = 10 * secondUs;

const oneLeads: Invariant = {
  id: 'one-candidate-leads',
  area: 'COORDINATION',
  claim: `Two candidates do not both lead for ${togetherUsMax / secondUs} s while nothing is broken, with leases of ${leaseS} s.`,
  faultModel: 'any faults that end',
  judge(history, { shape }): Verdict {
    const { id: invariant, claim } = oneLeads;
    const found = together(history);
    if (found === null) {
      const news = history.events.filter((e) => e.type === 'observe').length;
      return { kind: 'holds', invariant, basis: `${news} news of campaigns` };
    }
    const { leaders, sinceUs } = found;
    const sentences = [
      ...leaders.map(
        ([node, us]) =>
          `Client ${node - shape.nodes.length} was told at ${inSeconds(us)} that it is elected.`,
      ),
      `From ${inSeconds(sinceUs)} on nothing was broken, and none of them was told of an error for ${togetherUsMax / secondUs} s: all of them led.`,
    ];
    const explanation = { atUs: sinceUs + togetherUsMax, sentences, ops: [] };
    return { kind: 'violated', invariant, claim, explanation };
  },
};

interface Together {
  /** Ids of clients, and when each was told. */
  readonly leaders: readonly (readonly [number, number])[];
  readonly sinceUs: number;
}

function together({ events, endUs }: History): Together | null {
  const leaders = new Map<number, number>();
  let faults = 0;
  let sinceUs = 0;
  const end = { type: 'end', timeUs: endUs } as const;
  for (const e of [...events, end]) {
    const isLong = e.timeUs >= sinceUs + togetherUsMax;
    if (leaders.size > 1 && faults === 0 && isLong) return { leaders: [...leaders], sinceUs };
    if (e.type === 'fault' && e.phase !== 'effective') {
      faults += e.phase === 'begin' ? 1 : -1;
      sinceUs = e.timeUs;
    } else if (e.type === 'observe' && e.value.kind === 'candidate') {
      if (e.value.what === 'failed') leaders.delete(e.node);
      else if (!leaders.has(e.node)) leaders.set(e.node, e.timeUs);
      if (leaders.size < 2 || e.value.what === 'elected') sinceUs = e.timeUs;
    }
  }
  return null;
}

const inSeconds = (us: number): string => `${(us / secondUs).toFixed(2)} s`;

export const definition: LibraryDefinition = {
  name: 'etcd3',
  operations: ['stand'],
  promises: [oneLeads],
  service: () => smallEtcd(),
  client(host, { extra }) {
    const client = new Etcd3({
      hosts: 'http://server-0:2379',
      // One process is one client here: they must not share a connection.
      grpcOptions: { 'grpc.use_local_subchannel_pool': 1 },
    });
    const see = (what: CandidateObservation['what']): void =>
      host.observe({ kind: 'candidate', what });
    const run = extra['isCareful'] === true ? campaignCarefully : campaignAsDocumented;
    return {
      perform(op) {
        run(client, op.key, `client-${host.client}`, see);
        return Promise.resolve(null);
      },
    };
  },
};

const { system } = libraryUnderTest(definition, { workFactor: 40 });

type See = (what: CandidateObservation['what']) => void;

/** The pattern of the class `Election`'s documentation. */
function campaignAsDocumented(client: Etcd3, name: string, value: string, see: See): void {
  const election = client.election(name, leaseS);
  const runCampaign = (): void => {
    const campaign = election.campaign(value);
    campaign.on('elected', () => see('elected'));
    campaign.on('error', () => {
      see('failed');
      setTimeout(runCampaign, 5_000);
    });
  };
  runCampaign();
}

/** A campaign that has failed is resigned and no longer listened to; who is elected looks whether it leads. */
function campaignCarefully(client: Etcd3, name: string, value: string, see: See): void {
  const election = client.election(name, leaseS);
  const runCampaign = (): void => {
    const campaign: Campaign = election.campaign(value);
    let isOver = false;
    campaign.on('elected', () => {
      if (!isOver) see('elected');
    });
    campaign.on('error', () => {
      if (isOver) return;
      isOver = true;
      see('failed');
      campaign.resign().catch(() => undefined);
      setTimeout(runCampaign, 5_000);
    });
  };
  runCampaign();
}

function story(name: string, isCareful: boolean): Scenario {
  return defineScenario({
    name,
    claim: oneLeads.claim,
    promises: [oneLeads],
    system,
    environments: ['simulation'],
    successesMin: 2,
    story: (draw) => ({
      shape: cluster({ servers: 1, clients: candidates }),
      faults: [
        {
          kind: 'pause',
          atUs: draw.between(2, 5) * secondUs,
          untilUs: draw.between(10, 14) * secondUs,
          nodes: { of: 'node', node: 0 },
        },
      ],
      clients: Array.from({ length: candidates }, (_, client) => campaign(draw, client)),
      durationUs: 32 * secondUs,
      deadlineUs: secondUs,
      extra: { isCareful },
    }),
  });
}

function campaign(draw: Prng, id: number): Operation[] {
  return [{ id, afterUs: draw.between(10, 900) * 1_000, f: 'stand', key: 'job', value: null }];
}

export const etcd3: Trophy = {
  defect:
    'A campaign that has failed goes on: it is told later that it is elected, by a lease that is long gone, beside the leader.',
  told: 'the event elected, and no error after it',
  scenario: story('etcd3-two-leaders', false),
  safe: {
    how: 'when a campaign fails, resign it and listen to it no more',
    scenario: story('etcd3-careful-campaign', true),
  },
  issue: 'https://github.com/microsoft/etcd3/issues/158 (closed, still so)',
};

export default [etcd3.scenario, etcd3.safe.scenario];
