/**
 * CONSISTENCY: the same user gets the same variant, and as many get one as its share says (C5).
 *
 * Over operations and definitions alone, whatever the hash is: of users whom no segment takes, nobody has two
 * variants by one version of the rules, nobody leaves the first variant while its share grows, and a
 * variant has more users than its share with a probability of one in a billion.
 */
import { likelyAtMost, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { definitionsOf, evaluationsOf } from './definitions.ts';
import type { Definitions, Evaluated, Fields } from './definitions.ts';

const id = 'flag-stable';
const claim =
  'By one version of the rules a user always gets the same variant, stays in the first one while its share grows, and each variant has as many users as its share.';

export function flagStable(): Invariant {
  return { id, area: 'CONSISTENCY', claim, faultModel: 'any faults', judge };
}

/** First evaluation of each user, by flag and version. */
type Users = Map<string, Map<number, Map<string, Evaluated>>>;

function judge({ events }: History, program: Program): Verdict {
  const definitions = definitionsOf(events, program);
  const split = evaluationsOf(events).filter((e) => e.reason === 'split');
  const users: Users = new Map();
  for (const e of split) {
    const versions = users.get(e.flag) ?? new Map<number, Map<string, Evaluated>>();
    users.set(e.flag, versions);
    const of = versions.get(e.version) ?? new Map<string, Evaluated>();
    versions.set(e.version, of);
    const before = of.get(e.user);
    if (before === undefined) of.set(e.user, e);
    else if (before.variant !== e.variant) return violated(before, e, 'by the same rules.');
  }
  if (split.length === 0) {
    return { kind: 'unknown', invariant: id, reason: 'no user was told a variant by a split' };
  }
  return (
    left(users, definitions) ??
    uneven(users, definitions) ?? {
      kind: 'holds',
      invariant: id,
      basis: `${split.length} evaluations by splits of ${[...users.values()].reduce((n, v) => n + v.size, 0)} versions`,
    }
  );
}

/** Somebody left the first variant from one version to a later one, in all of which its share only grew. */
function left(users: Users, definitions: Definitions): Verdict | null {
  for (const [flag, versions] of users) {
    const known = definitions.get(flag) ?? [];
    const revisions = [...versions.keys()].sort((a, b) => a - b);
    for (const [i, late] of revisions.entries()) {
      for (const early of revisions.slice(0, i)) {
        const [a, b] = [early, late].map((r) => firstOf(known.find((v) => v.revision === r)));
        if (!a || !b || a.variant !== b.variant || b.share < a.share) continue;
        if (a.salt !== b.salt || a.order !== b.order) continue;
        for (const [user, before] of versions.get(early) ?? []) {
          const after = versions.get(late)?.get(user);
          if (before.variant !== a.variant || after === undefined) continue;
          if (after.variant === before.variant) continue;
          return violated(before, after, `while its share grew from ${a.share} to ${b.share} %.`);
        }
      }
    }
  }
  return null;
}

function firstOf(v: { readonly definition: Fields | null } | undefined): {
  readonly variant: string;
  readonly share: number;
  readonly salt: string;
  readonly order: string;
} | null {
  const shares = Object.entries((v?.definition?.['split'] ?? {}) as Record<string, number>);
  const [first] = shares;
  if (first === undefined) return null;
  const order = shares.map(([variant]) => variant).join();
  return { variant: first[0], share: first[1], salt: String(v?.definition?.['salt']), order };
}

function uneven(users: Users, definitions: Definitions): Verdict | null {
  const counted = [...users].flatMap(([flag, versions]) => {
    return [...versions].map(([revision, of]) => ({ flag, revision, of: [...of.values()] }));
  });
  const tests = 2 * counted.length;
  for (const { flag, revision, of } of counted) {
    const version = definitions.get(flag)?.find((v) => v.revision === revision);
    const shares = (version?.definition?.['split'] ?? {}) as Record<string, number>;
    for (const [variant, percent] of Object.entries(shares)) {
      const share = percent / 100;
      const got = of.filter((e) => e.variant === variant).length;
      const isTooMany = got > likelyAtMost(of.length, share, tests);
      if (!isTooMany && of.length - got <= likelyAtMost(of.length, 1 - share, tests)) continue;
      const last = of.at(-1) as Evaluated;
      const sentences = [
        `Of ${of.length} users ${got} got ${variant} of ${flag} by the rules of revision ${revision}, until ${when(last.atUs).replace('at ', '')}.`,
        `Its share is ${percent} %; chance alone does that less than once in a billion times.`,
      ];
      const explanation = { atUs: last.atUs, sentences, ops: [last.op] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  return null;
}

function violated(before: Evaluated, after: Evaluated, how: string): Verdict {
  const sentences = [
    `User ${after.user} got ${before.variant} of ${after.flag} ${when(before.atUs)} (revision ${before.version}).`,
    `And ${after.variant} ${when(after.atUs)} (revision ${after.version}), ${how}`,
  ];
  const explanation = { atUs: after.atUs, sentences, ops: [before.op, after.op] };
  return { kind: 'violated', invariant: id, claim, explanation };
}
