/** What an agent says of the overrides that it made. */
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject: the key. */
    readonly override: { readonly who: string; readonly entry: number };
  }
}

export {};
