/** A mesh: control planes in the servers, proxies beside instances and clients, xDS between them (D8). */
import { servicesOf } from '../../harness/core/program.ts';
import { ConfigCopy } from '../config-copy/config-copy.ts';
import { Discovery } from '../discovery/discovery.ts';
import { part } from '../mechanism.ts';
import { xdsOf } from './config.ts';
import { ControlPlane } from './control-plane.ts';
import { drainingSpared } from './judge/draining-spared.ts';
import { meshConverges } from './judge/mesh-converges.ts';
import { meshGoesOn } from './judge/mesh-goes-on.ts';
import { refusedKeptBack } from './judge/refused-kept-back.ts';
import { wrongRefused } from './judge/wrong-refused.ts';
import { xdsOrder } from './judge/xds-order.ts';
import { Mesh } from './mesh.ts';
import type { XdsDraining, XdsFrame } from './messages.ts';
import { xdsMutants } from './mutants.ts';
import { Proxy } from './proxy.ts';
import { xdsRules } from './rules.ts';
import { controlPlaneLost } from './scenarios/control-plane-lost.ts';
import { listenersReturn } from './scenarios/listeners-return.ts';
import { meshChanges } from './scenarios/mesh-changes.ts';
import { rollingDeploy } from './scenarios/rolling-deploy.ts';
import { wrongRoutes } from './scenarios/wrong-routes.ts';

export const xds = part({
  id: 'xds',
  requirements: ['D8'],
  what: 'a mesh: control planes tell proxies of clusters, endpoints, listeners and routes by xDS',
  rules: xdsRules,
  make(context, rules) {
    const { io, config, spec, servers, part: get } = context;
    const mesh = xdsOf(config.settings);
    const services = [...servicesOf(config.shape)];
    const isPlane = spec?.role === 'server';
    const called = spec === null ? services : (spec.calls ?? []);
    const discovery = get(Discovery);
    const copy = get(ConfigCopy);
    const planeOptions = {
      services,
      sources: {
        revision: () => discovery.subscription.revision + copy.subscription.revision,
        entries: () => discovery.entries(),
        config: () => copy.entries(),
      },
      zoneOf: (node: number) => config.shape.nodes[node]?.zone ?? '',
    };
    const has = mesh !== null;
    return new Mesh(io, {
      servers,
      service: spec?.service ?? null,
      servesOnUs: mesh?.drainUs ?? 0,
      plane: has && isPlane ? new ControlPlane(io, { ...planeOptions, config: mesh, rules }) : null,
      proxy:
        has && !isPlane
          ? new Proxy(io, { self: config.id, servers, services: called, config: mesh, rules })
          : null,
    });
  },
  messages: {
    xds: (mesh, from, m: XdsFrame) => mesh.frame(from, m),
    draining: (mesh, from, m: XdsDraining) => mesh.drains(from, m),
  },
  promises: [
    xdsOrder(),
    refusedKeptBack(),
    meshConverges(),
    meshGoesOn(),
    drainingSpared(),
    wrongRefused(),
  ],
  mutants: xdsMutants,
  scenarios: [meshChanges, controlPlaneLost, rollingDeploy, listenersReturn, wrongRoutes],
});
