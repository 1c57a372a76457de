/** The breaker in simulated time: its clock and timers are the run's, and its server is down for half a minute. */
import { cluster, defineScenario, libraryUnderTest } from 'antlion';
import { Breaker } from './breaker.mjs';

/** Within ten seconds after three failures in a row nothing is let through. */
const trips = {
  id: 'breaker-trips',
  area: 'RESILIENCE',
  claim: 'After three failures in a row nothing is let through for ten seconds.',
  faultModel: 'any faults',
  judge(history) {
    let failures = 0;
    let lastUs = 0;
    for (const e of history.events) {
      if (e.type === 'ok') failures = 0;
      if (e.type !== 'info') continue;
      if (failures >= 3 && e.timeUs - lastUs < 9_000_000) {
        const sentences = [`call ${e.op} was let through after ${failures} failures in a row.`];
        const explanation = { atUs: e.timeUs, sentences, ops: [e.op] };
        return { kind: 'violated', invariant: trips.id, claim: trips.claim, explanation };
      }
      failures += 1;
      lastUs = e.timeUs;
    }
    return { kind: 'holds', invariant: trips.id, basis: `${history.events.length} events` };
  },
};

/** The story, with a breaker of these options. */
export const story = (name, options) =>
  defineScenario({
    name,
    claim: 'A server that is down is left alone, after three failures.',
    promises: [trips],
    system: libraryUnderTest({
      name,
      operations: ['call'],
      promises: [trips],
      service: () => () => 'pong',
      client(host) {
        const breaker = new Breaker(() => host.request('server-0', 'ping'), options);
        return { perform: () => breaker.fire() };
      },
      // What the breaker refused did not happen; of anything else nobody knows.
      outcomeOf: ({ message }) => ({ type: message === 'open' ? 'fail' : 'info', error: message }),
    }).system,
    story: () => ({
      shape: cluster({ servers: 1, clients: 1 }),
      faults: [
        {
          kind: 'crash',
          atUs: 5_000_000,
          untilUs: 35_000_000,
          nodes: { of: 'node', node: 0 },
        },
      ],
      clients: [
        Array.from({ length: 150 }, (_, id) => ({
          id,
          afterUs: 300_000,
          f: 'call',
          key: 'x',
          value: null,
        })),
      ],
      durationUs: 60_000_000,
    }),
  });

export default story('counts-timeouts', { countsTimeouts: true });
