/** More clients than sessions are remembered: what they try again comes when theirs is forgotten. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';

const clients = 6;

export const forgottenSessions = defineScenario({
  name: 'forgotten-sessions',
  claim:
    'A change that is tried again after its session was forgotten is not executed again, and is not said to have failed.',
  promises: ['executed-once', 'definite-failures', 'linearizable', 'state-agrees'],
  // A connection repeats nothing: there only a client does.
  environments: ['simulation'],
  successesMin: 100,
  story(draw) {
    const [toServers, toClients] = [
      { from: { of: 'clients' }, to: { of: 'servers' }, bothWays: false },
      { from: { of: 'servers' }, to: { of: 'clients' }, bothWays: false },
    ] as const;
    const interval = { atUs: secondsUs(1), untilUs: secondsUs(10) };
    const crashUs = secondsUs(draw.between(3, 7));
    return {
      shape: cluster({ servers: 3, clients }),
      faults: [
        { kind: 'loss', ...interval, permille: draw.between(100, 300), links: toClients },
        { kind: 'duplicate', ...interval, permille: draw.between(100, 300), links: toServers },
        // Copies come in another order, and late.
        { kind: 'latency', ...interval, delayUs: 5_000, jitterUs: 100_000, links: toServers },
        { kind: 'crash', atUs: crashUs, untilUs: crashUs + secondsUs(2), nodes: { of: 'leader' } },
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients,
        count: 70,
        pauseUs: 60_000,
        keys: 3,
        mix: { read: 4, write: 4, cas: 2 },
      }),
      durationUs: secondsUs(13),
      deadlineUs: secondsUs(1.5),
      extra: { sessionsMax: draw.between(2, 4) },
    };
  },
});
