/** Picks by name: what matches a pattern, and what somebody who mistyped may have meant. */

/** Those whose name matches one of `patterns`, in their own order; `*` stands for anything. */
export function matching<T>(
  things: readonly T[],
  nameOf: (thing: T) => string,
  patterns: readonly string[],
): { readonly found: readonly T[]; readonly unmatched: readonly string[] } {
  if (patterns.length === 0) return { found: things, unmatched: [] };
  const wanted = patterns.map((pattern) => ({ pattern, regex: regexOf(pattern) }));
  return {
    found: things.filter((t) => wanted.some(({ regex }) => regex.test(nameOf(t)))),
    unmatched: wanted
      .filter(({ regex }) => !things.some((t) => regex.test(nameOf(t))))
      .map(({ pattern }) => pattern),
  };
}

/**
 * The end of a sentence about a name that is none: `did you mean …?`, or the first 24 of `names` when
 * nothing is near.
 */
export function suggestion(name: string, names: readonly string[]): string {
  const near = similar(name, names);
  if (near.length === 0) return `wanted one of ${listed(names)}.`;
  return `did you mean ${near.join(' or ')}?`;
}

/** More names than a message can hold are told by the first ones: whoever suggests says where the rest is. */
function listed(names: readonly string[]): string {
  if (names.length <= listedMax) return names.join(', ');
  return `${names.slice(0, listedMax).join(', ')} and ${names.length - listedMax} more`;
}

const suggestedMax = 3;
const listedMax = 24;

/** The nearest first: those that contain what was typed, and those a few letters away. */
function similar(name: string, names: readonly string[]): string[] {
  const typed = name.toLowerCase();
  const letters = Math.max(1, Math.floor(typed.length / 4));
  return names
    .map((n) => ({ n, far: typed.length > 2 && n.includes(typed) ? 0 : distance(typed, n) }))
    .filter(({ far }) => far <= letters)
    .sort((a, b) => a.far - b.far)
    .slice(0, suggestedMax)
    .map(({ n }) => n);
}

/** Letters that must be inserted, removed or replaced (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function regexOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
