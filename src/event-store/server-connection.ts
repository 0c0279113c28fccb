// Calls to a log server that always come to an end: each has a time of our own, is tried again when that may help, and a client that
// does not answer any more is replaced. Whether the server is away is found out beside the calls.
import { setTimeout as delay } from 'node:timers/promises';
import { AppendTooLarge, type StoreHealth, StoreRefuses, StoreUnavailable } from './event-store.ts';
import type { LogServer } from './log-server.ts';
import { failureOf, type ServerFailure, Unanswered } from './server-failures.ts';
import { createStoreHealth } from './store-health.ts';

export interface ServerConnectionOptions {
  /** Makes a client; it need not be connected yet. */
  readonly connect: () => LogServer;
  /** Asks what any server answers quickly. */
  readonly probe: (server: LogServer) => Promise<unknown>;
  /** Milliseconds until a call is given up, all its attempts together. */
  readonly timeoutMs: number;
  /** Told of an outage once, when it begins. */
  readonly onError: (error: unknown) => void;
}

/** What the server says no to, for the caller to make sense of. */
export class Declined extends Error {
  readonly failure: Extract<ServerFailure, { kind: 'CONFLICT' | 'NO_STREAM' }>;
  constructor(failure: Declined['failure']) {
    super(failure.kind);
    this.failure = failure;
  }
}

export interface ServerConnection {
  /**
   * Does some work with the server, from its beginning again after a failure that may pass. `alive` says that it gets on: the time of an
   * attempt, and of all of them, is counted from there.
   * @throws Declined, AppendTooLarge, StoreUnavailable
   */
  call<Result>(work: (server: LogServer, alive: () => void) => Promise<Result>): Promise<Result>;
  /** The client that is in use. It may be given up at any time (`signal`). */
  server(): Promise<LogServer>;
  /** Something else than a call has failed: it is found out whether the server is away. */
  suspect(error: unknown): void;
  health(): StoreHealth;
  /** No call begins any more; those under way are left to end. */
  close(): Promise<void>;
}

/** Milliseconds before the next attempt after so many failures; at once after the first. */
function pauseAfter(failures: number): number {
  return failures === 1 ? 0 : Math.min(250, 10 * 2 ** failures) * (0.5 + Math.random() / 2);
}

/** Milliseconds that a look for a server that is away has at most. */
const longestLookMs = 1000;
/** A client with which the same work has failed so often may have learnt something wrong for good. */
const failuresOfAClient = 3;

export function createServerConnection(options: ServerConnectionOptions): ServerConnection {
  const { connect, probe, timeoutMs, onError } = options;
  const { answered, failed, health } = createStoreHealth(onError);
  let current: Promise<LogServer> | undefined;
  let looking: Promise<void> | undefined;
  let isClosed = false;
  const closing = new AbortController();

  /** Rejects when a client cannot be made: a file that its connection string names may be missing for a while. */
  function server(): Promise<LogServer> {
    current ??= begin(async () => connect());
    return current;
  }

  /** What has failed to begin is begun anew by whoever needs it. */
  function begin(work: () => Promise<LogServer>): Promise<LogServer> {
    const beginning = work();
    beginning.catch(() => {
      if (current === beginning) current = undefined;
    });
    return beginning;
  }

  /**
   * The packages keep what appends wait for in one place for all clients: the next one is made when nothing of the last one can
   * come in between.
   */
  async function replace(used: LogServer): Promise<void> {
    if (used.signal.aborted || (await current) !== used || used.signal.aborted) return;
    current = begin(() => used.giveUp().then(connect));
  }

  async function call<Result>(work: (server: LogServer, alive: () => void) => Promise<Result>): Promise<Result> {
    let end = performance.now() + patienceMs();
    const alive = () => {
      end = performance.now() + timeoutMs;
    };
    const failing = createFailing();
    for (let failures = 0; ; ) {
      if (!health().answers) await untilItAnswers(end - performance.now());
      if (isClosed) throw new StoreUnavailable('the event store is closed');
      if (performance.now() >= end) throw awayNow();
      try {
        const result = await attempt(Math.min(timeoutMs / 2, end - performance.now()), alive, work, failing);
        answered();
        return result;
      } catch (error) {
        const failure = failureOf(error);
        // A refusal is an answer, too, unless everything is refused: that is for the look to find out.
        if (failure.kind === 'CONFLICT' || failure.kind === 'NO_STREAM' || failure.kind === 'TOO_LARGE') answered();
        else lookFor(error);
        failures += 1;
        const pause = pauseAfter(failures);
        if (isFinal(failure) || performance.now() + pause >= end) throw errorOf(failure, error);
        await delay(pause);
      }
    }
  }

  /** While the server is away only the look asks for it: the packages connect anew for each call that fails. */
  async function untilItAnswers(milliseconds: number): Promise<void> {
    if (!looking || milliseconds <= 0) return;
    const waiting = new AbortController();
    const late = delay(milliseconds, undefined, { signal: waiting.signal }).catch(() => {});
    await Promise.race([looking, late]);
    waiting.abort();
  }

  /** The client is replaced when it does not answer, or when one and the same work has failed with it several times. */
  async function attempt<Result>(
    milliseconds: number,
    alive: () => void,
    work: (server: LogServer, alive: () => void) => Promise<Result>,
    failing: Failing,
  ): Promise<Result> {
    const used = await server();
    try {
      return await inTime(used, milliseconds, alive, work);
    } catch (error) {
      const failures = failing(used);
      if (error instanceof Unanswered || failures >= failuresOfAClient) void replace(used);
      throw error;
    }
  }

  /** Of an outage the first calls wait for its end as long as any call; once it has lasted that long nobody waits for it any more. */
  function patienceMs(): number {
    const state = health();
    if (state.answers) return timeoutMs;
    // The clock may have been put back since.
    return timeoutMs - Math.max(0, Date.now() - Date.parse(state.since));
  }

  function awayNow(): StoreUnavailable {
    const state = health();
    return new StoreUnavailable(
      state.answers
        ? 'the event store does not answer'
        : `the event store is away since ${state.since}: ${state.cause}`,
    );
  }

  function lookFor(error: unknown): void {
    looking ??= look(error).finally(() => {
      looking = undefined;
    });
  }

  /** Never rejects. */
  async function look(first: unknown): Promise<void> {
    const failing = createFailing();
    for (let failures = 1; !isClosed; failures++) {
      try {
        await attempt(Math.min(longestLookMs, timeoutMs / 2), () => {}, probe, failing);
        return answered();
      } catch {
        failed(errorOf(failureOf(first), first));
        await delay(pauseAfter(failures), undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  return {
    call,
    server,
    suspect: lookFor,
    health,
    async close() {
      isClosed = true;
      closing.abort();
      const used = await current?.catch(() => undefined);
      await used?.giveUp();
      await looking;
    },
  };
}

/** Counts how often in a row some work has failed with the same client. */
type Failing = (used: LogServer) => number;

function createFailing(): Failing {
  let last: LogServer | undefined;
  let failures = 0;
  return (used) => {
    failures = used === last ? failures + 1 : 1;
    last = used;
    return failures;
  };
}

/** Rejects with `Unanswered` when nothing has come for so long, and when the client is given up. */
function inTime<Result>(
  server: LogServer,
  milliseconds: number,
  alive: () => void,
  work: (server: LogServer, alive: () => void) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const working = work(server, () => {
      timer.refresh();
      alive();
    });
    const waiting = waitingFor(server);
    const timer = setTimeout(() => fail(new Unanswered('it does not answer in time')), Math.max(1, milliseconds));
    const end = () => {
      clearTimeout(timer);
      waiting.delete(fail);
    };
    const fail = (error: unknown) => {
      end();
      reject(error);
    };
    waiting.add(fail);
    if (server.signal.aborted) fail(givenUp());
    working.then((result) => {
      end();
      resolve(result);
    }, fail);
  });
}

type Fail = (error: Error) => void;

const attempts = new WeakMap<LogServer, Set<Fail>>();

/** The attempts under way with a client. One listener serves all: a signal goes through its listeners whenever one comes or leaves. */
function waitingFor(server: LogServer): Set<Fail> {
  const known = attempts.get(server);
  if (known) return known;
  const waiting = new Set<Fail>();
  attempts.set(server, waiting);
  const failAll = () => {
    for (const fail of waiting) fail(givenUp());
  };
  server.signal.addEventListener('abort', failAll, { once: true });
  return waiting;
}

function givenUp(): Error {
  return new Error('its connection was given up');
}

function isFinal({ kind }: ServerFailure): boolean {
  return kind !== 'RETRY' && kind !== 'NOT_LEADER';
}

function errorOf(failure: ServerFailure, cause: unknown): Error {
  switch (failure.kind) {
    case 'CONFLICT':
    case 'NO_STREAM':
      return new Declined(failure);
    case 'TOO_LARGE':
      return new AppendTooLarge(
        failure.limit === undefined
          ? 'this is more than the event store takes at once'
          : `the event store takes ${failure.limit} bytes at once, this is more`,
        { cause },
      );
    case 'NOT_LEADER':
      return new StoreUnavailable('the event store has no leader that answers', { cause });
    case 'REFUSED':
      return new StoreRefuses(`the event store refuses: ${failure.why}`, { cause });
    case 'RETRY':
      return new StoreUnavailable(`the event store does not answer: ${failure.why}`, { cause });
  }
}
