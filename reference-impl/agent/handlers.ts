/** Who of an agent takes what, worked out once of a list: agents are made anew at every start of a node. */
import type { Call, Json, Msg, NodeId } from '../../harness/core/host.ts';
import type { Shape } from '../../harness/core/program.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { Mechanism } from '../mechanism.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { Asking } from './asking.ts';
import type { Part } from './part.ts';

/** What an agent consists of, to those who take what it is sent or asked. */
export interface Parts {
  /** In list order. */
  readonly all: readonly Part[];
  readonly asking: Asking;
  /** Absent in a list without one: then nothing is asked of tables. */
  readonly store: StoreClient | undefined;
  readonly shape: Shape;
}

type Done = (o: Outcome) => void;

export interface Handlers {
  /** By kind. */
  readonly messages: ReadonlyMap<string, (of: Parts, from: NodeId, m: Msg) => void>;
  /** By name; `done` is called once. */
  readonly operations: ReadonlyMap<string, (of: Parts, c: Call, done: Done) => void>;
  /** By name, answered from memory. */
  readonly questions: ReadonlyMap<string, (of: Parts) => Json>;
}

/** Of one list always the same. */
export function handlersOf(list: readonly Mechanism[]): Handlers {
  const known = derived.get(list);
  if (known !== undefined) return known;
  const found: Handlers = {
    messages: new Map([
      ...ofParts(
        list,
        (m) => m.messages,
        (take, nth) => (of: Parts, from: NodeId, msg: Msg) => take(nth(of), from, msg),
      ),
      ['answered', ({ asking }, from, m) => asking.answered(from, m)],
    ]),
    operations: new Map([
      ...ofParts(
        list,
        (m) => m.operations,
        (begin, nth) => (of: Parts, c: Call, done: Done) => begin(nth(of), c, done),
      ),
      ...ofTables(list),
      ...ofLanes(list),
    ]),
    questions: new Map(
      ofParts(
        list,
        (m) => m.questions,
        (ask, nth) => (of: Parts) => ask(nth(of)),
      ),
    ),
  };
  derived.set(list, found);
  return found;
}

const derived = new WeakMap<readonly Mechanism[], Handlers>();

type Operation = [f: string, begin: (of: Parts, c: Call, done: Done) => void];
type PartOfAgent = Extract<Mechanism, { readonly shape: 'part' }>;

/** `nth`: the part of an agent that is made by the manifest in question. */
function ofParts<A, B>(
  list: readonly Mechanism[],
  what: (m: PartOfAgent) => Readonly<Record<string, A>>,
  handler: (a: A, nth: (of: Parts) => Part) => B,
): [string, B][] {
  return list
    .filter((m) => m.shape === 'part')
    .flatMap((m, n) =>
      Object.entries(what(m)).map(([name, a]): [string, B] => [
        name,
        handler(a, (of) => of.all[n] as Part),
      ]),
    );
}

function ofTables(list: readonly Mechanism[]): Operation[] {
  return list.flatMap((m) =>
    m.shape === 'table'
      ? Object.entries(m.operations).map(([f, toOp]): Operation => [
          f,
          ({ store }, c, done) => {
            if (store === undefined)
              done({ type: 'fail', error: 'nobody here speaks to the store' });
            else store.operate(c, toOp, done);
          },
        ])
      : [],
  );
}

function ofLanes(list: readonly Mechanism[]): Operation[] {
  return list
    .filter((m) => m.shape === 'lane')
    .flatMap(({ operations }, lane) =>
      Object.entries(operations).map(([f, whom]): Operation => [
        f,
        ({ asking, shape }, c, done) => asking.ask(whom(c, shape), lane, c, done),
      ]),
    );
}
