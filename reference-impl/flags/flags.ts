/**
 * Flags of one agent (C5): their rules come with its copy of the configuration, and are evaluated here,
 * without a message. An outage of the store changes nothing until the rules are too old; then every flag
 * is off, so that a kill is known to have worked after a time, whatever has failed.
 */
import type { Call, Description, Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { Part } from '../agent/part.ts';
import type { ConfigCopy } from '../config-copy/config-copy.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import { flagPrefix } from './config.ts';
import type { FlagsConfig } from './config.ts';
import type { Mode } from '../mode/matrix.ts';
import type { ModeBehaviours } from '../mode/member.ts';
import { evaluate, readFlag, switchedOff } from './flag.ts';
import type {} from './observations.ts';
import type { Attributes, Evaluation } from './flag.ts';
import type { Flag } from './definition.ts';
import type { FlagRules } from './rules.ts';

export class Flags implements Part {
  private readonly io: HandlerContext;
  private readonly copy: ConfigCopy;
  private readonly book: EvidenceBook;
  /** Null: off. */
  private readonly config: FlagsConfig | null;
  private readonly rules: FlagRules;
  private flags: ReadonlyMap<string, Flag> = new Map();
  /** By flag, the version and reason of which it was last told that they decided. */
  private readonly told = new Map<string, string>();
  private isOff = false;

  constructor(
    io: HandlerContext,
    copy: ConfigCopy,
    book: EvidenceBook,
    o: { readonly config: FlagsConfig | null; readonly rules: FlagRules },
  ) {
    this.io = io;
    this.copy = copy;
    this.book = book;
    this.config = o.config;
    this.rules = o.rules;
    if (o.config === null) return;
    // A client of a workload has a copy for this alone.
    copy.keep();
    copy.listen(() => this.read());
  }

  setMode(_mode: Mode, { flags }: ModeBehaviours): void {
    this.isOff = flags.isOff;
    // What is served in a mode is told anew in each.
    this.told.clear();
  }

  /** A call to the demo service came in, of this session. */
  called(session: string): void {
    const name = this.config?.checked ?? '';
    if (name !== '') this.evaluate(name, session, {});
  }

  /** Null: there is no such flag, as far as this agent knows. */
  evaluate(name: string, user: string, attributes: Attributes): Evaluation | null {
    const { config, copy, rules } = this;
    const flag = this.flags.get(name);
    if (config === null || flag === undefined) return null;
    const isStale = rules.isStale(this.io.nowUs - copy.confirmedUs, config.staleUsMax);
    const found = this.isOff ? switchedOff(flag) : evaluate(flag, user, attributes, isStale, rules);
    this.tell(name, found);
    return found;
  }

  /** An operation: `{ user, attributes }`; null where the flag is not known. */
  asked({ key, value }: Call, done: (o: Outcome) => void): void {
    const { user, attributes = {} } = (value ?? {}) as { user?: Json; attributes?: Json };
    if (typeof user !== 'string' || typeof attributes !== 'object' || attributes === null) {
      return done({ type: 'fail', error: 'bad-request: wanted { user, attributes }' });
    }
    if (this.config === null) return done({ type: 'fail', error: 'flags are off here' });
    const found = this.evaluate(key, user, attributes as Attributes);
    done({ type: 'ok', value: found as unknown as Json });
  }

  describe(): Description {
    return this.flags.size === 0 ? {} : { flags: [...this.flags.keys()].sort().join(', ') };
  }

  private read(): void {
    const read = [...this.copy.under(flagPrefix)].map(({ key, value, version }) => {
      const name = key.slice(flagPrefix.length);
      const known = this.flags.get(name);
      return [name, known?.version === version ? known : readFlag(name, value, version)] as const;
    });
    this.flags = new Map(read.flatMap(([name, flag]) => (flag === null ? [] : [[name, flag]])));
  }

  /** Evidence of the first evaluation by each version of the rules, and for each reason. */
  private tell(name: string, { variant, reason, version }: Evaluation): void {
    const said = `${version} ${reason}`;
    if (this.told.get(name) === said) return;
    this.told.set(name, said);
    this.book.issue(
      {
        kind: 'flag-evaluation',
        subject: name,
        scope: 'local',
        binding: `rules of revision ${version}, ${reason}`,
        value: { variant, reason, version },
        lifetimeUs: (this.config as FlagsConfig).staleUsMax,
        freshness: 'bounded-stale',
        staleUsMax: Math.max(0, this.io.nowUs - this.copy.confirmedUs),
      },
      true,
    );
  }
}
