/** The client node-zookeeper-client, as it is installed, on a small ZooKeeper: is a leader told that its session is over? */
import zookeeper from 'node-zookeeper-client';
import type { Client } from 'node-zookeeper-client';
import { cluster, defineScenario, libraryUnderTest } from '../../harness/index.ts';
import type { Operation, Prng, Scenario } from '../../harness/index.ts';
import { alone, byHolder } from './alone.ts';
import { clientCutOff } from './client-cut-off.ts';
import type { HolderNews } from './alone.ts';
import { smallZookeeper } from './small-zookeeper.ts';
import type { Trophy } from './trophy.ts';

const secondUs = 1_000_000;
const clients = 2;
const sessionMs = 4_000;
const tryMs = 500;
/** By then the client of ZooKeeper itself gives up a server that it does not hear. */
const silenceMs = Math.floor((sessionMs * 2) / 3);
const togetherUsMax = 2 * secondUs;
const path = '/leader';

const oneLeads = alone({
  id: 'one-session-leads',
  claim: `A client is told that its session is over before another has led for ${togetherUsMax / secondUs} s.`,
  faultModel: 'clients that are cut off',
  usMax: togetherUsMax,
  reads: byHolder,
  does: `leads, by the node ${path}`,
});

type See = (what: HolderNews) => void;

const { system } = libraryUnderTest(
  {
    name: 'node-zookeeper-client',
    operations: ['stand', 'look'],
    promises: [oneLeads],
    service: smallZookeeper,
    client(host, { extra }) {
      let leads = false;
      const see: See = (what) => {
        leads = what === 'acquired';
        host.observe({ kind: 'holder', what });
      };
      return {
        perform({ f }) {
          if (f === 'stand') stand(see, extra['isCareful'] === true);
          return Promise.resolve(leads);
        },
      };
    },
  },
  { workFactor: 4 },
);

/** Leads by an ephemeral node, until the client says that it is disconnected or its session expired. */
function stand(see: See, isCareful: boolean): void {
  const client = zookeeper.createClient('server-0:2181', {
    sessionTimeout: sessionMs,
    spinDelay: tryMs,
  });
  let isOver = false;
  let leads = false;
  const lost = (): void => {
    if (leads) see('compromised');
    leads = false;
  };
  /** Begins anew, with a session of its own. */
  const giveUp = (): void => {
    if (isOver) return;
    isOver = true;
    lost();
    client.close();
    setTimeout(() => stand(see, isCareful), tryMs);
  };
  const attempt = (): void => {
    const askedMs = Date.now();
    client.create(path, zookeeper.CreateMode.EPHEMERAL, (error) => {
      if (isOver) return;
      if (error !== null && error !== undefined) return void setTimeout(attempt, tryMs);
      leads = true;
      see('acquired');
      if (isCareful) watchOver(client, askedMs, giveUp);
    });
  };
  client.on('disconnected', lost);
  client.on('expired', giveUp);
  client.on('connected', attempt);
  client.connect();
}

/** Asks again and again, and gives up when the last request that was answered is too long ago. */
function watchOver(client: Client, askedMs: number, giveUp: () => void): void {
  let answeredMs = askedMs;
  const asking = setInterval(() => {
    const nowMs = Date.now();
    if (nowMs - answeredMs < silenceMs) {
      client.exists(path, (error) => {
        if (error === null || error === undefined) answeredMs = Math.max(answeredMs, nowMs);
      });
      return;
    }
    clearInterval(asking);
    giveUp();
  }, tryMs);
}

function story(name: string, isCareful: boolean): Scenario {
  return defineScenario({
    name,
    claim: oneLeads.claim,
    promises: [oneLeads],
    system,
    environments: ['simulation'],
    successesMin: 2,
    story(draw) {
      const atUs = draw.between(3, 6) * secondUs;
      return {
        shape: cluster({ servers: 1, clients }),
        faults: [clientCutOff(draw, clients, atUs, 15 * secondUs)],
        clients: Array.from({ length: clients }, (_, client) => standing(draw, client)),
        durationUs: 30 * secondUs,
        deadlineUs: secondUs,
        extra: { isCareful },
      };
    },
  });
}

/** Stands once, and is asked again and again whether it leads. */
function standing(draw: Prng, client: number): Operation[] {
  const asked = { key: path, value: null };
  return [
    { id: client, afterUs: draw.between(10, 900) * 1_000, f: 'stand', ...asked },
    ...Array.from({ length: 4 }, (_, n) => {
      const id = clients * (n + 1) + client;
      return { id, afterUs: draw.between(5, 7) * secondUs, f: 'look', ...asked };
    }),
  ];
}

export const nodeZookeeperClient: Trophy = {
  defect:
    'It never gives up a server that it does not hear: whoever is cut off goes on as connected when its session is over and its ephemeral nodes are gone, and leads beside the next.',
  told: 'nothing: its state stays SYNC_CONNECTED, and neither disconnected nor expired is emitted until the cut is mended',
  scenario: story('zookeeper-client-two-leaders', false),
  safe: {
    how: 'while you lead, ask again and again, and give up when the last request that was answered was sent two thirds of a session ago',
    scenario: story('zookeeper-client-watches-itself', true),
  },
  issue: 'https://github.com/alexguan/node-zookeeper-client/issues/20 (open)',
};

export default [nodeZookeeperClient.scenario, nodeZookeeperClient.safe.scenario];
