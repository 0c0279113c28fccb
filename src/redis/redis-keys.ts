// All keys and channels in Redis, and which of them share a slot: those of one customer, those of the catalogue, those of all totals.

/** `<version of the projection>-<number of its rebuild>`: what is built anew has keys of its own until it is caught up. */
export type Build = string;

export interface RedisKeys {
  readonly prefix: string;
  /** A string: one entry of a read model, in the slot of its id. */
  entry(model: string, build: Build, entryId: string): string;
  /** A hash by entry id: all entries of a read model, in the slot of the group's models. */
  group(group: string, model: string, build: Build): string;
  /** A sorted set, in the same slot: the entries of a read model in a group by the position of their last change. */
  groupChanges(group: string, model: string, build: Build): string;
  /** A glob pattern: the keys of all entries of a read model that is in no group. With `*` behind it: every key of the model. */
  entries(model: string, build: Build): string;
  /** A hash: the contacts of a customer, in the slot of the customer's entries. */
  caps(build: Build, customerId: string): string;
  /** In the same slot: a hash of the customer's reservations, and a sorted set of when they may be forgotten. */
  capReservations(build: Build, customerId: string): string;
  capReservationEnds(build: Build, customerId: string): string;
  /** The reservations of all customers that may run out unpresented; all in one slot. */
  capExpiries(build: Build, part: string): string;
  /** What everybody together has of contacts; all in one slot. */
  totals(build: Build, part: string): string;
  /** A hash: which builds are in use. */
  readonly control: string;
  /** A string on a server that says how far its data is, for those who go by the same checkpoint; `tag` is in a slot of that server. */
  marker(checkpoint: string, tag: string): string;
  /** A string on a server: while it is there, nothing was flushed. `tag` is in a slot of that server. */
  whole(tag: string): string;
  /** A string: who does this piece of work; and what the one who projects is doing. */
  lease(work: string): string;
  session(work: string): string;
  /** A channel: how far the read models are, after each batch. */
  readonly notes: string;
  /** A stream: the screen pops of an agent; and the channel that says there is one more. */
  pops(agentId: string): string;
  popsChannel(agentId: string): string;
}

export function createRedisKeys(prefix = 'kairos'): RedisKeys {
  return {
    prefix,
    entry: (model, build, entryId) => `${prefix}:${model}:${build}:{${entryId}}`,
    group: (group, model, build) => `${prefix}:${model}:${build}:{${group}}`,
    groupChanges: (group, model, build) => `${prefix}:${model}:${build}:{${group}}:changes`,
    entries: (model, build) => `${prefix.replace(/[[\]*?\\]/g, '\\$&')}:${model}:${build}:{*}`,
    caps: (build, customerId) => `${prefix}:caps:${build}:{${customerId}}`,
    capReservations: (build, customerId) => `${prefix}:caps:${build}:{${customerId}}:reservations`,
    capReservationEnds: (build, customerId) => `${prefix}:caps:${build}:{${customerId}}:ends`,
    capExpiries: (build, part) => `${prefix}:caps:${build}:{expiries}:${part}`,
    totals: (build, part) => `${prefix}:totals:${build}:{totals}:${part}`,
    control: `${prefix}:{control}`,
    marker: (checkpoint, tag) => `${prefix}:marker:${checkpoint}:{${tag}}`,
    whole: (tag) => `${prefix}:whole:{${tag}}`,
    lease: (work) => `${prefix}:{control}:lease:${work}`,
    session: (work) => `${prefix}:{control}:session:${work}`,
    notes: `${prefix}:notes`,
    pops: (agentId) => `${prefix}:pops:{${agentId}}`,
    popsChannel: (agentId) => `${prefix}:pops:${agentId}`,
  };
}
