/**
 * The reference cluster as a system: to the harness one more product under test.
 *
 * Servers hold the store, services are instances of demo services, and every node and client has an
 * agent. What it consists of is told here and nowhere else; what it promises are ids of invariants,
 * which the harness looks up and judges.
 */
import { HarnessError } from '../harness/core/errors.ts';
import type { HistoryEvent } from '../harness/core/history.ts';
import type { Component, NodeId } from '../harness/core/host.ts';
import { nodeCount, nodesWithRole } from '../harness/core/program.ts';
import type { Program, Shape } from '../harness/core/program.ts';
import type {
  LaneSpec,
  MachineForm,
  NodeConfig,
  Readiness,
  System,
} from '../harness/core/system.ts';
import { coordination } from './agent/promise.ts';
import { efficiency } from './balancer/promise.ts';
import { resilience } from './breaker/judge/resilience.ts';
import { circuitFacet } from './breaker/facet.ts';
import { breakerOpened } from './breaker/sometimes.ts';
import { configConverges } from './config-copy/judge/config-converges.ts';
import { copiesAdvance } from './config-copy/judge/copies-advance.ts';
import { electionSafety } from './consensus/judge/election-safety.ts';
import { leaderCompleteness } from './consensus/judge/leader-completeness.ts';
import { logMatching } from './consensus/judge/log-matching.ts';
import { discovery } from './discovery/promise.ts';
import { evidenceFreshness } from './evidence/judge/evidence-freshness.ts';
import { evidenceLifetime } from './evidence/judge/evidence-lifetime.ts';
import { membershipFacet } from './membership/facet.ts';
import { membership as membershipPromise } from './membership/promise.ts';
import { modeFacet } from './mode/facet.ts';
import { modeBehaviours } from './mode/judge/mode-behaviours.ts';
import { modeTransitions } from './mode/judge/mode-transitions.ts';
import { recoveryOrder } from './mode/judge/recovery-order.ts';
import { modeSometimes } from './mode/sometimes.ts';
import { leaseLifetime } from './registry/promise.ts';
import { leaseExpired } from './registry/sometimes.ts';
import { createAgent } from './agent/agent.ts';
import { operationNames } from './agent/operations.ts';
import { agentRules } from './agent/rules.ts';
import { referenceSettings } from './config.ts';
import { idle } from './idle.ts';
import { lanes } from './lanes.ts';
import { lan as membershipConfig } from './membership/config.ts';
import { createMembership } from './membership/membership.ts';
import { membershipRules } from './membership/rules.ts';
import { createMode, modeRules } from './mode/mode.ts';
import { mutantOf, mutants } from './mutants/index.ts';
import type { Changes } from './mutants/mutant.ts';
import { makeStore } from './store/component.ts';
import { scaled as scaledStore, storeConfig } from './store/config.ts';
import { storeRules } from './store/rules.ts';

const machine: MachineForm = {
  node(config) {
    checkShape(config.shape);
    const mutant = mutantOf(config.settings.mutant);
    return named([
      membership(config, mutant),
      store(config, mutant),
      createAgent(config, { ...agentRules, ...mutant.agentRules }),
      createMode(config, { ...modeRules, ...mutant.modeRules }),
    ]).map((spec, lane) => filtered(mutant, lane, spec));
  },
  client(config) {
    const mutant = mutantOf(config.settings.mutant);
    return named([idle, idle, createAgent(config, { ...agentRules, ...mutant.agentRules }), idle]);
  },
  callLane: lanes.agent,
  entry: entryPath(import.meta.url),
};

export const reference: System = {
  name: 'reference',
  operations: new Set<string>(operationNames),
  promises: [
    'linearizable',
    'executed-once',
    'session-guarantees',
    'watch-guarantees',
    electionSafety(),
    logMatching(),
    leaderCompleteness(),
    'mutual-exclusion',
    'fencing',
    configConverges(),
    copiesAdvance(),
    discovery(),
    leaseLifetime(),
    membershipPromise(),
    resilience(),
    efficiency(),
    coordination(),
    modeTransitions(),
    modeBehaviours(),
    recoveryOrder(),
    evidenceLifetime(),
    evidenceFreshness(),
  ],
  sometimes: [leaseExpired('up'), leaseExpired('down'), breakerOpened, ...modeSometimes],
  facets: [membershipFacet, circuitFacet, modeFacet],
  machine,
  mutants: Object.fromEntries(Object.entries(mutants).map(([id, m]) => [id, m.what])),
  readiness: (program) => new ClusterReadiness(program),
};

function membership({ id, shape }: NodeConfig, mutant: Changes): Component {
  return createMembership({
    self: id,
    size: nodeCount(shape),
    seeds: seedsOf(shape),
    startJoined: false,
    config: membershipConfig,
    rules: { ...membershipRules, ...mutant.membershipRules },
  });
}

function store({ id, shape, settings }: NodeConfig, mutant: Changes): Component {
  const voters = nodesWithRole(shape, 'server');
  if (!voters.includes(id)) return idle;
  const config = scaledStore(storeConfig, settings.policyDivisor);
  const { batchMax } = referenceSettings(settings);
  return makeStore({
    self: id,
    voters,
    config: { ...config, consensus: { ...config.consensus, batchMax } },
    rules: { ...storeRules, ...mutant.storeRules },
  });
}

/** The servers know everybody: who starts asks them first. */
function seedsOf(shape: Shape): NodeId[] {
  return nodesWithRole(shape, 'server');
}

/** Throws E_CONFIG for a shape that this cluster cannot have. */
function checkShape(shape: Shape): void {
  const servers = nodesWithRole(shape, 'server').length;
  const wrong = shape.nodes.find((n) => n.role !== 'server' && n.role !== 'service');
  if (servers === 0 || wrong !== undefined) {
    throw new HarnessError(
      'E_CONFIG',
      `the shape has ${servers} servers${wrong === undefined ? '' : ` and a "${wrong.role}"`}, ` +
        'wanted 1 or more nodes of role server and all others of role service.',
    );
  }
}

function named(components: readonly [Component, Component, Component, Component]): LaneSpec[] {
  const names = Object.keys(lanes);
  return components.map((component, lane) => ({ name: names[lane] ?? String(lane), component }));
}

function filtered(mutant: Changes, lane: number, spec: LaneSpec): LaneSpec {
  if (mutant.filter === undefined) return spec;
  return { name: spec.name, component: mutant.filter(lane, spec.component) };
}

/** The compiled entry point, whether this module runs compiled or from its source. */
function entryPath(moduleUrl: string): string {
  const path = decodeURIComponent(new URL('.', moduleUrl).pathname);
  return `${path.replace(/(\/dist)?\/reference-impl\/$/, '/dist/reference-impl/')}main.js`;
}

/** Ready once a leader leads and every service instance holds a lease. */
class ClusterReadiness implements Readiness {
  private readonly missing: Set<NodeId>;
  private hasLeader = false;

  constructor(program: Program) {
    this.missing = new Set(
      program.shape.nodes.flatMap((n, id) => (n.service === undefined ? [] : [id])),
    );
  }

  event(e: HistoryEvent): boolean {
    if (e.type === 'observe') {
      const o = e.value;
      if (o.kind === 'role' && o.role === 'leader') this.hasLeader = true;
      if (o.kind === 'lease' && o.change === 'registered') this.missing.delete(o.instance);
    }
    return this.hasLeader && this.missing.size === 0;
  }
}
