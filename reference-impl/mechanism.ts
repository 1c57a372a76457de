/**
 * The shape of a mechanism: what a folder of the reference cluster says of itself in its `index.ts`.
 *
 * A mechanism is one of four: a **lane** (peers speak to peers), a **table** (replicated state), a
 * **part** (what an agent does for its node or client), a **front** (an asynchronous edge that speaks
 * a foreign protocol). `mechanisms.ts` lists them, and all else is read from that list: the components
 * of a node, the operations of a workload, promises, mutants, stories. See `harness/README.md`.
 */
import type { Alert } from '../harness/core/alert.ts';
import type { DiskCare } from '../harness/core/disk-care.ts';
import type { Call, Component, Json, Msg, NodeId } from '../harness/core/host.ts';
import type { Invariant, Sometimes } from '../harness/core/invariant.ts';
import type { Metric } from '../harness/core/metric.ts';
import type { Shape } from '../harness/core/program.ts';
import type { Scenario } from '../harness/core/scenario.ts';
import type { Ageing, Facet, NodeConfig, Outcome } from '../harness/core/system.ts';
import type { HttpApi } from '../harness/host/node-http.ts';
import type { NodeHandle } from '../harness/host/node.ts';
import type { AgentContext, Part } from './agent/part.ts';
import { type WatchedConfig, watched } from './deviations.ts';
import type { ModeMember } from './mode/member.ts';
import type { StoreOp } from './store/asked.ts';

/** A broken variant of one mechanism. The mechanism knows nothing of it. */
export interface Mutant<Rules extends object = object> {
  /** `easy` shows whenever its rule is used; `hard` needs a race, a rare fault or two in order. */
  readonly difficulty: 'easy' | 'hard';
  /** One line: what is broken. */
  readonly what: string;
  /** The product that had this bug, and where that is told; `part`: of several in one place. Absent: made up. */
  readonly from?: { readonly system: string; readonly issue: string; readonly part?: number };
  /** Ids of the promises that say what is wrong, the likeliest first. */
  readonly breaks: readonly string[];
  /** A story and a seed with which it is caught. */
  readonly shows?: readonly [scenario: string, seed: number];
  /** Why no story shows it. `antlion mutants --bench` counts it as missed. */
  readonly missed?: string;
  /** The decisions that it makes otherwise. */
  readonly rules?: Partial<Rules>;
  /** Stands between the mechanism's lane and its host: a disk that is late, a push that is rewritten. */
  readonly wrap?: (inner: Component) => Component;
  /** What the node does about its disk otherwise. In simulation. */
  readonly disk?: Partial<DiskCare>;
  /** False: the node believes messages that were damaged on their way. In simulation. */
  readonly checksMessages?: false;
}

/** By id, unique in the whole list. */
export type Mutants<Rules extends object = object> = Readonly<Record<string, Mutant<Rules>>>;

export type Promises = readonly (string | Invariant)[];

/** What every mechanism says of itself, whatever its shape. */
export interface Described<Rules extends object = object> {
  /** Kebab case, the name of its folder; unique in the list. */
  readonly id: string;
  /** What it answers of the requirements: `R7`. */
  readonly requirements: readonly string[];
  /** One line: what it does. */
  readonly what: string;
  /** Its small pure decisions; a mutant replaces some of them. */
  readonly rules: Rules;
  /**
   * Judged on observations and operations; one that many systems make is told by its id. Given by
   * the list where they judge by what all mechanisms say of themselves.
   */
  readonly promises?: Promises | ((all: readonly Described[]) => Promises);
  /** What it measures that may end Target, and what the modes do to it. */
  readonly mode?: ModeMember;
  readonly mutants?: Mutants<Rules>;
  /** Stories in which its promises are put to the test. */
  readonly scenarios?: readonly Scenario[];
  /** What a suite should come across of it. */
  readonly sometimes?: readonly Sometimes[];
  /** What exploration tells the states of nodes apart by. */
  readonly facets?: readonly Facet[];
  /** What its nodes know that grows old: reports draw its age. */
  readonly ageings?: readonly Ageing[];
  /** What it observes, as figures: at `GET /metrics` of a node, and of a run. */
  readonly metrics?: readonly Metric[];
  /** By what Prometheus notices that a promise of it is broken: `antlion monitoring`. */
  readonly alerts?: readonly Alert[];
}

/** Peers speak to peers: one component of each node where it is on. */
export interface LaneManifest<Rules extends object> extends Described<Rules> {
  /**
   * Null at nodes and clients where it is off: there the lane is idle and costs nothing. `all` is the
   * whole list: the frames run the tables and parts in it.
   */
  readonly machine: (
    config: NodeConfig,
    rules: Rules,
    all: readonly Mechanism[],
  ) => Component | null;
  /** What a workload may ask of it, and which node is asked; the lane gets an `Ask` (`agent/wire.ts`). */
  readonly operations?: Readonly<Record<string, (c: Call, shape: Shape) => NodeId>>;
  /** Of this node's lane, over HTTP: GET of the path is a call of that name. */
  readonly http?: Readonly<Record<`/${string}`, string>>;
}

/** State that consensus replicates. */
export interface TableManifest<Rules extends object> extends Described<Rules> {
  /**
   * What a workload may ask of it: the store's request for a call, null when its argument makes no
   * sense. `seen` is the newest revision that the client's session knows of.
   */
  readonly operations?: Readonly<Record<string, (c: Call, seen: number) => StoreOp | null>>;
}

/** What an agent does for its node or client. All parts of an agent share one lane. */
export interface PartManifest<Rules extends object, P extends Part> extends Described<Rules> {
  readonly make: (context: AgentContext, rules: Rules) => P;
  /** Messages that are meant for it, by their kind. */
  readonly messages?: Readonly<Record<string, (part: P, from: NodeId, m: never) => void>>;
  /** What a workload may ask of it; `done` is called once. */
  readonly operations?: Readonly<
    Record<string, (part: P, c: Call, done: (o: Outcome) => void) => void>
  >;
  /** What people may ask of it, answered from memory. */
  readonly questions?: Readonly<Record<string, (part: P) => Json>>;
  /** Of this node's part, over HTTP: GET of the path is the question of that name; null: it is off. */
  readonly http?: Readonly<Record<`/${string}`, string>>;
}

/** An asynchronous edge: it reaches components by calls and replies only. */
export interface FrontManifest extends Described {
  /** Loads its module, which may use `node:` and packages; only a real node does. */
  readonly load: () => Promise<(node: NodeHandle, all: readonly Mechanism[]) => HttpApi>;
}

export interface Lane extends Described {
  readonly shape: 'lane';
  readonly operations: Readonly<Record<string, (c: Call, shape: Shape) => NodeId>>;
  readonly http: Readonly<Record<string, string>>;
  /** Null where it is off. */
  readonly component: (config: NodeConfig, all: readonly Mechanism[]) => Component | null;
}

export interface Table extends Described {
  readonly shape: 'table';
  readonly operations: Readonly<Record<string, (c: Call, seen: number) => StoreOp | null>>;
}

/** What it takes is handed the part that `make` made. */
export interface PartOfAgent extends Described {
  readonly shape: 'part';
  readonly make: (context: AgentContext) => Part;
  readonly messages: Readonly<Record<string, (part: Part, from: NodeId, m: Msg) => void>>;
  readonly operations: Readonly<
    Record<string, (part: Part, c: Call, done: (o: Outcome) => void) => void>
  >;
  readonly questions: Readonly<Record<string, (part: Part) => Json>>;
  readonly http: Readonly<Record<string, string>>;
}

export interface Front extends FrontManifest {
  readonly shape: 'front';
}

export type Mechanism = Lane | Table | PartOfAgent | Front;

export function lane<Rules extends object>(m: LaneManifest<Rules>): Lane {
  return {
    ...m,
    shape: 'lane',
    operations: m.operations ?? {},
    http: m.http ?? {},
    component: (config, all) => m.machine(config, rulesOf([m], config) as Rules, all),
  };
}

export function table<Rules extends object>(m: TableManifest<Rules>): Table {
  return { ...m, shape: 'table', operations: m.operations ?? {} };
}

export function part<Rules extends object, P extends Part>(m: PartManifest<Rules, P>): PartOfAgent {
  const { messages = {}, operations = {}, questions = {}, http = {} } = m;
  return {
    ...m,
    shape: 'part',
    http,
    make: (context) => m.make(context, rulesOf([m], context.config) as Rules),
    // Whoever calls them hands over what `make` made; and who sends a kind says what it holds: the kinds
    // of one lane are unique.
    messages: messages as unknown as PartOfAgent['messages'],
    operations: operations as unknown as PartOfAgent['operations'],
    questions: questions as unknown as PartOfAgent['questions'],
  };
}

/** What `m` promises, in a cluster that consists of `all`. */
export function promisesOf(m: Described, all: readonly Described[]): Promises {
  return typeof m.promises === 'function' ? m.promises(all) : (m.promises ?? []);
}

export function front(m: FrontManifest): Front {
  return { ...m, shape: 'front' };
}

/** The rules of several mechanisms in one record, as the run's mutant has them. */
export function rulesOf(of: readonly Described[], config: WatchedConfig): object {
  const { id, settings, deviations } = config;
  const mutant = settings.mutant ?? '';
  const [only] = of;
  if (deviations === undefined && of.length === 1 && only?.mutants?.[mutant] === undefined) {
    return only?.rules ?? {};
  }
  const usual = Object.assign({}, ...of.map((m) => m.rules)) as object;
  const changed = Object.assign({}, ...of.map((m) => m.mutants?.[mutant]?.rules ?? {})) as object;
  return {
    ...usual,
    ...(deviations === undefined ? changed : watched(usual, changed, id, deviations)),
  };
}
