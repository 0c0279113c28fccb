// What is asked of Redis in one turn of the process goes out in few calls: a call of its own costs both sides more than what it asks.

/** A call that is not under way yet, for whoever has a part in it to add what is asked. */
export interface SharedCall<Asked, Reply> {
  readonly asked: Asked;
  readonly reply: Promise<Reply>;
}

/** So many share a call, during which the server does nothing else; and while it is at work, the process goes on with the others. */
const mostTogether = 16;

interface OpenCall<Asked, Reply> extends SharedCall<Asked, Reply> {
  readonly tags: Set<string>;
  send(): void;
}

/**
 * Gives the call to take part in, by hash tag; with the same tag it is the same call until the end of the turn.
 *
 * @param slotOf what can be in one call has the same number, by hash tag
 * @param begin what is asked, empty
 * @param send the call
 */
export function createCallsTogether<Asked, Reply>(
  slotOf: (tag: string) => number,
  begin: () => Asked,
  send: (asked: Asked) => Promise<Reply>,
): (tag: string) => SharedCall<Asked, Reply> {
  const open = new Map<number, OpenCall<Asked, Reply>>();

  function openIn(slot: number): OpenCall<Asked, Reply> {
    const asked = begin();
    const { promise: reply, resolve } = Promise.withResolvers<Reply>();
    let isSent = false;
    const call = {
      asked,
      reply,
      tags: new Set<string>(),
      send() {
        if (isSent) return;
        isSent = true;
        if (open.get(slot) === call) open.delete(slot);
        resolve(send(asked));
      },
    };
    open.set(slot, call);
    // When everything that could go on has done so.
    process.nextTick(call.send);
    return call;
  }

  return (tag) => {
    const slot = slotOf(tag);
    let call = open.get(slot);
    if (call && call.tags.size >= mostTogether && !call.tags.has(tag)) {
      call.send();
      call = undefined;
    }
    call ??= openIn(slot);
    call.tags.add(tag);
    return call;
  };
}
