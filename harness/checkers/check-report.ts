/** What is asked of a check of a recorded history, and what it answers. */
import type { Json } from '../core/host.ts';
import type { VerdictKind } from '../core/verdict.ts';
import type { Certificate } from './certificate.ts';
import type { ClockBounds } from './locks/hold.ts';
import type { Model } from './model.ts';
import type { Op } from './operations.ts';
import type { SessionScope } from './sessions/versions.ts';
import type { Figures } from './tallies/tally.ts';

export interface CheckOptions {
  /** A name, several with commas between them, `auto`, or a model of one's own. */
  readonly model: string | Model;
  /** The state before the first operation; null by default. */
  readonly initial?: Json;
  /** For transactions; `strict-serializable` by default. */
  readonly consistency?: string;
  /** For `lock`: how wrong clocks may be; not at all by default. */
  readonly clocks?: ClockBounds;
  /** For `sessions`: each key by itself by default. */
  readonly scope?: SessionScope;
  /** Keys are objects of their own, of models too that are about all keys; not by default. */
  readonly isIndependent?: boolean;
  /** Configurations a search may look at; 2,000,000 by default, for transactions 20 more for each. */
  readonly stepsMax?: number;
  /** False: no core and no prefix of what is not linearizable, which cost further checks. */
  readonly isExplained?: boolean;
}

export interface CheckReport {
  readonly verdict: VerdictKind;
  /** How many operations were invoked. */
  readonly operations: number;
  /** Configurations the search looked at; 0 where none was needed. */
  readonly nodes: number;
  /** The operations that cannot be reconciled; empty unless violated. */
  readonly core: readonly Op[];
  /** Events of the shortest prefix found that is violated already; null if none was looked for. */
  readonly prefix: number | null;
  /** False when the budget did not suffice to show that no shorter one is violated. */
  readonly isPrefixShortest: boolean;
  /** What `holds` rests on, proved by replay; null unless it does. */
  readonly certificate: Certificate | null;
  /** Why it is violated, or how far it got: one sentence a fact. */
  readonly sentences: readonly string[];
  /** Of models that count, and of keys that were judged apart. */
  readonly figures?: Figures;
  /** Of a composition: what each model says. */
  readonly parts?: readonly PartReport[];
}

export interface PartReport {
  readonly model: string;
  readonly verdict: VerdictKind;
  readonly sentences: readonly string[];
  readonly figures?: Figures;
}
