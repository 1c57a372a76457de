/** The independent judge of fencing: goes through tokens as they are said to have grown. */
import { isCompleted, type Op } from '../../operations.ts';
import { grantOf, lockIn, tokenIn } from '../lock-operations.ts';

export interface TokenOrders {
  readonly kind: 'token-orders';
  /** By lock: the acquires that told a token. */
  readonly grants: ReadonlyMap<string, readonly Op[]>;
  /** By object and lock: the protected operations. */
  readonly taken: ReadonlyMap<string, readonly Op[]>;
}

/**
 * Null when `orders` has every operation that succeeded with a token once and in order of tokens, and
 * neither real time nor versions go back from one token to the next, nor has one token two holders.
 * Otherwise what is wrong.
 */
export function refuteTokens(ops: readonly Op[], { grants, taken }: TokenOrders): string | null {
  const granted = ops.filter((op) => (grantOf(op)?.token ?? null) !== null);
  const isProtected = (op: Op): boolean => op.f !== 'acquire' && op.f !== 'release';
  const used = ops.filter((op) => isCompleted(op) && isProtected(op) && tokenIn(op) !== null);
  return (
    refuteParts(granted, grants, (op) => op.key) ??
    refuteParts(used, taken, (op) => `${op.key} ${lockIn(op)}`)
  );
}

function refuteParts(
  wanted: readonly Op[],
  orders: ReadonlyMap<string, readonly Op[]>,
  partOf: (op: Op) => string,
): string | null {
  const open = new Set(wanted);
  for (const [part, order] of orders) {
    for (const op of order) {
      if (!open.delete(op)) return `operation ${op.id} is not one of these, or comes twice`;
      if (partOf(op) !== part) return `operation ${op.id} belongs elsewhere`;
    }
    const fault = refuteGrowth(order);
    if (fault !== null) return fault;
  }
  const [missing] = open;
  return missing === undefined ? null : `operation ${missing.id} is missing`;
}

/** What operations with smaller tokens have reached. */
interface Reached {
  readonly call: number;
  readonly version: number;
}

function refuteGrowth(order: readonly Op[]): string | null {
  let smaller: Reached = { call: -1, version: -Infinity };
  let equal = smaller;
  let holder: Op | null = null;
  for (const op of order) {
    const token = tokenOf(op);
    const last: number = holder === null ? -Infinity : tokenOf(holder);
    if (token < last) return `operation ${op.id} comes after one with a larger token`;
    if (token > last) [smaller, holder] = [equal, op];
    if (op.f === 'acquire' && op.process !== holder?.process) {
      return `operation ${op.id} has the token of another process`;
    }
    if (op.ret < smaller.call) return `operation ${op.id} returned before a smaller token was used`;
    const version = op.version ?? null;
    if (op.f !== 'acquire' && version !== null && version < smaller.version) {
      return `operation ${op.id} has an older version than a smaller token`;
    }
    equal = {
      call: Math.max(equal.call, op.call),
      version: Math.max(equal.version, version ?? -Infinity),
    };
  }
  return null;
}

function tokenOf(op: Op): number {
  return (op.f === 'acquire' ? grantOf(op)?.token : tokenIn(op)) ?? -Infinity;
}
