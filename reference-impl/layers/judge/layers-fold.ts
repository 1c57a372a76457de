/**
 * CONSISTENCY: what an instance serves is the fold of its layers at the revision that it tells (C2).
 *
 * The slow way: every change that any server applied is kept, and of each name all layers are asked, at
 * that revision. On the Floor, and before anything was loaded, the defaults alone are served (C7).
 */
import { nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  History,
  Invariant,
  Json,
  NodeId,
  Program,
  Verdict,
} from '../../../harness/spec.ts';
import type {} from '../../config-copy/observations.ts';
import type {} from '../../mode/observations.ts';
import type { EffectiveObservation } from '../observations.ts';

const id = 'layers-fold';
const claim =
  'The configuration that a node serves is, name by name, what the most specific of its layers says at the revision that the node tells; the same values have the same hash, and others another.';

export function layersFold(): Invariant {
  return { id, area: 'CONSISTENCY', claim, faultModel: 'any faults', judge };
}

type Fields = Readonly<Record<string, Json>>;

/** What a key was from a revision on; null: not there. Ascending. */
type Changes = Map<number, string | null>;

function judge(history: History, program: Program): Verdict {
  const asked = program.settings.extra['layers'];
  const config = (typeof asked === 'object' ? asked : null) as Fields | null;
  const keys = changesOf(history, program);
  const hashes = new Hashes();
  let told = 0;
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'effective') continue;
    told += 1;
    const wanted = foldFor(e.node, e.value, { program, config, keys });
    const wrong = differs(e.value, wanted) ?? hashes.differs(e.value);
    if (wrong !== null) return violated(program, e.node, e.timeUs, e.value, wrong);
  }
  const late = floorIgnored(history, program);
  if (late !== null) return { kind: 'violated', invariant: id, claim, explanation: late };
  if (told === 0) return { kind: 'unknown', invariant: id, reason: 'no node serves layers' };
  return { kind: 'holds', invariant: id, basis: `${told} foldings, ${keys.size} keys` };
}

/** By key, what servers applied; after a restart they say it again. */
function changesOf(history: History, { shape }: Program): Map<string, Changes> {
  const keys = new Map<string, Changes>();
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'config') continue;
    if (shape.nodes[e.node]?.role !== 'server') continue;
    const { key, value, revision } = e.value;
    const of = keys.get(key) ?? new Map<number, string | null>();
    keys.set(key, of.set(revision, value));
  }
  return keys;
}

function foldFor(
  node: NodeId,
  { environment, revision, isFloor }: EffectiveObservation,
  from: { program: Program; config: Fields | null; keys: ReadonlyMap<string, Changes> },
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const defaults = (from.config?.['defaults'] ?? {}) as Fields;
  for (const [name, value] of Object.entries(defaults)) found.set(name, textOf(value));
  if (isFloor || revision < 0) return found;
  for (const layer of layersOf(node, from)) {
    for (const [key, changes] of from.keys) {
      const [head = '', env = '', of = '', ...name] = key.split('/');
      if (head !== 'config' || env !== environment || of !== layer) continue;
      const value = valueAt(changes, revision);
      if (value !== null) found.set(name.join('/'), value);
    }
  }
  return found;
}

function layersOf(
  node: NodeId,
  { program, config }: { program: Program; config: Fields | null },
): string[] {
  const spec = program.shape.nodes[node];
  const regions = (config?.['regions'] ?? {}) as Readonly<Record<string, readonly string[]>>;
  const all = ['global'];
  for (const [region, zones] of Object.entries(regions)) {
    if (spec !== undefined && zones.includes(spec.zone)) all.push(`region:${region}`);
  }
  all.push(`zone:${spec?.zone}`, `service:${spec?.service}`, `instance:${spec?.name}`);
  all.push(`override:${spec?.name}`);
  return all;
}

function valueAt(changes: Changes, revision: number): string | null {
  let newest = -1;
  for (const at of changes.keys()) if (at <= revision && at > newest) newest = at;
  return newest < 0 ? null : (changes.get(newest) ?? null);
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The first name of which something else is served than is wanted. */
function differs(
  { values }: EffectiveObservation,
  wanted: ReadonlyMap<string, string>,
): string | null {
  const names = new Set([...Object.keys(values), ...wanted.keys()]);
  for (const name of [...names].sort()) {
    const value = values[name];
    const got = value === undefined ? 'nothing' : textOf(value);
    const want = wanted.get(name) ?? 'nothing';
    if (got !== want) return `Of ${name} it serves ${got}; its layers say ${want} there.`;
  }
  return null;
}

/** One hash for the same values, whoever serves them, and no other values of the same hash. */
class Hashes {
  private readonly byValues = new Map<string, string>();
  private readonly byHash = new Map<string, string>();

  differs({ values, hash }: EffectiveObservation): string | null {
    const text = JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
    const before = this.byValues.get(text) ?? hash;
    if (before !== hash) return `Its hash is ${hash}; of the same values it was ${before} before.`;
    const other = this.byHash.get(hash) ?? text;
    if (other !== text) return `Its hash ${hash} was that of other values: ${other}.`;
    this.byValues.set(text, hash);
    this.byHash.set(hash, text);
    return null;
  }
}

/** A node that comes to the Floor serves its defaults at that moment. */
function floorIgnored({ events }: History, program: Program): Explanation | null {
  if (!events.some((e) => e.type === 'observe' && e.value.kind === 'effective')) return null;
  const isOnFloor = new Map<NodeId, boolean>();
  const since = new Map<NodeId, number>();
  for (const e of events) {
    for (const [node, atUs] of since) {
      if (e.timeUs <= atUs || isOnFloor.get(node) === true) continue;
      const sentences = [
        `${nameNode(program, node)} came to the Floor ${when(atUs)} and still serves more than its defaults.`,
      ];
      return { atUs, sentences, ops: [] };
    }
    since.clear();
    if (e.type === 'node') isOnFloor.delete(e.node);
    if (e.type !== 'observe') continue;
    if (e.value.kind === 'effective') isOnFloor.set(e.node, e.value.isFloor);
    if (e.value.kind === 'mode' && e.value.to === 'floor' && isOnFloor.has(e.node)) {
      since.set(e.node, e.timeUs);
    }
  }
  return null;
}

function violated(
  program: Program,
  node: NodeId,
  atUs: number,
  { revision, isFloor }: EffectiveObservation,
  wrong: string,
): Verdict {
  const at = isFloor ? 'on the Floor' : `at revision ${revision}`;
  const sentences = [
    `${nameNode(program, node)} tells ${when(atUs)} what it serves, ${at}.`,
    wrong,
  ];
  return { kind: 'violated', invariant: id, claim, explanation: { atUs, sentences, ops: [] } };
}
