/** What a caller makes of what instances say of their load. */
export interface PressureRules {
  /** Until when it sends an instance nothing that refused a call now, and asked for this. */
  heldOffUntilUs(nowUs: number, retryAfterUs: number): number;
  /** May it send something to an instance that it holds off until then? */
  maySend(nowUs: number, heldOffUntilUs: number): boolean;
}

export const pressureRules: PressureRules = {
  heldOffUntilUs: (nowUs, retryAfterUs) => nowUs + retryAfterUs,
  maySend: (nowUs, heldOffUntilUs) => nowUs >= heldOffUntilUs,
};
