// What the packages do behind the backs of their calls, made harmless. Without it an error that nobody can catch ends the process.
import type { Duplex, Writable } from 'node:stream';

/**
 * Both packages open every call by the first, look at every failed one with the second, and connect by the third; none is part of their
 * interface.
 */
interface Internals {
  GRPCStreamCreator: CallCreator;
  handleError: (connection: unknown, error: unknown) => Promise<void>;
  getChannel: () => Promise<Channel>;
}

interface Channel {
  close(): void;
}

type CallCreator = (
  service: unknown,
  name: string,
  open: (connection: unknown) => Duplex | Writable,
  cache?: unknown,
) => () => Promise<unknown>;

export interface ClientGuard {
  /**
   * Closes the connection; one that is not there yet will be closed when it is. Only then does the next client connect anew: clients
   * with the same settings share a connection, also one that is dead.
   */
  closeConnection(): void;
}

/**
 * To be called before the client is used.
 * @throws Error when the package is of a version that cannot be guarded.
 */
export function guardClient(client: object): ClientGuard {
  const internals = internalsOf(client);
  const { GRPCStreamCreator: creatorOf, handleError, getChannel } = internals;
  internals.GRPCStreamCreator = (service, name, open, cache) =>
    creatorOf(service, name, (connection) => guardCall(open(connection)), cache);
  // It rejects, and nobody listens, when no member of a cluster is found.
  internals.handleError = (connection, error) => handleError(connection, error).catch(() => {});
  const known = new WeakSet<Channel>();
  let current: Channel | undefined;
  let isClosed = false;
  internals.getChannel = async () => {
    const channel = await getChannel();
    if (known.has(channel)) return channel;
    known.add(channel);
    // It may forget the one before without closing it. Calls that are under way on that are left to end.
    current?.close();
    current = channel;
    if (isClosed) channel.close();
    return channel;
  };
  return {
    closeConnection() {
      isClosed = true;
      current?.close();
    },
  };
}

function internalsOf(client: object): Internals {
  for (const name of ['GRPCStreamCreator', 'handleError', 'getChannel'] satisfies (keyof Internals)[]) {
    if (typeof (client as Partial<Internals>)[name] !== 'function') {
      throw new Error(`needs another version of the package that it goes by: this one has no ${name}`);
    }
  }
  return client as Internals;
}

/** The call that carries all appends is the only one that goes both ways. */
function guardCall<Call extends Duplex | Writable>(call: Call): Call {
  if (!('write' in call && 'read' in call)) return call;
  // An answer to an append that was given up is an exception in the package.
  for (const listener of call.listeners('data')) {
    call.off('data', listener as () => void);
    call.on('data', (answer) => {
      try {
        listener.call(call, answer);
      } catch {}
    });
  }
  // What waits for room when the call fails is rejected where nobody can catch it, so nothing may wait: there is never more of it than
  // callers have given.
  const write = call.write.bind(call) as (message: unknown) => boolean;
  call.write = (message: unknown) => {
    write(withBytes(message as AppendMessage));
    return true;
  };
  // A server that ends the call says so to nobody: what is not answered would wait for ever, and so would whatever comes later.
  call.on('status', ({ code }: { code: number }) => {
    if (code === 0) call.destroy(new Error('the server has ended the call'));
  });
  return call;
}

/** What is written to that call. */
interface AppendMessage {
  getProposedMessagesList(): readonly {
    getData(): Uint8Array | string;
    setData(data: Uint8Array): unknown;
  }[];
}

/** Data is in base64, which the encoder of messages reads letter by letter: that takes longer than all the rest of an append. */
function withBytes(message: AppendMessage): AppendMessage {
  for (const event of message.getProposedMessagesList()) {
    const data = event.getData();
    if (typeof data === 'string') event.setData(Uint8Array.fromBase64(data));
  }
  return message;
}
