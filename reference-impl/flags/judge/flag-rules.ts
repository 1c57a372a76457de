/**
 * CONSISTENCY: a flag is evaluated by the rules of the version that is told, and by nothing else (C5).
 *
 * The slow way: the definition that servers applied at that revision, with a hash in whole numbers of any size.
 */
import { when } from '../../../harness/spec.ts';
import type { History, Invariant, Json, Program, Verdict } from '../../../harness/spec.ts';
import { definitionsOf, evaluationsOf } from './definitions.ts';
import type { Evaluated, Fields } from './definitions.ts';

const id = 'flag-rules';
const claim =
  'Each evaluation of a flag gives the variant that the rules of its version give this user with these attributes.';

export function flagRulesKept(): Invariant {
  return { id, area: 'CONSISTENCY', claim, faultModel: 'any faults', judge };
}

function judge({ events }: History, program: Program): Verdict {
  const definitions = definitionsOf(events, program);
  const all = evaluationsOf(events);
  for (const e of all) {
    const version = definitions.get(e.flag)?.find((v) => v.revision === e.version);
    const definition = version?.definition ?? null;
    const wanted = definition === null ? null : variantFor(e, definition);
    if (wanted === e.variant) continue;
    const sentences = [
      `Process ${e.process} got ${e.variant} of ${e.flag} for ${e.user} ${when(e.atUs)}, by the rules of revision ${e.version} (${e.reason}).`,
      wanted === null
        ? 'No server has applied such rules.'
        : `Those give ${wanted}: ${JSON.stringify(definition)}.`,
    ];
    const explanation = { atUs: e.atUs, sentences, ops: [e.op] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (all.length === 0) {
    return { kind: 'unknown', invariant: id, reason: 'no flag was evaluated' };
  }
  return { kind: 'holds', invariant: id, basis: `${all.length} evaluations` };
}

function variantFor({ flag, user, attributes, reason }: Evaluated, d: Fields): string {
  if (d['isOn'] !== true || reason === 'stale' || reason === 'floor') return String(d['off']);
  for (const s of (d['segments'] ?? []) as readonly Fields[]) {
    const wanted = Object.entries((s['if'] ?? {}) as Readonly<Record<string, readonly Json[]>>);
    const fits = wanted.every(([name, values]) =>
      values.some((v) => JSON.stringify(v) === JSON.stringify(attributes[name])),
    );
    if (fits) return String(s['serve']);
  }
  const salt = typeof d['salt'] === 'string' ? d['salt'] : flag;
  const hundredThousandths = (slowHash(`${salt}/${user}`) * 100_000n) >> 32n;
  let before = 0;
  for (const [variant, share] of Object.entries(d['split'] as Readonly<Record<string, number>>)) {
    before += share;
    if (Number(hundredThousandths) < Math.round(before * 1_000)) return variant;
  }
  return String(d['off']);
}

const mask = 0xffff_ffffn;

/** FNV-1a of the text's code units, then MurmurHash3's finalizer. */
function slowHash(text: string): bigint {
  let h = 0x811c_9dc5n;
  for (let i = 0; i < text.length; i++)
    h = ((h ^ BigInt(text.charCodeAt(i))) * 0x0100_0193n) & mask;
  h = ((h ^ (h >> 16n)) * 0x85eb_ca6bn) & mask;
  h = ((h ^ (h >> 13n)) * 0xc2b2_ae35n) & mask;
  return h ^ (h >> 16n);
}
