/** What lies in the queue: an event is a code, a node, two integers and one payload. */

/** The lowest byte of an event's code; the next is the lane. */
export const eventType = {
  /** node: receiver, a: sender, b: number of link faults begun when it was sent, payload: message. */
  message: 1,
  /** a: kind, b or payload: arg. */
  timer: 2,
  /** The disk has synced. */
  synced: 3,
  /** payload: a function of the world's owner; node is -1. */
  action: 4,
} as const;
