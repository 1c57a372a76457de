/** What any circuit breaker is to keep, and the story of two servers in which it is tried. */
import { cluster, defineScenario } from '../../harness/index.ts';
import type {
  History,
  Invariant,
  Operation,
  Prng,
  Scenario,
  Service,
  ServiceHost,
  System,
  Verdict,
} from '../../harness/index.ts';

/** What the user of a breaker sees of it: calls that it lets through, and its circuit. */
export interface BreakerObservation {
  readonly kind: 'breaker';
  readonly what: 'sent' | 'answered' | 'opened' | 'half-opened' | 'closed';
  /** Of calls: the operation. */
  readonly call: number | null;
}

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly breaker: BreakerObservation;
  }
}

const secondUs = 1_000_000;
/** A service that has just started refuses everything for so long. */
const startingMs = 2_000;

export const closesByProbe: Invariant = {
  id: 'closes-by-probe',
  area: 'RESILIENCE',
  claim:
    'A half-open circuit closes only after a call that was sent since it half-opened succeeded.',
  faultModel: 'any faults of servers and links',
  judge(history): Verdict {
    for (let client = 0, all = clientsOf(history); client < all.length; client++) {
      const explanation = closedWithoutProbe(all[client] as Seen[]);
      if (explanation === null) continue;
      const { id: invariant, claim } = closesByProbe;
      return { kind: 'violated', invariant, claim, explanation };
    }
    const basis = `${clientsOf(history).flat().length} calls and changes of circuits`;
    return { kind: 'holds', invariant: closesByProbe.id, basis };
  },
};

type Seen = BreakerObservation & { readonly timeUs: number };

/** What each client saw, in order. */
function clientsOf(history: History): Seen[][] {
  const seen = new Map<number, Seen[]>();
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'breaker') continue;
    const { timeUs, node, value } = e;
    seen.set(node, [...(seen.get(node) ?? []), { ...value, timeUs }]);
  }
  return [...seen.values()];
}

function closedWithoutProbe(
  seen: readonly Seen[],
): { atUs: number; sentences: string[]; ops: number[] } | null {
  const sentUs = new Map<number, number>();
  let halfOpenUs: number | null = null;
  let last: Seen | null = null;
  for (const s of seen) {
    if (s.what === 'half-opened') halfOpenUs = s.timeUs;
    else if (s.what === 'opened') halfOpenUs = null;
    else if (s.call !== null) {
      if (s.what === 'sent') sentUs.set(s.call, s.timeUs);
      else last = s;
    } else if (s.what === 'closed' && halfOpenUs !== null) {
      const call = last?.call ?? -1;
      const began = sentUs.get(call) ?? 0;
      if (last === null || began < halfOpenUs) {
        return {
          atUs: s.timeUs,
          ops: call < 0 ? [] : [call],
          sentences: [
            `The circuit half-opened at ${inSeconds(halfOpenUs)}: the next call was to be a probe.`,
            `At ${inSeconds(s.timeUs)} call ${call} succeeded, which was sent at ${inSeconds(began)}, before the circuit had opened.`,
            'That closed the circuit, although no probe was sent.',
          ],
        };
      }
      halfOpenUs = null;
    }
  }
  return null;
}

const inSeconds = (us: number): string => `${(us / secondUs).toFixed(2)} s`;

/** One server is slow, the other restarts and refuses calls for a while. */
export function startingService(host: ServiceHost): Service {
  const startedMs = host.now();
  return () => {
    if (startedMs > 0 && host.now() - startedMs < startingMs) throw new Error('starting');
    return 'pong';
  };
}

export function breakerStory(system: System, name: string, timeoutMs: number): Scenario {
  return defineScenario({
    name,
    claim: closesByProbe.claim,
    promises: [closesByProbe],
    system,
    environments: ['simulation'],
    successesMin: 3,
    story: (draw) => ({
      shape: cluster({ servers: 2, clients: 1 }),
      faults: [
        {
          kind: 'latency',
          atUs: 0,
          untilUs: 9 * secondUs,
          links: { from: { of: 'node', node: 1 }, to: { of: 'clients' }, bothWays: false },
          delayUs: draw.between(1_000, 3_000) * 1_000,
          jitterUs: 500_000,
        },
        {
          kind: 'crash',
          atUs: draw.between(1, 3) * secondUs,
          untilUs: 4 * secondUs,
          nodes: { of: 'node', node: 0 },
        },
      ],
      clients: [callsOf(draw)],
      durationUs: 12 * secondUs,
      // The caller does not wait as long as the breaker does.
      deadlineUs: 300_000,
      extra: { timeoutMs },
    }),
  });
}

/** Some to the slow server, most to the one that restarts. */
function callsOf(draw: Prng): Operation[] {
  return Array.from({ length: 60 }, (_, id) => ({
    id,
    afterUs: draw.between(50_000, 200_000),
    f: 'call',
    key: draw.chance(200) ? 'server-1' : 'server-0',
    value: null,
  }));
}
