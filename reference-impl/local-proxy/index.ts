/** A proxy beside each node that goes on serving its list when the registry is gone (D4; SmartStack). */
import { lane } from '../mechanism.ts';
import { nodeCount } from '../../harness/core/program.ts';
import { localProxyOf } from './config.ts';
import { proxyFollowsRegistry } from './judge/proxy-follows-registry.ts';
import { proxyServesOn } from './judge/proxy-serves-on.ts';
import { createLocalProxy } from './machine.ts';
import { localProxyMutants } from './mutants.ts';
import type {} from './observations.ts';
import { localProxyRules } from './rules.ts';
import { proxiesServeOn } from './scenario.ts';

export const localProxy = lane({
  id: 'local-proxy',
  requirements: ['D4', 'I1'],
  what: 'a proxy beside each node: its list is made of the registry, kept in a file, and served on when that is gone',
  rules: localProxyRules,
  machine({ id, shape, settings }, rules) {
    const config = localProxyOf(settings);
    return config === null || id >= nodeCount(shape) ? null : createLocalProxy(config, rules);
  },
  promises: [proxyServesOn(), proxyFollowsRegistry()],
  mutants: localProxyMutants,
  scenarios: [proxiesServeOn],
});
