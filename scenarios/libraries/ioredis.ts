/** The Redis client ioredis, as it is installed, on a small Redis: how often is one call executed? */
import { Redis } from 'ioredis';
import { cluster, defineScenario, libraryUnderTest } from '../../harness/index.ts';
import type { Invariant, Operation, Prng, Scenario, Verdict } from '../../harness/index.ts';
import { smallRedis } from './small-redis.ts';
import type { Trophy } from './trophy.ts';

const secondUs = 1_000_000;

const raisedOnce: Invariant = {
  id: 'raised-once',
  area: 'COORDINATION',
  claim: 'A counter is never higher than the number of calls that were to raise it.',
  faultModel: 'any faults; a server that answers has written to its disk',
  judge({ events }): Verdict {
    const { id: invariant, claim } = raisedOnce;
    let asked = 0;
    let answers = 0;
    for (const e of events) {
      if (e.type === 'invoke') asked += 1;
      if (e.type !== 'ok') continue;
      answers += 1;
      const count = Number(e.value);
      if (count <= asked) continue;
      const sentences = [
        `Call ${e.op} of client ${e.process} was answered ${count}, when ${asked} had been made in all.`,
        'Some call was executed twice, and nobody was told.',
      ];
      const explanation = { atUs: e.timeUs, sentences, ops: [e.op] };
      return { kind: 'violated', invariant, claim, explanation };
    }
    return { kind: 'holds', invariant, basis: `${answers} answers to ${asked} calls` };
  },
};

const { system } = libraryUnderTest(
  {
    name: 'ioredis',
    operations: ['raise'],
    promises: [raisedOnce],
    service: smallRedis,
    client(_, { extra }) {
      const redis = new Redis({
        host: 'server-0',
        port: 6379,
        ...(extra['resends'] === false && {
          autoResendUnfulfilledCommands: false,
          commandTimeout: 4_000,
        }),
      });
      // A connection that was lost is told of by this event, and it opens another.
      redis.on('error', () => undefined);
      return { perform: (op) => redis.incr(op.key) };
    },
  },
  { workFactor: 8 },
);

function story(name: string, resends: boolean): Scenario {
  return defineScenario({
    name,
    claim: raisedOnce.claim,
    promises: [raisedOnce],
    system,
    environments: ['simulation'],
    successesMin: 3,
    story: (draw) => {
      const cutUs = draw.between(10, 30) * 100_000;
      const downUs = cutUs + draw.between(2, 12) * 100_000;
      return {
        shape: cluster({ servers: 1, clients: 1 }),
        faults: [
          {
            kind: 'partition',
            atUs: cutUs,
            untilUs: cutUs + 2 * secondUs,
            mode: 'drop',
            links: { from: { of: 'servers' }, to: { of: 'clients' }, bothWays: false },
          },
          {
            kind: 'crash',
            atUs: downUs,
            untilUs: downUs + 500_000,
            nodes: { of: 'node', node: 0 },
          },
        ],
        clients: [raises(draw)],
        durationUs: 15 * secondUs,
        deadlineUs: 6 * secondUs,
        extra: { resends },
      };
    },
  });
}

function raises(draw: Prng): Operation[] {
  return Array.from({ length: 12 }, (_, id) => ({
    id,
    afterUs: draw.between(50, 500) * 1_000,
    f: 'raise',
    key: 'n',
    value: null,
  }));
}

export const ioredis: Trophy = {
  defect:
    'What was sent when the connection broke is sent again on the next one, whether it was executed or not: one incr counts twice.',
  told: 'the answer to the second execution, as if it were the only one',
  scenario: story('ioredis-counts-twice', true),
  safe: {
    how: 'autoResendUnfulfilledCommands: false, with a commandTimeout, as 6.0.0 never answers what it does not send again',
    scenario: story('ioredis-sends-once', false),
  },
  issue:
    'https://github.com/redis/ioredis/issues/2193 (of the safe setting, closed); the resending is documented as an option',
};

export default [ioredis.scenario, ioredis.safe.scenario];
