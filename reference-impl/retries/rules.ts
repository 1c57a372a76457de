/** What retries decide. Tokens of a budget are thousandths of a retry. */
import type { RetryConfig } from './config.ts';

export interface RetryRules {
  mayRetry(tokens: number): boolean;
  /** Attempts of one call, the first included, in a mode in which calls are tried again or not. */
  attemptsMax(isRetrying: boolean, c: RetryConfig): number;
  /** What a budget of `tokens` is after an attempt; is it the first of its call? */
  earned(tokens: number, isFirst: boolean, c: RetryConfig): number;
  spent(tokens: number): number;
  /** The pause after `attempts` of them; `random(n)` draws below n. */
  pauseUs(attempts: number, random: (bound: number) => number, c: RetryConfig): number;
  /** Of whoever serves a call with this budget: how long its own calls may take in all. */
  handedOnUs(budgetUs: number, c: RetryConfig): number;
}

export const retry = 1_000;

export const retryRules: RetryRules = {
  mayRetry: (tokens) => tokens >= retry,
  attemptsMax: (isRetrying, c) => (isRetrying ? c.attemptsMax : 1),
  // By first attempts alone: retries that earn retries would be a budget that grows with the trouble.
  earned: (tokens, isFirst, { budgetPermille, reserve }) =>
    isFirst ? Math.min(reserve * retry, tokens + budgetPermille) : tokens,
  spent: (tokens) => tokens - retry,
  pauseUs: (attempts, random, { backoffUs, backoffUsMax }) =>
    random(Math.max(1, Math.min(backoffUsMax, backoffUs * 2 ** (attempts - 1)))),
  handedOnUs: (budgetUs, { reserveUs }) => budgetUs - reserveUs,
};
