/** What of redlock is used: the types that it ships with cannot be found by way of its exports. */
declare module 'redlock' {
  interface Lock {
    /** When it ends, ms of the wall clock. */
    readonly expiration: number;
    release(): Promise<unknown>;
  }

  export default class Redlock {
    constructor(
      clients: readonly object[],
      settings: { readonly retryDelay: number; readonly retryJitter: number },
    );
    acquire(resources: readonly string[], durationMs: number): Promise<Lock>;
    on(event: 'error', f: () => void): void;
  }
}
