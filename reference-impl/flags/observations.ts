/** What an agent says of the flags that it evaluated. */
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject: the flag. */
    readonly 'flag-evaluation': {
      readonly variant: string;
      readonly reason: string;
      readonly version: number;
    };
  }
}

export {};
