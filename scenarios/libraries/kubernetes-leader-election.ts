/**
 * The election of @codedependant/kubernetes-leader-election, as it is installed, by the official client
 * (@kubernetes/client-node) on a small API server: do two believe to lead, and does one lead again?
 */
import {
  cluster,
  defineScenario,
  formatDuration,
  libraryUnderTest,
  loadForRuns,
  secondsUs,
} from '../../harness/index.ts';
import type {
  History,
  Invariant,
  LibraryDefinition,
  LibraryHost,
  Operation,
  Prng,
  Scenario,
  Verdict,
} from '../../harness/index.ts';
import { alone, byHolder } from './alone.ts';
import type { HolderNews } from './alone.ts';
import { smallKubernetes } from './small-kubernetes.ts';
import type { Trophy } from './trophy.ts';

// It takes `setTimeout` out of `node:timers/promises` when it is loaded.
const { Elector } = await loadForRuns(() => import('@codedependant/kubernetes-leader-election'));
const { CoordinationV1Api, KubeConfig, Watch } = await loadForRuns(
  () => import('@kubernetes/client-node'),
);

const { EVENTS } = Elector;
const clients = 2;
/** Its defaults are 20 s and 10 s; all of it is faster here. */
const leaseS = 6;
const renewMs = 2_000;
const tryAgainMs = 3_000;
/** Its watch tells a leader of another one 2 s late, by design. */
const togetherUsMax = secondsUs(5);
const leaderlessUsMax = secondsUs(4 * leaseS);

const oneLeads = alone({
  id: 'one-lease-holder-leads',
  claim: `Two candidates do not both lead for longer than ${formatDuration(togetherUsMax)}, with leases of ${leaseS} s.`,
  faultModel: 'candidates that are cut off from the API server',
  usMax: togetherUsMax,
  reads: byHolder,
  does: 'leads',
});

const oneLeadsAgain: Invariant = {
  id: 'one-leads-again',
  area: 'COORDINATION',
  claim: `While nothing is broken and a candidate stands, nobody leads for ${formatDuration(leaderlessUsMax)} at most: four leases.`,
  faultModel: 'any faults that end',
  judge(history): Verdict {
    const { id: invariant, claim } = oneLeadsAgain;
    const found = leaderless(history);
    if (found === null) return { kind: 'holds', invariant, basis: 'what candidates were told' };
    const sentences = [
      `From ${formatDuration(found.sinceUs)} on nobody led, and another candidate stood.`,
      `Nothing was broken, and until ${formatDuration(found.untilUs)} nobody was told that it leads.`,
    ];
    const explanation = { atUs: found.untilUs, sentences, ops: [] };
    return { kind: 'violated', invariant, claim, explanation };
  },
};

/** From when on somebody stood while nobody led any more. */
function leaderless({ events, endUs }: History): { sinceUs: number; untilUs: number } | null {
  const leaders = new Set<number>();
  let standing = 0;
  let hasLed = false;
  let sinceUs: number | null = null;
  for (const e of [...events, { type: 'end', timeUs: endUs } as const]) {
    if (sinceUs !== null && e.timeUs - sinceUs > leaderlessUsMax) {
      return { sinceUs, untilUs: e.timeUs };
    }
    if (e.type === 'ok' && e.f === 'stand') standing += 1;
    if (e.type === 'invoke' && e.f === 'leave') standing -= 1;
    if (e.type === 'observe' && byHolder(e.value) === true) leaders.add(e.node);
    if (e.type === 'observe' && byHolder(e.value) === false) leaders.delete(e.node);
    hasLed ||= leaders.size > 0;
    const isLeaderless = hasLed && leaders.size === 0 && standing > 0 && e.type !== 'fault';
    sinceUs = isLeaderless ? (sinceUs ?? e.timeUs) : null;
  }
  return null;
}

const definition: LibraryDefinition = {
  name: 'kubernetes-leader-election',
  operations: ['stand', 'leave', 'look'],
  promises: [oneLeads],
  service: () => smallKubernetes(),
  // As in a pod; without this one it leads at once, alone.
  env: { KUBERNETES_SERVICE_HOST: 'server-0' },
  client(host, { extra }) {
    const candidate = new Candidate(host, extra['isCareful'] === true);
    return {
      async perform({ f }) {
        if (f === 'stand') await candidate.stand();
        if (f === 'leave') await candidate.leave();
        return candidate.leads;
      },
    };
  },
};

const costs = { workFactor: 20 };
const leading = libraryUnderTest(definition, costs);
const following = libraryUnderTest(
  { ...definition, name: 'kubernetes-nobody-leads', promises: [oneLeadsAgain] },
  costs,
);

/** A program that does what only one may do, for as long as it believes to lead. */
class Candidate {
  leads = false;
  private readonly elector: InstanceType<typeof Elector>;
  private readonly host: LibraryHost;
  private isOver = false;
  private end: NodeJS.Timeout | undefined;

  constructor(host: LibraryHost, isCareful: boolean) {
    this.host = host;
    this.elector = new Elector({
      auto_close: false,
      identity: `client-${host.client}`,
      lease_name: 'job',
      lease_duration_sec: leaseS,
      renew_interval_ms: renewMs,
    });
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'small', server: 'http://server-0:8080', skipTLSVerify: true }],
      users: [{ name: 'candidate' }],
      contexts: [{ name: 'here', cluster: 'small', user: 'candidate' }],
      currentContext: 'here',
    });
    this.elector.client = config.makeApiClient(CoordinationV1Api);
    this.elector.watch = new Watch(config);
    if (isCareful) this.believeByLease();
    else this.believeByEvents();
  }

  stand(): Promise<void> {
    return this.elector.start();
  }

  async leave(): Promise<void> {
    this.tell(false, 'released');
    this.isOver = true;
    await this.elector.stop();
  }

  /** As its documentation does. */
  private believeByEvents(): void {
    this.elector.on(EVENTS.LEADERSHIP_ACQUIRED, () => this.tell(true, 'acquired'));
    this.elector.on(EVENTS.LEADERSHIP_LOST, () => this.tell(false, 'compromised'));
  }

  /** It leads from a renewal on for as long as that renewal is good for, and stands again and again. */
  private believeByLease(): void {
    this.elector.on(EVENTS.LEADERSHIP_LOST, () => this.tell(false, 'compromised'));
    this.elector.on(EVENTS.LEASE_RENEWED, ({ renew_time }) => {
      const goodMs = Date.parse(renew_time ?? '') + leaseS * 1_000 - Date.now();
      clearTimeout(this.end);
      if (goodMs <= 0) return;
      this.tell(true, 'acquired');
      this.end = setTimeout(() => this.tell(false, 'compromised'), goodMs);
    });
    setInterval(() => {
      if (!this.isOver && !this.elector.current_leader) void this.elector.tryToBecomeLeader();
    }, tryAgainMs);
  }

  private tell(leads: boolean, what: HolderNews): void {
    if (leads === this.leads || this.isOver) return;
    this.leads = leads;
    this.host.observe({ kind: 'holder', what });
  }
}

/** The first candidate is cut off while it leads, and another one starts in its place. */
function cutOff(name: string, isCareful: boolean): Scenario {
  return defineScenario({
    name,
    claim: oneLeads.claim,
    promises: [oneLeads],
    system: leading.system,
    environments: ['simulation'],
    successesMin: 2,
    story(draw) {
      const atUs = secondsUs(draw.between(4, 8));
      return {
        shape: cluster({ servers: 1, clients }),
        faults: [
          {
            kind: 'partition',
            mode: 'drop',
            atUs,
            untilUs: atUs + secondsUs(24),
            links: { from: { of: 'node', node: 1 }, to: { of: 'servers' }, bothWays: true },
          },
        ],
        clients: [
          asked(0, [['stand', draw.between(10, 900)], ...looks(draw)]),
          asked(100, [['stand', draw.between(8_000, 12_000)], ...looks(draw)]),
        ],
        durationUs: secondsUs(40),
        deadlineUs: secondsUs(1),
        extra: { isCareful },
      };
    },
  });
}

/** Both stand; whoever was first leaves after a while, as in a rolling restart. */
function leaving(name: string, isCareful: boolean): Scenario {
  return defineScenario({
    name,
    claim: oneLeadsAgain.claim,
    promises: [oneLeadsAgain],
    system: following.system,
    environments: ['simulation'],
    successesMin: 3,
    story: (draw) => ({
      shape: cluster({ servers: 1, clients }),
      faults: [],
      clients: [
        asked(0, [
          ['stand', draw.between(10, 300)],
          ['leave', draw.between(15_000, 20_000)],
        ]),
        asked(100, [['stand', draw.between(700, 2_000)], ...looks(draw)]),
      ],
      durationUs: secondsUs(60),
      deadlineUs: secondsUs(1),
      extra: { isCareful },
    }),
  });
}

type Asked = readonly [f: string, afterMs: number];

function asked(first: number, all: readonly Asked[]): Operation[] {
  return all.map(([f, afterMs], i) => ({
    id: first + i,
    afterUs: afterMs * 1_000,
    f,
    key: 'job',
    value: null,
  }));
}

function looks(draw: Prng): Asked[] {
  return Array.from({ length: 4 }, () => ['look', draw.between(4_000, 7_000)] as const);
}

export const kubernetesLeaderElection: Trophy = {
  defect:
    'It never looks whether its own lease has ended, and its requests have no time-out: a leader that is cut off leads on beside the next one.',
  told: 'current_leader stays true, and LEADERSHIP_LOST is not emitted until the cut is mended',
  scenario: cutOff('kubernetes-two-leaders', false),
  safe: {
    how: 'lead from each LEASE_RENEWED on until its renew_time and lease_duration_sec are over, not by LEADERSHIP_ACQUIRED and current_leader',
    scenario: cutOff('kubernetes-leads-by-lease', true),
  },
  issue: null,
};

export const kubernetesNobodyLeads: Trophy = {
  defect:
    'Whoever has not become leader in three attempts, within one lease, never tries again but when the Lease is deleted: when the leader resigns or dies, nobody follows it.',
  told: 'nothing: start() has long resolved, and no event comes',
  scenario: leaving('kubernetes-nobody-leads', false),
  safe: {
    how: 'call tryToBecomeLeader() again and again while current_leader is false',
    scenario: leaving('kubernetes-tries-again', true),
  },
  issue: null,
};

export default [
  kubernetesLeaderElection.scenario,
  kubernetesLeaderElection.safe.scenario,
  kubernetesNobodyLeads.scenario,
  kubernetesNobodyLeads.safe.scenario,
];
