/** The election of @markwylde/liferaft, as it is installed, on three members with logs: does one lead in a term? */
import LifeRaft from '@markwylde/liferaft';
import type { LastInfo, Log } from '@markwylde/liferaft';
import { cluster, defineScenario, libraryUnderTest } from '../../harness/index.ts';
import type { History, Invariant, Json, Scenario } from '../../harness/index.ts';
import { leaderCutOff, looks, servers } from './raft-members.ts';
import type { Trophy } from './trophy.ts';

const secondUs = 1_000_000;
/** What reading the last entry of a log takes, ms, on a disk that is busy. */
const readMsMax = 20;

/** Ongaro & Ousterhout, 2014, section 5.2: a member votes for one candidate of a term. */
const oneLeads: Invariant = {
  id: 'one-leads-a-term',
  area: 'COORDINATION',
  claim: 'In each term one member leads at most.',
  faultModel: 'members that are cut off from all others',
  judge(history) {
    const id = 'one-leads-a-term';
    const found = twoIn(history);
    if (found === null) return { kind: 'holds', invariant: id, basis: 'what members told' };
    const { term, first, second, atUs } = found;
    const sentences = [
      `server-${first} and server-${second} were both told that they lead in term ${term}.`,
      'Each was given the votes of two of three members, so one gave its own twice.',
    ];
    const explanation = { atUs, sentences, ops: [] };
    return { kind: 'violated', invariant: id, claim: this.claim, explanation };
  },
};

interface Two {
  readonly term: number;
  readonly first: number;
  readonly second: number;
  readonly atUs: number;
}

function twoIn({ events }: History): Two | null {
  const leaders = new Map<number, number>();
  for (const e of events) {
    if (e.type !== 'observe' || e.value.kind !== 'role' || e.value.role !== 'leader') continue;
    const { term } = e.value;
    const first = leaders.get(term) ?? e.node;
    if (first !== e.node) return { term, first, second: e.node, atUs: e.timeUs };
    leaders.set(term, first);
  }
  return null;
}

/** What one member tells another; null: a client asks what the member is. */
type Asked = { readonly [k: string]: Json } | null;

/** A log of a member's own, which is empty for as long as nobody asks for anything but who leads. */
function logOf(msMax: number): new () => Log {
  return class {
    readonly committedIndex = 0;

    async getLastInfo(): Promise<LastInfo> {
      if (msMax > 0) await new Promise((wake) => setTimeout(wake, Math.random() * msMax));
      return { index: 0, term: 0, committedIndex: 0 };
    }

    end(): void {}
  };
}

const { system } = libraryUnderTest({
  name: '@markwylde/liferaft',
  operations: ['look'],
  promises: [oneLeads],
  service(host, { extra }) {
    const raft = new LifeRaft(`server-${host.node}`, {
      Log: logOf(extra['isInMemory'] === true ? 0 : readMsMax),
    });
    raft.on('error', () => undefined);
    for (const role of ['leader', 'follower', 'candidate'] as const) {
      raft.on(role, () => host.observe({ kind: 'role', role, term: raft.term }));
    }
    for (let node = 0; node < servers; node++) {
      if (node === host.node) continue;
      raft.join(`server-${node}`, (packet, done) => {
        void host.request(`server-${node}`, dataOf(packet)).then(
          (answer) => done(undefined, (answer as object | null) ?? undefined),
          (error: unknown) => done(error),
        );
      });
    }
    return async (request) => {
      const packet = request as Asked;
      if (packet === null) return LifeRaft.states[raft.state] ?? '';
      const answer = await new Promise<object | undefined>((resolve) =>
        raft.emit('data', packet, resolve),
      );
      return answer === undefined ? null : dataOf(answer);
    };
  },
  client: (host) => ({ perform: (op) => host.request(op.key, null) }),
});

function dataOf(packet: object): Json {
  return JSON.parse(JSON.stringify(packet)) as Json;
}

function story(name: string, isInMemory: boolean): Scenario {
  return defineScenario({
    name,
    claim: oneLeads.claim,
    promises: [oneLeads],
    system,
    environments: ['simulation'],
    successesMin: 3,
    story(draw) {
      return {
        shape: cluster({ servers, clients: 1 }),
        faults: [4, 8, 12, 16, 20].map((s) => leaderCutOff(s * secondUs, 2 * secondUs)),
        clients: [looks(draw, () => draw.between(500_000, 1_500_000))],
        durationUs: 24 * secondUs,
        deadlineUs: 2 * secondUs,
        extra: { isInMemory },
      };
    },
  });
}

export const liferaft: Trophy = {
  defect:
    'A member looks whether it has voted, waits for its log, and only then writes down its vote: two candidates that ask meanwhile are both given it, and two lead in one term.',
  told: 'the event leader, to both',
  scenario: story('liferaft-two-leaders', false),
  safe: {
    how: 'give it a log that knows its last entry from memory, so that getLastInfo resolves at once',
    scenario: story('liferaft-log-in-memory', true),
  },
  issue: null,
};

export default [liferaft.scenario, liferaft.safe.scenario];
