/** Figures of a run in real time that grow when a fault takes effect. */

/**
 * Bytes of a link, as its proxy counts them; `broken-connections` when its listener is switched off.
 * `carried-bytes` are all that came: for what hardly shows in a small message, and is left to probes to show.
 */
export type LinkFigure = 'carried-bytes' | 'delayed-bytes' | 'dropped-bytes' | 'broken-connections';

/** Messages, counted in the node or client that sends them. */
export type MessageFigure =
  'lost-messages' | 'repeated-messages' | 'held-back-messages' | 'damaged-messages';

/**
 * Of the node itself: readings of a wrong clock, syncs that a fault made longer, failed or feigned, writes without
 * room, connections that it could neither open nor take.
 */
export type NodeFigure =
  | 'skewed-reads'
  | 'delayed-syncs'
  | 'failed-syncs'
  | 'false-syncs'
  | 'refused-writes'
  | 'refused-connections';

/** Of a disk in user space, which tells them whatever became of its node. */
export type DiskFigure = 'failed-reads' | 'misplaced-writes';

/**
 * `stopped-processes`: crash and pause count those that were up when they met them; `changed-members`: what the
 * system says that it has done; `told-versions`: what a node says of its program.
 */
export type Figure =
  | LinkFigure
  | MessageFigure
  | NodeFigure
  | DiskFigure
  | 'stopped-processes'
  | 'changed-members'
  | 'told-versions';
