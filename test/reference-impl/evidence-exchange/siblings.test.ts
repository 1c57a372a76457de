/** What other mechanisms of a node say of themselves is passed on to those whom it is for. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Effects, Json, Msg, World } from '../../../harness/core/host.ts';
import type { Observation } from '../../../harness/core/observation.ts';
import { placesOf } from '../../../reference-impl/federation/places.ts';
import { exchangeOf } from '../../../reference-impl/evidence-exchange/config.ts';
import { EvidenceExchange } from '../../../reference-impl/evidence-exchange/exchange.ts';
import type { Claim } from '../../../reference-impl/evidence-exchange/messages.ts';
import { exchangeRules } from '../../../reference-impl/evidence-exchange/rules.ts';
import { cluster } from '../../../harness/workload/cluster.ts';

const secondUs = 1_000_000;

/** Node 0 of four, each in a zone of its own, two zones a region. */
function node(): {
  says(e: Observation, atUs?: number): Map<number, Claim>;
  holds(atUs: number): Json;
} {
  const settings = {
    policyDivisor: 1,
    deadlineUs: 1,
    mutant: null,
    extra: { evidenceExchange: {} },
  };
  const config = exchangeOf(settings) ?? assert.fail();
  const places = placesOf(cluster({ servers: 4, clients: 0, zones: 4 }), 2);
  const exchange = new EvidenceExchange({ self: 0, places, config, rules: exchangeRules });
  let sent = new Map<number, Claim>();
  let replied: Json = null;
  let turn = 0;
  const world = (nowUs: number): World => ({ nowUs, wallUs: nowUs, random: (n) => turn++ % n });
  const fx: Effects = {
    persist: () => 0,
    forget: () => undefined,
    observe: () => undefined,
    send: (to, m) => {
      const { claims } = m as Msg & { readonly claims: readonly (readonly [Claim, number])[] };
      const last = claims.at(-1)?.[0];
      if (last !== undefined) sent.set(to, last);
    },
    reply: (_id, v) => (replied = v),
    setTimer: () => 0,
    cancelTimer: () => undefined,
  };
  exchange.start([], world(0), fx);
  return {
    says(e, atUs = 0) {
      sent = new Map();
      exchange.observed(e, world(atUs), fx);
      return sent;
    },
    holds(atUs) {
      exchange.call({ id: 1, f: 'claims', key: '', value: null }, world(atUs), fx);
      return (replied as { readonly value: Json }).value;
    },
  };
}

function evidence(kind: 'rollout' | 'override' | 'flag-evaluation' | 'circuit'): Observation {
  const values = {
    rollout: { step: 2, state: 'rolling' },
    override: { who: 'ana', entry: 7 },
    'flag-evaluation': { variant: 'new', reason: 'SPLIT' },
    circuit: 'open',
  };
  const value = values[kind];
  return {
    kind: 'evidence',
    evidence: {
      kind,
      subject: 'web',
      scope: 'local',
      binding: 'revision 4',
      value,
      issuer: 0,
      issuedUs: 0,
      lifetimeUs: 30 * secondUs,
      freshness: 'fresh',
      staleUsMax: 0,
    },
  } as unknown as Observation;
}

describe('evidence of other mechanisms', () => {
  it('goes to all, to the region or to the zone, by what it is about', () => {
    const told = (kind: Parameters<typeof evidence>[0]): number[] =>
      [...node().says(evidence(kind)).keys()].sort();
    assert.deepEqual(told('override'), [1, 2, 3]);
    assert.deepEqual(told('rollout'), [1]);
    // Nobody else is in its zone.
    assert.deepEqual(told('flag-evaluation'), []);
    assert.deepEqual(told('circuit'), []);
  });

  it('ends when its own life does', () => {
    const one = node();
    one.says(evidence('override'));
    assert.equal((one.holds(29 * secondUs) as Json[]).length, 1);
    assert.deepEqual(one.holds(30 * secondUs), []);
  });

  it('is taken back by a server that leads no more', () => {
    const one = node();
    const led = one.says({ kind: 'role', role: 'leader', term: 3 });
    assert.deepEqual([led.get(3)?.value, led.get(3)?.isRevoked], [3, false]);
    const left = one.says({ kind: 'role', role: 'follower', term: 4 }, secondUs);
    assert.equal(left.get(3)?.isRevoked, true);
    assert.deepEqual(one.holds(secondUs), []);
  });
});
