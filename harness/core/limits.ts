/** Numbers with a meaning that several rooms share, each with its unit and its reason. */
export const limits = {
  /** Effects that one lane holds back for its disk. Past it messages are dropped and counted. */
  heldEffectsMax: 65_536,
  /** Events of one simulated run; a run that needs more ends `unknown`, naming this limit. */
  eventsMax: 50_000_000,
  /** Nodes of a run in real time: one proxy a directed link, n·(n-1). */
  realNodesMax: 50,
  /** Of those in containers: each takes a network, and the one Toxiproxy an address in all of them. */
  containerNodesMax: 25,
  /** Policy times are divided by this outside simulation, so that minutes fit into seconds. */
  policyDivisorReal: 20,
  /**
   * A node that is told to stop may say goodbye for so long: three rounds of gossip and an answer of
   * the leader take half of it. Whoever asked waits a second longer before it kills the process.
   */
  stopUs: 2_000_000,
  /** A real driver that wakes up later than this reports a stall. */
  stallUs: 50_000,
  /** A counterexample is printed with at most this many steps; the rest is counted. */
  stepsPrintedMax: 40,
  /** One framed message on a real connection, bytes. A longer one closes the connection. */
  frameBytesMax: 4 * 1024 * 1024,
  /** One line that a node writes, characters: an observation of a whole frame fits. */
  lineCharactersMax: 8 * 1024 * 1024,
  /** Operations of one client in one program. */
  operationsMax: 100_000,
  /** Requests of one load; the run with most of them takes minutes. */
  loadRequestsMax: 50_000_000,
  /** Requests of one load that are open at a time; those beyond are dropped and counted. */
  loadOpenMax: 65_536,
  /** A load is recorded in windows of this length, µs. */
  loadWindowUs: 100_000,
} as const;
