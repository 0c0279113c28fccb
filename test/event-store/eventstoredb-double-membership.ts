// Who is in a cluster of EventStoreDB doubles, who of them lives and who leads. A double alone is its own cluster.
import type { Member } from './eventstoredb-double-node.ts';
import type { Endpoint } from './eventstoredb-double-wire.ts';

export interface Membership {
  /** The first that joins leads. */
  join(endpoint: Endpoint): Seat;
  members(): readonly Member[];
  /** Undefined: for now none leads. */
  moveLeader(port: number | undefined): void;
}

export interface Seat {
  readonly id: string;
  setAlive(isAlive: boolean): void;
}

export function createMembership(): Membership {
  const seats: (Endpoint & { readonly id: string; isAlive: boolean })[] = [];
  let leading: number | undefined;
  return {
    join: (endpoint) => {
      const id = `00000000-0000-4000-8000-${String(seats.length + 1).padStart(12, '0')}`;
      const seat = { ...endpoint, id, isAlive: true };
      seats.push(seat);
      leading ??= endpoint.port;
      return {
        id,
        setAlive: (isAlive) => {
          seat.isAlive = isAlive;
        },
      };
    },
    members: () => seats.map((seat) => ({ ...seat, isLeader: seat.isAlive && seat.port === leading })),
    moveLeader: (port) => {
      leading = port;
    },
  };
}
