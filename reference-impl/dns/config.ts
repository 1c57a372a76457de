/** The numbers of DNS. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface DnsConfig {
  /**
   * An answer may be used this long after it was given, µs; on the wire whole seconds. A protocol time. More: fewer
   * questions, and a dead instance is called for longer. Source of 5 s: what clusters tell of services.
   */
  readonly ttlUs: number;
  /** The same of the answer that there is nobody, µs. Shorter, so that who comes is found soon (RFC 2308). */
  readonly negativeTtlUs: number;
  /**
   * Who answers for the catalog does so from its copy, as long as it asked the leader within this and had that
   * confirmed, µs; after that it answers SERVFAIL, and another one is asked. More: answers while the registry is lost,
   * which may be wrong for as long, and the TTL. `antlion up --dns-stale`. Source: 60 s, the limit of Degraded (M).
   */
  readonly staleUsMax: number;
  /**
   * A node that is Degraded, and whose own list the registry does not confirm any more, goes by answers of DNS: the copy of
   * a server, which may be younger. True: calls depend on one more path, where the usual one fails (M).
   */
  readonly isFallback: boolean;
}

const usual: DnsConfig = {
  ttlUs: secondsUs(5),
  negativeTtlUs: secondsUs(1),
  staleUsMax: secondsUs(60),
  isFallback: false,
};

/** Null where the story (`extra.dns`) asks for none. Throws E_CONFIG. */
export function dnsOf(settings: Settings): DnsConfig | null {
  return extraOf(settings, 'dns', usual);
}
