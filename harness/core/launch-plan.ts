/**
 * How the members of a system are started, as data: any program, in any language.
 *
 * Texts are templates. `{{name}}` is the member's name (`n0`, `n1` …), `{{id}}` its number from 0,
 * `{{number}}` that from 1, `{{count}}` how many there are, `{{host}}` and `{{port}}` where it must listen
 * for clients, `{{peerPort}}` where for other members (where it is not used, they share `{{port}}`),
 * `{{peerPort2}}` a second one of these, `{{data}}` a folder of its own that outlives a crash, `{{shared}}` one
 * that all members have in common, `{{peers}}` the other members, as `name=host:port,…` unless `peers` says
 * otherwise, `{{members}}` all of them, itself included. `{{proxyHost}}` and `{{proxyPort}}` are of its SOCKS
 * proxy, where it has one. `{{entry}}` is what `entry` says.
 */

export interface LaunchPlan {
  /** Program and arguments: `['python3', 'server.py', '--port', '{{port}}']`. No shell. */
  readonly command: readonly string[];
  /** Other versions, by name, for faults that upgrade a member: what is run instead, on the same data. */
  readonly versions?: Readonly<Record<string, VersionPlan>>;
  /** What installs the program, for who has not got it: `apt-get install etcd-server`. */
  readonly install?: string;
  /** Added to the environment of antlion itself. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files below `{{data}}`, by their paths there, that are written before its first start. */
  readonly files?: Readonly<Record<string, string>>;
  /** A command that runs to its end before the first start, to lay out `{{data}}`. */
  readonly prepare?: readonly string[];
  /** How many, unless the user says otherwise: 3. */
  readonly members?: number;
  /** Where clients reach a member: `http://{{host}}:{{port}}`; `{{peerPort}}` and `{{shared}}` are known as well. */
  readonly url?: string;
  readonly peers?: PeersPlan;
  /**
   * What `{{entry}}` is: of members that the cluster begins with, and of one that it takes in later, whose folder is
   * empty and whose `{{members}}` are those that there are then. Absent: who was taken out cannot come back.
   */
  readonly entry?: { readonly first: string; readonly later: string };
  /** How its wall clock is set wrong, for faults of clocks. Absent: it cannot be. */
  readonly clock?: ClockPlan;
  /** When a member is up; by default, when its port takes connections. */
  readonly ready?: ReadyPlan;
  /** How long that may take, µs: half a minute, unless it is said here. */
  readonly readyUsMax?: number;
}

export type ClockPlan =
  /**
   * Its program asks the C library for the time, which it is linked with dynamically, and so heeds `libfaketime`, as C,
   * Python, Ruby and Node do. `AdapterForm.wallClock` then shows what it makes of it.
   */
  | { readonly by: 'libfaketime'; readonly trial?: ClockTrial }
  /** Why not, in words: told where a fault of clocks is left out. */
  | { readonly not: string };

/**
 * Whether this very program starts under the library is tried before a run with faults of clocks: one whose allocator
 * reads the time, as jemalloc does, and the library wait for each other for good.
 */
export interface ClockTrial {
  /** With which it ends at once: `['--version']`. */
  readonly args: readonly string[];
  /** What to do where it does not, for the end of a sentence. */
  readonly otherwise: string;
}

export interface VersionPlan {
  readonly command: readonly string[];
  /** Beside that of the plan. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface PeersPlan {
  /**
   * One member in `{{peers}}` and `{{members}}`, of `{{name}}`, `{{number}}` and `{{address}}` (`host:port`);
   * where all are told the same addresses also of `{{host}}` and its ports.
   */
  readonly each?: string;
  /** Between two of them: a comma. */
  readonly separator?: string;
  /**
   * How members reach each other, which decides what can be done to their links. `links`: each is
   * told addresses of its own, one proxy a direction. `http-proxy`: all must be told the same address
   * of a member, and dial it by HTTP through what `HTTP_PROXY` names, as programs in Go do. `socks-proxy`:
   * the same, and all that they dial goes through the SOCKS proxy that they are told, as on a Java machine.
   * `direct`: faults among members can be done in network namespaces alone, where none of these matters.
   */
  readonly via?: 'links' | 'http-proxy' | 'socks-proxy' | 'direct';
}

export type ReadyPlan =
  /** A line of its output that this regular expression matches. */
  | { readonly log: string }
  /** Its port takes connections. */
  | { readonly tcp: true }
  /** A GET of this path is answered with a status from 200 to 299. */
  | { readonly http: string };
