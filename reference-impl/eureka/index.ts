/** A registry of peers, as Eureka is one (D6): always there, never quite sure. */
import { instancesOf, nodesWithRole } from '../../harness/core/program.ts';
import { standardTiming } from '../config.ts';
import { lane } from '../mechanism.ts';
import { eurekaOf } from './config.ts';
import { EurekaInstance } from './instance.ts';
import { ghostsEvicted } from './judge/ghosts-evicted.ts';
import { goodbyeSpreads } from './judge/goodbye-spreads.ts';
import { peersAgree } from './judge/peers-agree.ts';
import { peersTold } from './judge/peers-told.ts';
import { returnKept } from './judge/return-kept.ts';
import { selfPreservation } from './judge/self-preservation.ts';
import { eurekaMutants } from './mutants.ts';
import type {} from './observations.ts';
import { EurekaPeer } from './peer.ts';
import { eurekaRules } from './rules.ts';
import { goodbyesOvertaken } from './scenarios/goodbyes-overtaken.ts';
import { peersRestarted } from './scenarios/peers-restarted.ts';
import { renewalsLost } from './scenarios/renewals-lost.ts';

export const eureka = lane({
  id: 'eureka',
  requirements: ['D6'],
  what: 'a registry of peers without agreement, which evicts nobody while many renewals are missing',
  rules: eurekaRules,
  machine({ id, shape, settings, address }, rules) {
    const config = eurekaOf(settings);
    const spec = shape.nodes[id];
    if (config === null || spec === undefined) return null;
    const servers = nodesWithRole(shape, 'server');
    if (spec.role === 'server') {
      return new EurekaPeer({ others: servers.filter((s) => s !== id), config, rules });
    }
    const { service = '', zone, name } = spec;
    const near = servers.filter((s) => shape.nodes[s]?.zone === zone);
    const far = servers.filter((s) => !near.includes(s));
    // Those of one zone take different peers first.
    const turn = instancesOf(shape, service).indexOf(id) % Math.max(1, far.length);
    const peers = [...near, ...far.slice(turn), ...far.slice(0, turn)];
    const { tryUs } = standardTiming;
    const where = address && {
      ipAddr: address.host,
      port: { $: address.port, '@enabled': 'true' },
    };
    const info = { zone, ...where };
    return new EurekaInstance({ app: service.toUpperCase(), id: name, info, peers, config, tryUs });
  },
  promises: [
    selfPreservation(),
    ghostsEvicted(),
    peersAgree(),
    goodbyeSpreads(),
    returnKept(),
    peersTold(),
  ],
  mutants: eurekaMutants,
  scenarios: [renewalsLost, goodbyesOvertaken, peersRestarted],
});
