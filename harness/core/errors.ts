/**
 * Errors that a user can mend. Each says what is wrong, what was got, what was wanted, what to do.
 *
 * A bug is an assertion (`assert.ts`); an expected failure is a value. Only these are thrown at users.
 */

/** Exit codes of the command line, strongest reason first where several apply. */
export const exitCodes = {
  holds: 0,
  violated: 1,
  unknown: 2,
  leftovers: 5,
  usage: 64,
  unavailable: 69,
  internal: 70,
  /** What there was to say could not be written: a full disk, a lost terminal. */
  output: 74,
  refused: 77,
  hangup: 129,
  interrupted: 130,
  /** The reader of the output went away. */
  closedPipe: 141,
  terminated: 143,
} as const;

/** Every code, with the exit code it leads to. `docs/reference/errors.md` is made of this table. */
export const errorCodes = {
  /** A flag or a value makes no sense. */
  E_USAGE: exitCodes.usage,
  /** No scenario matches the pattern. `antlion list` shows those that there are. */
  E_SCENARIO_UNKNOWN: exitCodes.usage,
  /** The system has no such broken variant. `antlion list` shows those that there are. */
  E_MUTANT_UNKNOWN: exitCodes.usage,
  /** A plan or a program cannot run here: it asks for nodes, links or operations that are not there. */
  E_PLAN: exitCodes.usage,
  /** A configuration or the shape of a cluster is invalid, or a name is taken. */
  E_CONFIG: exitCodes.usage,
  /** A file of scenarios, a system or a configuration cannot be loaded, or exports nothing of use. */
  E_FILE: exitCodes.usage,
  /** A token or a counterexample cannot be read: it was cut, changed, or names what is not here. */
  E_TOKEN: exitCodes.usage,
  /** A token was printed in another format. Replay it with the version of antlion that printed it. */
  E_TOKEN_VERSION: exitCodes.usage,
  /** A recorded history is malformed. The message names file and line. */
  E_HISTORY: exitCodes.usage,
  /** Compiled code or a package is missing. In a clone run `npm ci`. */
  E_NOT_BUILT: exitCodes.unavailable,
  /** A folder cannot be written, or is open to other users. */
  E_FOLDER: exitCodes.unavailable,
  /** An address is taken by another program. */
  E_PORT_IN_USE: exitCodes.unavailable,
  /** No Docker engine answers. Start one, or choose another environment. */
  E_NO_DOCKER: exitCodes.unavailable,
  /** The Docker engine refuses what a run needs. */
  E_ENGINE: exitCodes.unavailable,
  /** The Docker engine went away during a run. `antlion clean` removes what is left once it is back. */
  E_DOCKER_LOST: exitCodes.unavailable,
  /** An image cannot be built or fetched. */
  E_IMAGE: exitCodes.unavailable,
  /** A node's program cannot be made into one file. */
  E_BUNDLE: exitCodes.unavailable,
  /** A node wrote an event that is too long. */
  E_NODE_OUTPUT: exitCodes.unavailable,
  /** A program that is needed is not installed. `antlion doctor` says which, and how to get it. */
  E_NO_PROGRAM: exitCodes.unavailable,
  /** The cluster did not come up in time. */
  E_NOT_READY: exitCodes.unavailable,
  /** Nothing usable answers at an endpoint. */
  E_ENDPOINT: exitCodes.unavailable,
  /** The machine makes no private network for members; `--network proxies` needs none. */
  E_NAMESPACES: exitCodes.unavailable,
  /** Members of our own cannot be given disks in user space, or these failed. */
  E_DISK: exitCodes.unavailable,
  /** A fault of the plan could not begin or be ended. */
  E_FAULT: exitCodes.unavailable,
  /** Standard output or standard error cannot be written: a full disk, a lost terminal. */
  E_OUTPUT: exitCodes.output,
  /** The target was neither started by this run nor allowed by name. */
  E_REFUSED_TARGET: exitCodes.refused,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof errorCodes;

export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly code: ErrorCode;

  /** `message` in the form: what is wrong, got …, wanted …. Next step. */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.code = code;
  }

  get exitCode(): number {
    return errorCodes[this.code];
  }
}
