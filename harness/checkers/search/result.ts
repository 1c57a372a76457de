/** What a search for a linearization ends with. */
export type SearchResult =
  /** `order`: indices of operations, a linearization. */
  | { readonly kind: 'legal'; readonly order: readonly number[] }
  /** There is none; or a limit was reached before that was known. */
  | { readonly kind: 'illegal' | 'steps' | 'memory' };
