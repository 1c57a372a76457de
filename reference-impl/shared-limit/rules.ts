/** What the shared limit decides. Tokens are counted in millionths. */
export interface LimitRules {
  mayAdmit(tokens: number): boolean;
  /** Of `own` tokens, what a node gives a neighbour that has `theirs`: whole ones. */
  gift(own: number, theirs: number): number;
  /** What is left of `own` after `given` was sent. */
  left(own: number, given: number): number;
  /** Is a gift taken of which the newest from the same giver so far was `newest`? */
  isTaken(number: number, newest: number): boolean;
  /** The number of a gift after that of the last one of this process, 0 before the first. */
  giftNumber(last: number, nowUs: number): number;
  /** Does a node that ran dry pass a call on to a neighbour that is believed to have this many? */
  maySpill(theirs: number): boolean;
  /** Is a call refused that was passed on, and was to be answered until `endsUs`? */
  isOver(nowUs: number, endsUs: number): boolean;
}

export const token = 1_000_000;

export const limitRules: LimitRules = {
  mayAdmit: (tokens) => tokens >= token,
  // Half of the difference: both have the same then, and neither has to give it back.
  gift: (own, theirs) => Math.max(0, Math.floor((own - theirs) / 2 / token)) * token,
  left: (own, given) => own - given,
  // A network repeats and reorders: what is lost by this is lost for everybody, and nothing is gained.
  isTaken: (number, newest) => number > newest,
  // By the clock, so that what a process gives after a restart counts as newer than all that it gave before.
  giftNumber: (last, nowUs) => Math.max(last + 1, nowUs),
  maySpill: (theirs) => theirs >= token,
  isOver: (nowUs, endsUs) => nowUs >= endsUs,
};
