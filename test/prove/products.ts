/** Suites of real products, again and again: what a product promises holds, so each violation is a false alarm. */
import type { SystemManifest } from '../../harness/systems/define-system.ts';
import { knownAnomaly } from '../../harness/cli/verify/known-anomaly.ts';
import { numberOf, versionOf } from '../../harness/cli/products/list-systems.ts';
import { splitRelease } from '../../harness/cli/products/releases.ts';
import { builtIns } from '../../harness/cli/products/systems.ts';
import { type Line, verifyOnce } from './verify-once.ts';

/** What came of all runs of one capability: `keys` under each trouble. */
export interface SuiteTally {
  runs: number;
  operations: number;
  /** Scenario, seed and promise of each. */
  readonly violated: string[];
  /** The same of what is known of the product, so no false alarm. */
  readonly known: string[];
  /** Scenario, seed and reason of each. */
  readonly unknown: string[];
  readonly skipped: string[];
}

export interface ProductRuns {
  readonly product: string;
  /** By capability; none where it could not be run, and then why. */
  readonly suites: ReadonlyMap<string, SuiteTally>;
  readonly missing: string | null;
}

export interface ProductsOptions {
  /** Runs of each scenario, with seeds from `seed` on. */
  readonly count: number;
  readonly seed: number;
  /** Of each run, at least about. */
  readonly operations: number;
  /** Names, or releases such as `redis@6.2.14`; all that are built in unless told. */
  readonly products: readonly string[];
  /** A pattern, such as `keys-*`; null: the whole suite. */
  readonly scenario: string | null;
}

/** One product after the other, each by `antlion verify --require`. */
export async function* proveProducts(o: ProductsOptions): AsyncGenerator<ProductRuns> {
  const asked = o.products.length === 0 ? builtIns.map((m) => m.name) : o.products;
  for (const product of asked) {
    const release = splitRelease(product);
    const manifest = builtIns.find((m) => m.name === (release?.name ?? product));
    if (manifest !== undefined) yield await proveOne(product, manifest, o, release?.version);
  }
}

async function proveOne(
  product: string,
  manifest: SystemManifest,
  o: ProductsOptions,
  release?: string,
): Promise<ProductRuns> {
  const { anomalies } = manifest;
  const version = release ?? numberOf(versionOf(manifest));
  const isKnown = (scenario: string, promise: string): boolean =>
    knownAnomaly(anomalies, {}, { scenario, promise, version }) !== null;
  const suites = new Map<string, SuiteTally>();
  let missing: string | null = null;
  // One seed after the other: a product that stops half-way has shown all its suites so far.
  for (let seed = o.seed; seed < o.seed + o.count && missing === null; seed++) {
    const words = ['--seed', `${seed}`, '--operations', `${o.operations}`];
    if (o.scenario !== null) words.push('--scenario', o.scenario);
    missing = await verifyOnce([product, ...words], (record) => add(suites, record, isKnown));
  }
  return { product, suites, missing };
}

function add(
  suites: Map<string, SuiteTally>,
  record: Line,
  isKnown: (scenario: string, promise: string) => boolean,
): void {
  const scenario = String(record['scenario'] ?? '');
  const capability = scenario.split('-')[0] ?? '';
  if (record['type'] !== 'run' && record['type'] !== 'skipped') return;
  const tally = suites.get(capability) ?? emptyTally();
  suites.set(capability, tally);
  if (record['type'] === 'skipped') {
    tally.skipped.push(`${scenario}: ${String(record['reason'])}`);
    return;
  }
  const { seed, verdict, operations, promises, remarks } = record as unknown as Run;
  tally.runs += 1;
  tally.operations += operations.invoked;
  const told = promises.filter((p) => p.verdict === verdict);
  const which = told.map(wordsOfPromise).join('; ');
  const found = told.every((p) => isKnown(scenario, p.id)) ? tally.known : tally.violated;
  if (verdict === 'violated') found.push(`${scenario} seed ${seed}: ${which}`);
  const why = which === '' ? (remarks[0] ?? '') : which;
  if (verdict === 'unknown') tally.unknown.push(`${scenario} seed ${seed}: ${why}`);
}

interface Run {
  readonly seed: number;
  readonly verdict: string;
  readonly operations: { readonly invoked: number };
  readonly promises: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly basis: string | null;
    /** Why it is violated. */
    readonly sentences?: readonly string[];
  }[];
  readonly remarks: readonly string[];
}

function wordsOfPromise({ id, basis, sentences = [] }: Run['promises'][number]): string {
  const why = [basis ?? '', ...sentences].filter((text) => text !== '').join(' ');
  return why === '' ? id : `${id}: ${why}`;
}

function emptyTally(): SuiteTally {
  return { runs: 0, operations: 0, violated: [], known: [], unknown: [], skipped: [] };
}
