/** What a federated registry decides. */
import type { FederationConfig } from './config.ts';

/** How near an answer is: of the asked registry's zone, its region, or another. */
export type Level = 'zone' | 'region' | 'elsewhere';

export interface FederationRules {
  /** Where to look, the nearest first. */
  ladder(): readonly Level[];
  /** Does what a registry said of itself `ageUs` ago still count? */
  counts(ageUs: number, config: FederationConfig): boolean;
  /** Is a region well of which so many instances live, and so many are lost? */
  isHealthy(live: number, lost: number, config: FederationConfig): boolean;
  /** Does a region that was withdrawn and has been well for `wellUs` count again? */
  isBack(wellUs: number, config: FederationConfig): boolean;
  /** Of the registries of its region, the own one first, to how many an instance says goodbye. */
  goodbyes(registries: number): number;
  /** Does who has said goodbye count as lost? */
  isLoss(): boolean;
}

export const federationRules: FederationRules = {
  ladder: () => ['zone', 'region', 'elsewhere'],
  counts: (ageUs, { silentUs }) => ageUs < silentUs,
  isHealthy: (live, lost, { healthyPermille }) =>
    live > 0 && live * 1_000 >= (live + lost) * healthyPermille,
  isBack: (wellUs, { holdDownUs }) => wellUs >= holdDownUs,
  goodbyes: (registries) => registries,
  isLoss: () => false,
};
