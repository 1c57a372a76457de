/**
 * Several models of one history, each with a verdict of its own and the worst of them for all: as
 * `jepsen.checker/compose` merges (Jepsen 0.3.14-SNAPSHOT, checker.clj).
 */
import { HarnessError } from '../core/errors.ts';
import type { Json } from '../core/host.ts';
import type { CheckOptions, CheckReport, PartReport } from './check-report.ts';
import type { JepsenHistory } from './formats/jepsen.ts';
import { OperationError } from './operation-error.ts';
import { isCompleted, type Op } from './operations.ts';
import { tallyOf } from './tallies/registry.ts';
import { worstOf } from './worst.ts';

/** Told by what a history holds. */
const auto = 'auto';

/** `a,b`, or `auto`; a path may have a comma, too. */
export function isComposition(model: string): boolean {
  return model === auto || (model.includes(',') && !/[/\\]/.test(model));
}

/** Null: they depend on the history. */
export function modelsIn(model: string): string[] | null {
  return model === auto ? null : [...new Set(model.split(',').map((name) => name.trim()))];
}

/** Options of which a model knows nothing are for the others. */
export function optionsFor(model: string, options: CheckOptions): CheckOptions {
  const { consistency, clocks, scope, ...rest } = options;
  const isTransactional = model === 'list-append' || model === 'rw-register';
  return {
    ...rest,
    model,
    ...(isTransactional && consistency !== undefined && { consistency }),
    ...(model === 'lock' && clocks !== undefined && { clocks }),
    ...(model === 'sessions' && scope !== undefined && { scope }),
  };
}

/** Throws E_HISTORY for an operation that none of the models has. */
export function composed(
  history: JepsenHistory,
  options: CheckOptions & { readonly model: string },
  judge: (part: JepsenHistory, options: CheckOptions) => CheckReport,
): CheckReport {
  const models = modelsIn(options.model) ?? pick(history);
  refuseStrangers(history, models);
  const reports = models.map((model): readonly [string, CheckReport] => {
    return [model, judge(partFor(model, history), optionsFor(model, options))];
  });
  const verdict = worstOf(reports.map(([, r]) => r.verdict));
  const parts = reports.map(([model, r]): PartReport => {
    const { verdict: kind, sentences, figures } = r;
    return { model, verdict: kind, sentences, ...(figures !== undefined && { figures }) };
  });
  const [, worst] = reports.find(([, r]) => r.verdict === verdict) as readonly [
    string,
    CheckReport,
  ];
  const { core, prefix, isPrefixShortest } = worst;
  const certificates = reports.flatMap(([model, { certificate }]) =>
    certificate === null ? [] : [[model, certificate] as const],
  );
  return {
    verdict,
    operations: history.invoked,
    nodes: reports.reduce((sum, [, r]) => sum + r.nodes, 0),
    core,
    prefix,
    isPrefixShortest,
    certificate:
      verdict === 'holds' ? { kind: 'parts', by: 'model', parts: new Map(certificates) } : null,
    sentences: parts.flatMap((p) => p.sentences.map((s) => `${p.model}: ${s}`)),
    parts,
  };
}

const register = ['read', 'write', 'cas', 'delete'];
const queue = ['enqueue', 'dequeue'];
const counts = ['add', 'increment', 'decrement', 'read'];

/** The operations of each model; absent: those of anybody. */
const alphabets: Readonly<Record<string, readonly string[]>> = {
  register,
  'cas-register': register,
  'multi-register': ['read', 'write', 'txn'],
  'key-value': [...register, 'get', 'put', 'append'],
  mutex: ['acquire', 'release'],
  semaphore: ['acquire', 'release'],
  lease: ['acquire', 'renew', 'release', 'expire'],
  set: ['add', 'read'],
  counter: counts,
  'fifo-queue': queue,
  'unordered-queue': queue,
  bank: ['transfer', 'read'],
  'list-append': ['txn'],
  'rw-register': ['txn'],
  'long-fork': ['txn', 'read', 'write'],
  watch: ['write', 'cas', 'delete', 'write-all', 'watch'],
  sessions: register,
  lock: ['acquire', 'release'],
  'set-full': ['add', 'read'],
  'total-queue': [...queue, 'drain'],
  'unique-ids': ['generate'],
  monotonic: ['read', 'inc', 'increment'],
  'causal-reverse': ['write', 'read'],
  'counter-bounds': counts,
  gauge: [...counts, 'write'],
};

function partFor(model: string, history: JepsenHistory): JepsenHistory {
  const own = alphabets[model];
  if (own === undefined) return history;
  const isOwn = (op: Op): boolean => own.includes(op.f);
  const { ops, failed, endings = [] } = history;
  const part = { ops: ops.filter(isOwn), failed: failed.filter(isOwn) };
  const invoked = part.ops.length + part.failed.length;
  return { ...history, ...part, invoked, endings: endings.filter((e) => isOwn(e.op)) };
}

function refuseStrangers({ ops, failed }: JepsenHistory, models: readonly string[]): void {
  const isAnybodys = models.some((m) => alphabets[m] === undefined && tallyOf(m) === null);
  if (isAnybodys) return;
  const known = new Set(models.flatMap((m) => alphabets[m] ?? []));
  // Figures alone are of any operation.
  if (known.size === 0) return;
  const stranger = [...ops, ...failed].find((op) => !known.has(op.f));
  if (stranger === undefined) return;
  throw new OperationError(
    stranger,
    `is "${stranger.f}", which none of the models ${models.join(', ')} has. Add the model it belongs to.`,
  );
}

/** What fits the operations of a history, and the figures of any. Throws E_USAGE where nothing fits. */
function pick({ ops, failed }: JepsenHistory): string[] {
  const all = [...ops, ...failed];
  const has = (...fs: readonly string[]): boolean => all.some((op) => fs.includes(op.f));
  const models = [
    ...(all.some((op) => op.f === 'txn') ? [transactional(all)] : []),
    ...(has('add', 'increment', 'inc', 'decrement') ? [counting(all)] : []),
    ...(has('drain') ? ['total-queue'] : has(...queue) ? ['unordered-queue'] : []),
    ...(has('generate') ? ['unique-ids'] : []),
    ...(has('watch') ? ['watch'] : []),
    ...(has('get', 'put', 'append') ? ['key-value'] : []),
    ...(has('transfer') ? ['bank'] : []),
    ...(has('acquire') ? [locking(all)] : []),
    ...(has('write', 'cas', 'delete') && !has('watch', 'put') ? [registers(all)] : []),
  ];
  if (models.length === 0 && all.length > 0) {
    throw new HarnessError(
      'E_USAGE',
      `no model is known for operations like ${[...new Set(all.map((op) => op.f))].slice(0, 5).join(', ')}. Choose one by its name.`,
    );
  }
  const hasTimes = all.every((op) => op.callUs >= 0);
  return [...models, 'stats', 'errors', ...(hasTimes ? ['performance', 'availability'] : [])];
}

function transactional(all: readonly Op[]): string {
  const writes = all.flatMap((op) =>
    Array.isArray(op.input) ? (op.input as readonly Json[]) : [],
  );
  return writes.some((m) => Array.isArray(m) && m[0] === 'append') ? 'list-append' : 'rw-register';
}

function counting(all: readonly Op[]): string {
  if (reads(all).some((value) => Array.isArray(value))) return 'set-full';
  if (all.some((op) => op.f === 'inc')) return 'monotonic';
  const goesDown = (op: Op): boolean =>
    op.f === 'decrement' || (op.f === 'add' && Number(op.input) < 0);
  return all.some((op) => goesDown(op) || op.f === 'write') ? 'gauge' : 'counter-bounds';
}

function locking(all: readonly Op[]): string {
  const isToken = (op: Op): boolean => op.f === 'acquire' && isCompleted(op) && op.output !== null;
  return all.some(isToken) ? 'lock' : all.some((op) => op.f === 'renew') ? 'lease' : 'mutex';
}

function registers(all: readonly Op[]): string {
  const values = reads(all);
  if (values.some((value) => Array.isArray(value)) && !all.some((op) => op.f === 'cas')) {
    return 'causal-reverse';
  }
  const isMany = (value: Json): boolean => value !== null && typeof value === 'object';
  return values.some(isMany) && !all.some((op) => op.f === 'cas')
    ? 'multi-register'
    : 'cas-register';
}

function reads(all: readonly Op[]): Json[] {
  return all.filter((op) => op.f === 'read' && isCompleted(op)).map((op) => op.output);
}
