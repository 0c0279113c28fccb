// What calls to Redis fail with, as the ports of the read side say it.
import { type GuardedScripts, RedisNotReady } from '../src/redis/guarded-scripts.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';

/** Replies that are always the fault of the call. All others are of a state of the server, which passes. */
const faults = /^(ERR|WRONGTYPE|CROSSSLOT|NOPERM) /;

/**
 * The answer of a call.
 * @throws ReadSideUnavailable with what the client threw as its cause; a `RedisNotReady` among them says that data may be lost. What is
 * the fault of the call is thrown as it is.
 */
export async function answered<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ReplyError' && faults.test(message)) throw error;
    throw new ReadSideUnavailable(`Redis does not answer: ${message}`, { cause: error });
  }
}

/** The same scripts; calls fail as those of `answered` do. */
export function answering<Name extends string>(
  scripts: Pick<GuardedScripts<Name>, 'call'>,
): Pick<GuardedScripts<Name>, 'call'> {
  return { call: (name, keys, args) => answered(scripts.call(name, keys, args)) };
}

/** For what is not on a server that must have had it. */
export function dataLost(what: string): ReadSideUnavailable {
  return new ReadSideUnavailable(`Redis has lost ${what}`, { cause: new RedisNotReady(`${what}: lost`) });
}
