/**
 * Where a broken node answers otherwise than the correct one would: by that it is measured whether a harness
 * names the step that did it. In simulation only.
 *
 * It changes no run in which it lets everything pass. What a rule draws is handed to the other one again; where that
 * asks for more, the two differ.
 */
import type { NodeId } from '../harness/core/host.ts';
import type { NodeConfig } from '../harness/core/system.ts';

export interface Deviations {
  /** Node `node` is about to answer `rule` wrongly. True: it does; false: it answers as the correct one. */
  at(node: NodeId, rule: string): boolean;
}

/** A node of which somebody wants to know that. */
export interface WatchedConfig extends NodeConfig {
  readonly deviations?: Deviations;
}

/** The rules that a mutant has `changed`, each beside the right one of `usual`. */
export function watched(
  usual: object,
  changed: object,
  node: NodeId,
  deviations: Deviations,
): Record<string, unknown> {
  const right = usual as Record<string, Rule>;
  return Object.fromEntries(
    Object.entries(changed as Record<string, Rule>).map(([name, wrong]) => {
      const isLet = (): boolean => deviations.at(node, name);
      return [name, beside(right[name] as Rule, wrong, isLet)];
    }),
  );
}

type Rule = (...asked: readonly unknown[]) => unknown;

function beside(right: Rule, wrong: Rule, isLet: () => boolean): Rule {
  return (...asked) => {
    const drawn: Drawn[] = [];
    const given = wrong(...asked.map((a) => recording(a, drawn)));
    if (isSame(given, again(right, asked, drawn)) || isLet()) return given;
    return right(...asked);
  };
}

/** What a function among the arguments was asked, and what it gave. */
interface Drawn {
  readonly asked: string;
  readonly given: unknown;
}

function recording(argument: unknown, drawn: Drawn[]): unknown {
  if (typeof argument !== 'function') return argument;
  return (...asked: readonly unknown[]) => {
    const given = (argument as Rule)(...asked);
    drawn.push({ asked: JSON.stringify(asked), given });
    return given;
  };
}

/** Not a value of any rule. */
const other = Symbol('other');

/** What `rule` gives if it draws the same; `other` where it draws anything else, or cannot answer at all. */
function again(rule: Rule, asked: readonly unknown[], drawn: readonly Drawn[]): unknown {
  let at = 0;
  const replaying = (...now: readonly unknown[]): unknown => {
    const next = drawn[at++];
    if (next === undefined || next.asked !== JSON.stringify(now)) throw new OtherDraw();
    return next.given;
  };
  try {
    const given = rule(...asked.map((a) => (typeof a === 'function' ? replaying : a)));
    return at === drawn.length ? given : other;
  } catch {
    // Facts that only a broken node knows may be none that the right rule expects.
    return other;
  }
}

class OtherDraw extends Error {}

function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  return JSON.stringify(a) === JSON.stringify(b);
}
