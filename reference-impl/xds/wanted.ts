/** What a control plane wants one client to have now: what is planned, as far as it may have it yet. */
import type { Resource, ResourceType } from './messages.ts';
import type { XdsRules } from './rules.ts';
import { clustersOf, keyOf } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import type { Held, Subscribed } from './subscribed.ts';

export interface Client {
  readonly rules: XdsRules;
  readonly plan: Snapshot;
  readonly of: Readonly<Record<ResourceType, Subscribed>>;
}

export function wantedOf(client: Client, type: ResourceType): Held {
  const { of, plan } = client;
  const s = of[type];
  const wanted: Held = new Map();
  const names = s.isAll ? [...plan.names(type), ...s.names] : s.names;
  for (const name of names) {
    // Of a cluster that it is about to lose it keeps nothing, whatever it has not yet said.
    if (type === 'eds' && of.cds.isAll && !of.cds.held.has(name)) continue;
    const chosen = chosenOf(client, type, name);
    if (chosen !== undefined) wanted.set(name, chosen);
  }
  if (type === 'cds' && s.isAll) keepUsed(client, wanted);
  return wanted;
}

/** Of suspects one, as if it were none. */
export function suspectToTry(client: Client, type: ResourceType): Resource | null {
  const { suspects } = client.of[type];
  for (const key of suspects) {
    const planned = client.plan.get(type, key.replace(/@[^@]*$/, ''));
    const isPlanned = planned !== null && keyOf(planned) === key;
    if (!isPlanned) suspects.delete(key);
    else if (type !== 'rds' || mayRoute(client, planned)) return planned;
  }
  return null;
}

function chosenOf(client: Client, type: ResourceType, name: string): Resource | undefined {
  const s = client.of[type];
  const planned = client.plan.get(type, name);
  if (planned === null) return undefined;
  const key = keyOf(planned);
  const isBack = s.isSuspect(key) || client.rules.isKeptBack(s.refused.has(key));
  // What it has accepted in the meantime is no question any more.
  const isAccepted = s.good.get(name)?.version === planned.version;
  const chosen = isBack && !isAccepted ? s.fallback(name) : planned;
  const mayNot = type === 'rds' && chosen !== undefined && !mayRoute(client, chosen);
  return mayNot ? s.held.get(name) : chosen;
}

function mayRoute({ of: { cds, eds }, rules }: Client, route: Resource): boolean {
  // Who asks for clusters by name learns their names from routes.
  if (!cds.isAll) return true;
  return rules.mayRoute(
    clustersOf(route),
    (cluster) => cds.good.has(cluster) && eds.good.has(cluster),
  );
}

function keepUsed({ of: { cds, rds }, rules }: Client, wanted: Held): void {
  const used = new Set(rds.states().flatMap((routes) => [...routes.values()].flatMap(clustersOf)));
  for (const [name, r] of [...cds.good, ...cds.held]) {
    if (!wanted.has(name) && rules.isKept(used.has(name))) wanted.set(name, r);
  }
}
