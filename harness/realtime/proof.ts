/** What shows a fault of nodes, beside their word that they met it. */
export interface Proof {
  /** The figures were asked just now. */
  isShown(): Promise<boolean>;
  whatDenied(): string | null;
  /** Just before it is ended. Absent: nothing more would show. */
  lastLook?(): Promise<boolean>;
  /** Null when its end was seen, or could not be; otherwise what was seen instead. */
  end(hurry: AbortSignal): Promise<string | null>;
}
