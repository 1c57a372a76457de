/** Which regions one registry announces to its callers, and which are withdrawn. */
import type { FederationConfig } from './config.ts';
import type { Report } from './messages.ts';
import type { FederationRules } from './rules.ts';

interface Seen {
  isAnnounced: boolean;
  /** Since when it has been well; null: it is not. */
  wellSinceUs: number | null;
  /** Was it ever announced? The first time needs no hold-down. */
  isKnown: boolean;
}

export class Regions {
  private readonly config: FederationConfig;
  private readonly rules: FederationRules;
  private readonly seen: readonly Seen[];

  constructor(count: number, config: FederationConfig, rules: FederationRules) {
    this.config = config;
    this.rules = rules;
    this.seen = Array.from({ length: count }, () => ({
      isAnnounced: false,
      wellSinceUs: null,
      isKnown: false,
    }));
  }

  isAnnounced(region: number): boolean {
    return this.seen[region]?.isAnnounced ?? false;
  }

  announced(): number[] {
    return this.seen.flatMap(({ isAnnounced }, region) => (isAnnounced ? [region] : []));
  }

  /** Looks at what counts now; what has changed by it. */
  look(
    reports: readonly Report[],
    nowUs: number,
  ): (readonly [region: number, isAnnounced: boolean])[] {
    return this.seen.flatMap((s, region) => {
      const { live, lost } = countOf(reports.filter((r) => r.region === region));
      const isWell = this.rules.isHealthy(live, lost, this.config);
      s.wellSinceUs = isWell ? (s.wellSinceUs ?? nowUs) : null;
      const before = s.isAnnounced;
      s.isAnnounced =
        s.wellSinceUs !== null &&
        (before || !s.isKnown || this.rules.isBack(nowUs - s.wellSinceUs, this.config));
      s.isKnown ||= s.isAnnounced;
      return s.isAnnounced === before ? [] : [[region, s.isAnnounced] as const];
    });
  }
}

/** Each counts once: one that has moved is lost at one registry and lives at another. */
function countOf(reports: readonly Report[]): { readonly live: number; readonly lost: number } {
  const live = new Set(reports.flatMap((r) => r.instances.map(({ name }) => name)));
  const lost = new Set(reports.flatMap((r) => r.lost).filter((name) => !live.has(name)));
  return { live: live.size, lost: lost.size };
}
