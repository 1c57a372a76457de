/** Parts that decide by tables of their own, as transcripts in their folders: connections, and pods on machines. */
import type { Json } from '../../../harness/core/host.ts';
import { HarnessError } from '../../../harness/core/errors.ts';
import type { Outcome } from '../../../harness/core/system.ts';
import type { HandlerContext } from '../../../reference-impl/agent/handler-context.ts';
import { configPathsOf } from '../../../reference-impl/config-paths/config.ts';
import { ConfigPaths } from '../../../reference-impl/config-paths/paths.ts';
import { pathRules } from '../../../reference-impl/config-paths/rules.ts';
import { controllerMutants } from '../../../reference-impl/controllers/mutants.ts';
import { objectPrefix } from '../../../reference-impl/controllers/objects.ts';
import { reconcile } from '../../../reference-impl/controllers/reconcile.ts';
import { controllerRules } from '../../../reference-impl/controllers/rules.ts';
import type { ControllerRules } from '../../../reference-impl/controllers/rules.ts';
import type { CallResult } from '../../../reference-impl/agent/wire.ts';
import type { Bulkhead } from '../../../reference-impl/bulkhead/bulkhead.ts';
import { Hedging } from '../../../reference-impl/hedging/hedging.ts';
import { hedgingRules } from '../../../reference-impl/hedging/rules.ts';
import { Hashing } from '../../../reference-impl/hashing/hashing.ts';
import { hashRules } from '../../../reference-impl/hashing/rules.ts';
import type { HashConfig } from '../../../reference-impl/hashing/config.ts';
import { pacingOf } from '../../../reference-impl/pacing/config.ts';
import { Pacing } from '../../../reference-impl/pacing/pacing.ts';
import { pacingRules } from '../../../reference-impl/pacing/rules.ts';
import { Scheduling } from '../../../reference-impl/scheduling/scheduling.ts';
import { schedulingRules } from '../../../reference-impl/scheduling/rules.ts';
import type { StoreClient } from '../../../reference-impl/store-client/store-client.ts';
import type { KeyValue, StoreAnswer } from '../../../reference-impl/store/answered.ts';
import type { StoreOp } from '../../../reference-impl/store/asked.ts';
import { transcripts } from '../../transcript.ts';
import type { Interpreter } from '../../transcript.ts';

const folder = (name: string): URL => new URL(`../../../reference-impl/${name}/`, import.meta.url);

transcripts('hashing', folder('hashing'), connections);
transcripts('scheduling', folder('scheduling'), placing);
transcripts('config-paths', folder('config-paths'), choosing);
transcripts('controllers', folder('controllers'), reconciling);
transcripts('hedging', folder('hedging'), hedgingCalls);
transcripts('pacing', folder('pacing'), returning);

/**
 *   table {"table":"ecmp","connectionsMax":2}   a caller with these settings
 *   list 1 2 3                                  the instances that it knows
 *   call a b                                    where calls of these keys go
 */
function connections(): Interpreter {
  const usual = { table: 'maglev', virtualNodes: 100, tableSize: 251, boundPermille: 0 } as const;
  let config: HashConfig = { ...usual, connectionsMax: 0 };
  let hashing = new Hashing(config, hashRules);
  let instances: number[] = [];
  return (line) => {
    const [verb = '', ...rest] = line.split(' ');
    if (verb === 'table') {
      config = { ...config, ...(JSON.parse(rest.join(' ')) as Partial<HashConfig>) };
      hashing = new Hashing(config, hashRules);
    } else if (verb === 'list') instances = rest.map(Number);
    else if (verb === 'call') {
      return rest.map((k) => `${k} → ${hashing.pick('s', instances, k, () => 0)}`).join(', ');
    } else throw new Error(`no such command: ${line}`);
    return '';
  };
}

/**
 *   machine m1 {"cpu":4}       the store has it now, whoever wrote it
 *   pod p1 {"app":"a","cpu":1} the scheduler is to place it; its requests are printed
 *   answer                     the store answers the oldest of them
 */
function placing(): Interpreter {
  const store = new SmallStore();
  const io = { nowUs: 0, random: () => 0 } as unknown as HandlerContext;
  const config = { choices: 1, triesMax: 3 };
  const scheduler = new Scheduling(io, store as unknown as StoreClient, config, schedulingRules);
  let id = 0;
  return (line) => {
    const [verb = '', name = '', ...rest] = line.split(' ');
    store.said = [];
    const value = (): Json => JSON.parse(rest.join(' ')) as Json;
    if (verb === 'machine') store.put(`machines/${name}`, value());
    else if (verb === 'answer') store.answer();
    else if (verb === 'pod') {
      scheduler.schedule({ id: (id += 1), f: 'schedule', key: name, value: value() }, (o) =>
        store.said.push(`${name}: ${o.type === 'ok' ? `on ${String(o.value)}` : o.error}`),
      );
    } else throw new Error(`no such command: ${line}`);
    return store.said.join('\n');
  };
}

/**
 *   rules [{"prefix":"a/","path":"gossip"}]   node 0 has these rules; alone: and there is no gossip
 *   put a/x 1                                 what is asked of whom; answered as told before
 *   get a/x [4]                               the same, asked of node 4
 *   answer {"type":"ok","value":1}            the next one is answered so
 */
function choosing(): Interpreter {
  let paths: ConfigPaths | null = null;
  let next: Outcome | null = null;
  const said: string[] = [];
  const open = (rules: Json, gossip: object): void => {
    const extra = { configPaths: { rules }, ...gossip };
    const settings = { policyDivisor: 1, deadlineUs: 1, mutant: null, extra };
    paths = new ConfigPaths({
      self: 0,
      config: configPathsOf(settings),
      rules: pathRules,
      perform({ f, key, value }, done) {
        if (next === null) said.push(`asks ${f} of ${key} ${JSON.stringify(value)}`);
        else done(next);
      },
    });
  };
  return (line) => {
    const [verb = '', key = '', ...rest] = line.split(' ');
    const text = rest.join(' ');
    said.splice(0);
    if (verb === 'answer') next = JSON.parse([key, ...rest].join(' ')) as Outcome;
    else if (verb === 'rules' || verb === 'alone') {
      try {
        open(
          JSON.parse([key, ...rest].join(' ')) as Json,
          verb === 'alone' ? {} : { regionConfig: {} },
        );
      } catch (e) {
        if (e instanceof HarnessError) said.push(e.message);
        else throw e;
      }
    } else {
      const done = (o: Outcome): void => void said.push(JSON.stringify(o));
      const value =
        verb === 'put'
          ? { set: JSON.parse(text) as Json }
          : text === ''
            ? null
            : { at: Number(text) };
      const c = { id: 1, f: verb, key, value };
      if (verb === 'put') paths?.put(c, done);
      else paths?.get(c, done);
    }
    return said.join('\n');
  };
}

/**
 *   object pods/web/0 {"node":5}   the store has it now, at the next version
 *   gone pods/web/0                and this one not any more
 *   mutant id                      who looks is broken
 *   look 5 6                       what is to be changed while these nodes live
 */
function reconciling(): Interpreter {
  const objects = new Map<string, KeyValue>();
  let version = 0;
  let rules: Pick<ControllerRules, 'isWanted'> = controllerRules;
  return (line) => {
    const [verb = '', name = '', ...rest] = line.split(' ');
    const key = objectPrefix + name;
    if (verb === 'object') {
      version += 1;
      objects.set(key, { key, value: JSON.parse(rest.join(' ')) as Json, version });
    } else if (verb === 'gone') objects.delete(key);
    else if (verb === 'mutant') rules = { ...rules, ...controllerMutants[name]?.rules };
    else if (verb === 'look') {
      const live = [name, ...rest].filter((n) => n !== '').map(Number);
      const changes = reconcile(objects, live, rules).map(
        (c) => `${c.key} from version ${c.version}: ${JSON.stringify(c.value)}`,
      );
      return changes.join('\n') || 'nothing to do';
    } else throw new Error(`no such command: ${line}`);
    return '';
  };
}

/**
 *   answers 10 10 10   calls that took so many ms
 *   call b             one begins; its copies are b and b.2
 *   wait 20            so many ms pass
 *   answer b.2         that copy is answered, or it fails
 */
function hedgingCalls(): Interpreter {
  const said: string[] = [];
  const out = new Map<string, (r: CallResult) => void>();
  const io = { nowUs: 0, wakeBy: () => undefined, observe: () => undefined };
  let name = '';
  const bulkhead = {
    call(_s: string, _us: number, done: (r: CallResult) => void): void {
      const copy = out.has(name) || said.includes(`${name} to 1`) ? `${name}.2` : name;
      const instance = hedging.choose('s', [1, 2])[0] ?? 0;
      hedging.began('s', instance);
      said.push(`${copy} to ${instance}`);
      out.set(copy, done);
    },
  };
  const config = { afterPermille: 500, factor: 2, samples: 3, budgetPermille: 334, reserve: 1 };
  const hedging = new Hedging(
    io as unknown as HandlerContext,
    () => bulkhead as unknown as Bulkhead,
    config,
    hedgingRules,
  );
  const end = (copy: string, outcome: 'ok' | 'error'): void =>
    out.get(copy)?.({ outcome, instance: 1, fallbacks: 0, error: '', retryAfterUs: 0 });
  const begin = (of: string): void => {
    name = of;
    hedging.call('s', 1_000_000_000, (r) => void said.push(`${of}: ${r.outcome}`), {});
  };
  return (line) => {
    const [verb = '', first = '', ...rest] = line.split(' ');
    said.splice(0);
    if (verb === 'answers') {
      for (const ms of [first, ...rest]) {
        begin(`${io.nowUs}`);
        io.nowUs += Number(ms) * 1_000;
        end(name, 'ok');
      }
      return '';
    }
    if (verb === 'call') begin(first);
    else if (verb === 'answer') end(first, 'ok');
    else if (verb === 'fail') end(first, 'error');
    else if (verb === 'wait') {
      io.nowUs += Number(first) * 1_000;
      hedging.tick();
    } else throw new Error(`no such command: ${line}`);
    return said.join('\n');
  };
}

/** Keys with versions, asked one request after the other. */
class SmallStore {
  said: string[] = [];
  readonly hasRoom = true;
  readonly operationEndsUs = 1;
  private readonly entries = new Map<string, KeyValue>();
  private readonly open: (() => void)[] = [];
  private revision = 0;

  put(key: string, value: Json): void {
    this.revision += 1;
    this.entries.set(key, { key, value, version: this.revision });
  }

  request(op: StoreOp, _endsUs: number, done: (a: StoreAnswer | null, node: number) => void): void {
    this.said.push(`asks ${textOf(op)}`);
    this.open.push(() => done(this.perform(op), 0));
  }

  answer(): void {
    this.open.shift()?.();
  }

  private perform(op: StoreOp): StoreAnswer | null {
    if (op.f === 'list') {
      const entries = [...this.entries.values()].filter((e) => e.key.startsWith(op.prefix));
      return { type: 'entries', entries, revision: this.revision, ageUs: 0 };
    }
    if (op.f !== 'txn') return null;
    const succeeded = op.compare.every((c) =>
      'version' in c
        ? this.get(c.key).version === c.version
        : 'exists' in c && (this.get(c.key).value !== null) === c.exists,
    );
    const results = (succeeded ? op.then : op.else).map((step) => {
      if (step.op === 'put') this.put(step.key, step.value);
      return this.get(step.key);
    });
    return { type: 'txn', succeeded, results, revision: this.revision };
  }

  private get(key: string): KeyValue {
    return this.entries.get(key) ?? { key, value: null, version: 0 };
  }
}

function textOf(op: StoreOp): string {
  if (op.f !== 'txn') return `${op.f} ${'prefix' in op ? op.prefix : ''}`;
  const [machine] = op.compare;
  const version = machine !== undefined && 'version' in machine ? machine.version : '-';
  return `${machine?.key ?? ''}, if its version is ${version} still`;
}

/**
 *   pacing {"spreadUs":0}   instances with these settings; the usual ones until then
 *   draw 0 500              what chance gives in turn, in thousandths of the most that it may
 *   start                   how long instances wait that start, one for each draw
 *   tries 0 1 2             how long an answer is waited for after so many tries without one
 */
function returning(): Interpreter {
  let draws = [0];
  const io = { random: (bound: number) => Math.floor((bound * (draws[0] ?? 0)) / 1_000) };
  const of = (asked: Json): Pacing =>
    new Pacing(io as unknown as HandlerContext, {
      config: pacingOf({ policyDivisor: 1, deadlineUs: 1, mutant: null, extra: { pacing: asked } }),
      isInstance: true,
      rules: pacingRules,
    });
  let pacing = of({});
  const ms = (us: number): string => `${Math.round(us / 1_000)} ms`;
  return (line) => {
    const [verb = '', ...rest] = line.split(' ');
    if (verb === 'pacing') pacing = of(JSON.parse(rest.join(' ')) as Json);
    else if (verb === 'draw') draws = rest.map(Number);
    else if (verb === 'tries') {
      return rest.map((tries) => ms(pacing.pauseUs(Number(tries), 300_000))).join(', ');
    } else if (verb === 'start') {
      const waits = [];
      for (; draws.length > 0; draws = draws.slice(1)) waits.push(ms(pacing.holdsBackUs()));
      return waits.join(', ');
    } else throw new Error(`no such command: ${line}`);
    return '';
  };
}
