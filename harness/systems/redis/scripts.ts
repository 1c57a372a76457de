/**
 * What takes one look and one change is a script: Redis runs one at a time and as a whole
 * (https://redis.io/docs/latest/develop/programmability/eval-intro/).
 */

/** A command that runs a script: its keys, then its arguments. */
export type Command = readonly (string | number)[];

function script(
  text: string,
): (keys: readonly string[], args: readonly (string | number)[]) => Command {
  return (keys, args) => ['EVAL', text, keys.length, ...keys, ...args];
}

/** Sets what has this value; an empty one stands for nothing. 1 where it did. */
export const compareAndSet = script(`
  local is = redis.call('GET', KEYS[1]) or ''
  if is ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2])
  return 1`);

/**
 * A grant: its token, or nothing where it is held. Keys: what is held, the count of tokens, the newest
 * token of this. Redis expires what is held (https://redis.io/docs/latest/commands/set/, NX and PX).
 */
export const grant = script(`
  if redis.call('EXISTS', KEYS[1]) == 1 then return false end
  local token = redis.call('INCR', KEYS[2])
  redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
  redis.call('SET', KEYS[3], token)
  return token`);

/** Ends what has this value. 1 where it did. */
export const endIf = script(`
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])`);

/** Gives what has this value so many milliseconds more. 1 where it did. */
export const renewIf = script(`
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])`);

/** Writes unless a newer token was granted. Keys: what is written, the newest token. 1 where it did. */
export const writeFenced = script(`
  if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[2]) or '0') then return 0 end
  redis.call('SET', KEYS[1], ARGV[2])
  return 1`);

/**
 * Keys: the set of those who are in, and whether all have come; arguments: who comes, and how many they are. 1 where
 * all have come.
 */
export const enterBarrier = script(`
  redis.call('SADD', KEYS[1], ARGV[1])
  if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then redis.call('SET', KEYS[2], '1') end
  return redis.call('EXISTS', KEYS[2])`);

/** Of the same set: who goes. 1 where all have gone. */
export const leaveBarrier = script(`
  redis.call('SREM', KEYS[1], ARGV[1])
  return 1 - redis.call('EXISTS', KEYS[1])`);

/** Reads and writes at one moment: arguments are pairs, an empty value reads. The values of all. */
export const transact = script(`
  local out = {}
  for i, key in ipairs(KEYS) do
    if ARGV[i] ~= '' then redis.call('SET', key, ARGV[i]) end
    out[i] = redis.call('GET', key)
  end
  return out`);

/** The same where the resource alone knows of tokens: it remembers the newest that it saw. */
export const writeNewer = script(`
  if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[2]) or '0') then return 0 end
  redis.call('SET', KEYS[2], ARGV[1])
  redis.call('SET', KEYS[1], ARGV[2])
  return 1`);
