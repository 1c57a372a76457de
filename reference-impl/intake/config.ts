/** The numbers of a server that can take in so much and no more. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface IntakeConfig {
  /**
   * What a request or a watch costs a server, µs. It works off 10⁶ / requestUs of them a second; more than that and
   * the line grows. Source: 1,000 to 2,000 a second of small servers of etcd and Consul with their disks in the way.
   */
  readonly requestUs: number;
  /** What a message of another server costs, µs: less, as nothing is looked up for it. */
  readonly peerUs: number;
  /** Messages that wait at most; what comes then is lost, as it is where a socket's buffer is full. */
  readonly lineMax: number;
  /** Until a server has been up for so long its work costs nothing, µs: a story of a restart is not one of the first start. */
  readonly fromUs: number;
}

const usual: IntakeConfig = {
  requestUs: secondsUs(1) / 1_000,
  peerUs: secondsUs(1) / 20_000,
  lineMax: 4_096,
  fromUs: 0,
};

/** Null where the story (`extra.intake`) asks for none: then all that comes is done in no time. Throws E_CONFIG. */
export function intakeOf(settings: Settings): IntakeConfig | null {
  return extraOf(settings, 'intake', usual);
}
