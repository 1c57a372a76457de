/** Operations and contradictions in words. */
import { formatDuration } from '../core/duration.ts';
import type { Json } from '../core/host.ts';
import { canonical } from './canonical.ts';
import type { Model } from './model.ts';
import { isCompleted, type Op } from './operations.ts';

/** `process 3's write of 4 to x`. */
export function nameOp(op: Op): string {
  const who = `process ${op.process}'s`;
  const on = op.key === '' ? '' : ` ${op.key}`;
  const input = short(op.input);
  switch (op.f) {
    case 'read':
    case 'get':
    case 'read-stale': {
      const read = op.f === 'read-stale' ? 'stale read' : 'read';
      return isCompleted(op)
        ? `${who} ${read} of ${op.output === null ? 'nothing' : short(op.output)}${op.key === '' ? '' : ` from${on}`}`
        : `${who} ${read}${op.key === '' ? '' : ` of${on}`}`;
    }
    case 'write':
    case 'put':
      return `${who} write of ${input}${op.key === '' ? '' : ` to${on}`}`;
    case 'cas': {
      const [from, to] = op.input as readonly Json[];
      const held = (value: Json = null): string => (value === null ? 'nothing' : short(value));
      return `${who} cas${on} ${held(from)} → ${held(to)}`;
    }
    default:
      return `${who} ${op.f}${on}${leaseText(op.input) ?? (op.input === null ? '' : ` ${input}`)}${
        isCompleted(op) && op.output !== null && canonical(op.output) !== canonical(op.input)
          ? ` → ${short(tokenOf(op.output))}`
          : ''
      }`;
  }
}

/** Of what asks for a lease and for nothing else: ` for 10 s`. */
function leaseText(input: Json): string | null {
  const { ttlUs, ...rest } = Object(input) as { readonly ttlUs?: Json };
  const isAll = typeof ttlUs === 'number' && Object.keys(rest).length === 0;
  return isAll ? ` for ${formatDuration(ttlUs)}` : null;
}

/** Of a grant its token says all. */
function tokenOf(output: Json): Json {
  const { token } = Object(output) as { readonly token?: Json };
  return typeof token === 'number' ? token : output;
}

/**
 * One sentence a core operation, in order of their calls, and what follows from them. `before` is all that
 * was called by then; with `isForgotten` only what is not forgotten.
 */
export function describeCore(
  core: readonly Op[],
  last: Op,
  before: readonly Op[],
  model: Model,
  isForgotten = false,
): string[] {
  const all = core.filter((op) => op !== last).map((op) => fact(op, last));
  const facts = all.slice(-factsMax);
  if (facts.length < all.length) {
    facts.unshift(
      `${all.length - facts.length} operations before the next ones belong to it, too.`,
    );
  }
  const end = `${nameOp(last)} was called ${moment(last.callUs, last.call)} and returned ${moment(last.retUs, last.ret)}`;
  return [...facts, `${end}: ${conclusion(core, last, before, model, isForgotten)}.`];
}

/** Of a core; nobody reads more. */
const factsMax = 12;

function fact(op: Op, last: Op): string {
  if (op.ret < last.call) return `${nameOp(op)} returned ${moment(op.retUs, op.ret)}.`;
  const from = moment(op.callUs, op.call);
  return `${nameOp(op)} was called ${from} and returned ${moment(op.retUs, op.ret)}, in the same time as the last.`;
}

/** `at 3.1 s`, or the number of the event where the history has no times. */
export function moment(us: number, position: number): string {
  return us < 0 ? `with event ${position + 1}` : `at ${formatDuration(Math.round(us))}`;
}

function conclusion(
  core: readonly Op[],
  last: Op,
  before: readonly Op[],
  model: Model,
  isForgotten: boolean,
): string {
  const earlier = isForgotten ? ', whatever was there before' : '';
  const impossible = `no order that agrees with these times explains all of them${earlier}`;
  // What explains by counting cannot count what was forgotten.
  const explained = isForgotten ? null : (model.explain?.(last, before) ?? null);
  if (explained !== null || model.kind === 'step') return explained ?? impossible;
  const { needs } = model.effect(last);
  if (needs === undefined) return impossible;
  const value = canonical(needs);
  const name = short(needs);
  const setters = before.filter((op) => {
    const { sets } = model.effect(op);
    return op !== last && sets !== undefined && canonical(sets) === value;
  });
  const isInitial = isForgotten || canonical(model.initial) === value;
  if (setters.length === 0 && !isInitial) return `nothing had set ${name} by then`;
  const replaced = core.findLast((op) => {
    const e = model.effect(op);
    const shown = e.sets ?? e.needs;
    return op.ret < last.call && shown !== undefined && canonical(shown) !== value;
  });
  if (replaced === undefined) return impossible;
  const later = setters.filter((op) => op.ret > replaced.call);
  if (later.length === 0) {
    const what = needs === null ? 'removed that' : `set ${name} again`;
    return `nothing ${what} after ${nameOp(replaced)} was called`;
  }
  const named = later.slice(0, settersNamed).map((op) => nameOp(op));
  if (later.length > named.length) named.push(`${later.length - named.length} others`);
  return `only ${named.join(' and ')} could have set ${name}, and ${impossible}`;
}

const settersNamed = 3;

function short(value: Json): string {
  const text = typeof value === 'string' ? value : canonical(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
