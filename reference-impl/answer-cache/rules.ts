/** What a cache of answers decides. */
import type { AnswerCacheConfig } from './config.ts';

export interface AnswerCacheRules {
  /** By what an answer of a service for a key is found again. */
  idOf(service: string, key: string): string;
  /** Is an answer of this age as good as a new one, whose life was cut by `cutUs`? */
  isFresh(ageUs: number, cutUs: number, c: AnswerCacheConfig): boolean;
  /** May it stand in for a call that failed? */
  mayStandIn(ageUs: number, c: AnswerCacheConfig): boolean;
  /** From when the age of an answer counts. */
  since(askedUs: number, answeredUs: number): number;
  /** Does who wants an answer wait for the call that somebody else has out for it? */
  joins(c: AnswerCacheConfig): boolean;
}

export const answerCacheRules: AnswerCacheRules = {
  idOf: (service, key) => `${service} ${key}`,
  isFresh: (ageUs, cutUs, { freshUs }) => ageUs < freshUs - cutUs,
  mayStandIn: (ageUs, { staleUsMax }) => ageUs <= staleUsMax,
  // It may have been so when it was asked, and not any more when it came.
  since: (askedUs) => askedUs,
  joins: ({ asksOnce }) => asksOnce,
};
