/** What ends of a simulated TCP connection send each other: numbered segments over datagrams. */
import type { Msg } from '../../core/host.ts';

export interface Segment extends Msg {
  readonly kind: 'segment';
  /** Drawn by who opened it; with the two nodes it names the connection. */
  readonly connection: number;
  readonly fromOpener: boolean;
  readonly port: number;
  /** `ack` carries nothing but `ack`; `reset` is answered by nothing. */
  readonly what: 'open' | 'data' | 'end' | 'ack' | 'reset';
  /** Counts segments other than `ack` and `reset` of this direction, from 0. */
  readonly seq: number;
  /** The first segment of the other direction that is still missing. */
  readonly ack: number;
  /** base64 */
  readonly data: string;
}
