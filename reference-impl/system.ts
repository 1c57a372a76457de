/**
 * The reference cluster as a system: to the harness one more product under test.
 *
 * Servers hold the store, services are instances of demo services, and every node and client has an
 * agent. What it consists of is the list of mechanisms; all that is told here is read from it.
 */
import { assert } from '../harness/core/assert.ts';
import { HarnessError } from '../harness/core/errors.ts';
import type { HistoryEvent } from '../harness/core/history.ts';
import type { NodeId } from '../harness/core/host.ts';
import { nodesWithRole } from '../harness/core/program.ts';
import type { Program, Shape } from '../harness/core/program.ts';
import type {
  LaneSpec,
  MachineForm,
  NodeConfig,
  Readiness,
  System,
} from '../harness/core/system.ts';
import { referenceSettings } from './config.ts';
import type { Deviations, WatchedConfig } from './deviations.ts';
import { idle } from './idle.ts';
import { lanes } from './lanes.ts';
import { promisesOf } from './mechanism.ts';
import type { Mechanism, Mutant } from './mechanism.ts';
import { mechanisms } from './mechanisms.ts';
import { metered } from './meter/meter.ts';
import { meterMetrics } from './meter/metrics.ts';

/** A broken variant, and the mechanism whose rule it replaces. */
export interface ListedMutant extends Mutant {
  readonly mechanism: string;
}

/** Every broken variant of the node, by its id. */
export const mutants: Readonly<Record<string, ListedMutant>> = Object.fromEntries(
  mechanisms.flatMap((m) =>
    Object.entries(m.mutants ?? {}).map(([id, mutant]) => [id, { ...mutant, mechanism: m.id }]),
  ),
);

/** The stories of the mechanisms. */
export const scenarios = mechanisms.flatMap((m) => m.scenarios ?? []);

const machine: MachineForm = {
  node(config) {
    checkShape(config.shape);
    return lanesOf(config);
  },
  client: lanesOf,
  callLane: lanes.agent,
  diskCare: (config) => brokenBy(config.settings.mutant)?.disk ?? {},
  checksMessages: (config) => brokenBy(config.settings.mutant)?.checksMessages ?? true,
  entry: entryPath(import.meta.url),
};

export const reference: System = {
  name: 'reference',
  operations: new Set(
    mechanisms.flatMap((m) => (m.shape === 'front' ? [] : Object.keys(m.operations))),
  ),
  promises: mechanisms.flatMap((m) => promisesOf(m, mechanisms)),
  sometimes: mechanisms.flatMap((m) => m.sometimes ?? []),
  facets: mechanisms.flatMap((m) => m.facets ?? []),
  ageings: mechanisms.flatMap((m) => m.ageings ?? []),
  metrics: [...mechanisms.flatMap((m) => m.metrics ?? []), ...meterMetrics],
  machine,
  mutants: Object.fromEntries(Object.entries(mutants).map(([id, m]) => [id, m.what])),
  reconfigure: (change) => ({
    f: 'change-servers',
    key: 'servers',
    value: { add: [...change.add], remove: [...change.remove] },
  }),
  membersSaid: (o) =>
    o.kind === 'configuration' && o.change === 'committed' ? [...o.voters, ...o.learners] : null,
  readiness: (program) => new ClusterReadiness(program),
};

/** The same cluster, of which `deviations` is told each answer that its mutant gives otherwise; it may prevent it. */
export function referenceWatched(deviations: Deviations): System {
  const told = (config: NodeConfig): WatchedConfig => ({ ...config, deviations });
  return {
    ...reference,
    machine: {
      ...machine,
      node: (config) => machine.node(told(config)),
      client: (config) => machine.client(told(config)),
    },
  };
}

function lanesOf(config: NodeConfig): LaneSpec[] {
  const broken = brokenBy(config.settings.mutant);
  const { meterUs } = referenceSettings(config.settings);
  return mechanisms
    .filter((m) => m.shape === 'lane')
    .map((m) => {
      const component = m.component(config, mechanisms) ?? idle;
      const isWrapped = broken?.wrap !== undefined && laneOf(broken.of) === m.id;
      if (component === idle) return { name: m.id, component };
      const made = isWrapped ? broken.wrap(component) : component;
      return { name: m.id, component: meterUs === null ? made : metered(made, m.id, meterUs) };
    });
}

/** Throws E_MUTANT_UNKNOWN. */
function brokenBy(id: string | null): (Mutant & { readonly of: Mechanism }) | null {
  if (id === null) return null;
  for (const of of mechanisms) {
    const mutant = of.mutants?.[id];
    if (mutant !== undefined) return { ...mutant, of };
  }
  const known = Object.keys(mutants).join(', ');
  throw new HarnessError('E_MUTANT_UNKNOWN', `mutant is "${id}", wanted one of ${known}.`);
}

/** The lane in which a mechanism runs. */
function laneOf(m: Mechanism): string {
  assert(m.shape !== 'front', 'a front has no lane', { id: m.id });
  return { lane: m.id, table: 'consensus', part: 'agent' }[m.shape];
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
      if (o.kind === 'lease' && o.change === 'registered' && typeof o.instance === 'number') {
        this.missing.delete(o.instance);
      }
    }
    return this.hasLeader && this.missing.size === 0;
  }
}
