/** What a check in one pass says: `holds` carries a certificate that was replayed, beside its figures. */
export type Judged<Holds, Fault> =
  | ({ readonly kind: 'holds' } & Holds)
  /** Facts that contradict each other. */
  | { readonly kind: 'violated'; readonly fault: Fault }
  | { readonly kind: 'unknown'; readonly reason: string };
