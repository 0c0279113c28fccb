// What resolvers reach: the engine, the caller, the time of the call. Made anew for every request and every event.
import DataLoader from 'dataloader';
import { type CustomerEntries, customerProjections } from '../../projections/customer-facts.ts';
import type { OfferEntry } from '../../projections/offers.ts';
import { type PlacementEntry, placements } from '../../projections/placements.ts';
import type { DecisionRecord } from '../application/decision-records.ts';
import type { Kairos } from '../application/kairos.ts';
import type { CommandContext } from '../event-store/execute.ts';
import { fail } from './errors.ts';
import { type Identity, openIdentity, roleSet } from './roles.ts';
import { parseDateTime } from './scalars.ts';

export interface Context {
  readonly kairos: Kairos;
  /** Who calls, and in which roles. */
  readonly identity: Identity;
  /** The instant of the call. */
  readonly at: string;
  /** What the events of a command of this call will carry. */
  readonly command: CommandContext;
  /** The trace that the caller belongs to, as it says (W3C Trace Context). */
  readonly traceparent: string | undefined;
  /** Where the call came from, if that is known. */
  readonly address: string | undefined;
  readonly loaders: Loaders;
  /** How many decisions this operation may still ask for: each is written to the log, and a short query can nest thousands. */
  readonly decisionsLeft: { count: number };
  /** How many explanations and simulations the operation may still ask for: each may compile a catalogue. */
  readonly explanationsLeft: { count: number };
  /** What was answered to each call for decisions of this operation so far. */
  readonly decided: (readonly DecisionRecord[])[];
}

/** Customers, offers and placements that one operation asks for many times are read once, together; most ask for one of them or none. */
class Loaders {
  readonly #kairos: Kairos;
  #customers: DataLoader<string, CustomerEntries> | undefined;
  #offers: DataLoader<string, OfferEntry | undefined> | undefined;
  #placements: DataLoader<string, PlacementEntry | undefined> | undefined;

  constructor(kairos: Kairos) {
    this.#kairos = kairos;
  }

  get customers() {
    const { readModels } = this.#kairos;
    this.#customers ??= new DataLoader((ids) =>
      Promise.all(ids.map((id) => readModels.readTogether(customerProjections, id))),
    );
    return this.#customers;
  }

  get offers() {
    const { shownOffer } = this.#kairos;
    this.#offers ??= new DataLoader((ids) => Promise.all(ids.map(shownOffer)));
    return this.#offers;
  }

  get placements() {
    const { readModels } = this.#kairos;
    this.#placements ??= new DataLoader((ids) =>
      Promise.all(ids.map(async (id) => (await readModels.read(placements, id))?.entry)),
    );
    return this.#placements;
  }
}

/** Decisions of one operation at most: as many as a gateway sends customers at once. */
export const decisionLimit = 1000;
export const explanationLimit = 10;

export interface Caller {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly address?: string | undefined;
  readonly correlationId: string;
}

const anonymous = 'anonymous';
const actorRule = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

/** Who is counted where callers may do only so much in a while: the one who acts, and of those who do not say who they are the address. */
export function callerOf(context: object): string {
  const { command, address } = context as Context;
  return command.actor === anonymous ? `address ${address}` : command.actor;
}

const operate = roleSet(['operate']);

/** @throws fail('BAD_USER_INPUT') or fail('FORBIDDEN') naming the header at fault. */
export function createContext(
  kairos: Kairos,
  { headers, address, correlationId }: Caller,
  identity: Identity = openIdentity,
): Context {
  const at = timeOf(kairos, headers['x-kairos-at'], identity);
  const actor = actorOf(headers['x-kairos-actor'], identity);
  const { traceparent } = headers;
  return {
    kairos,
    identity,
    at,
    command: { at, actor, correlationId },
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
    address,
    loaders: new Loaders(kairos),
    decisionsLeft: { count: decisionLimit },
    explanationsLeft: { count: explanationLimit },
    decided: [],
  };
}

type Header = string | readonly string[] | undefined;

/** Where callers prove who they are, nobody says that he is somebody else. */
function actorOf(header: Header, { subject, isOpen }: Identity): string {
  if (header === undefined) return subject;
  if (!isOpen) {
    throw fail('BAD_USER_INPUT', 'x-kairos-actor is for open access only: here the actor is the subject of the token');
  }
  if (typeof header === 'string' && actorRule.test(header)) return header;
  throw fail('BAD_USER_INPUT', 'x-kairos-actor must be 1 to 100 of the characters A-Z a-z 0-9 . _ : -');
}

function timeOf({ clock }: Kairos, header: Header, { roles }: Identity): string {
  if (header === undefined) return clock.timeOf(undefined);
  if ((roles & operate) === 0) {
    throw fail('FORBIDDEN', 'x-kairos-at needs the role operate.', { reason: 'ROLE_MISSING', roles: ['operate'] });
  }
  if (clock.mode === 'system') {
    throw fail('BAD_USER_INPUT', 'x-kairos-at is only accepted by a server that runs with KAIROS_CLOCK=request');
  }
  try {
    return clock.timeOf(parseDateTime(header));
  } catch (error) {
    throw fail('BAD_USER_INPUT', `x-kairos-at: ${(error as Error).message}`);
  }
}
