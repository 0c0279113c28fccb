// A customer as far as it changes slowly: only what differs from what was known is recorded.
import { type Decider, type Refused, refuse } from '../decider.ts';
import { type Attributes, type AttributeValue, attributes, equal, firstIssue, id } from '../values.ts';
import { identity, type ProfileEvent, profileEvent } from './events.ts';

interface ProfileCommandOf<Type extends string> {
  readonly type: Type;
  readonly customerId: string;
}

/** A link to the customer in another system. */
export interface Identity {
  readonly kind: string;
  readonly value: string;
}

export type RegisterCustomer = ProfileCommandOf<'RegisterCustomer'> & { readonly timeZone: string };
export type ObserveTimeZone = ProfileCommandOf<'ObserveTimeZone'> & { readonly timeZone: string };
export type LinkIdentity = ProfileCommandOf<'LinkIdentity'> & { readonly identity: Identity };
export type UnlinkIdentity = ProfileCommandOf<'UnlinkIdentity'> & { readonly identity: Identity };
export type ObserveAttributes = ProfileCommandOf<'ObserveAttributes'> & {
  /** By name; `null` forgets one. */
  readonly attributes: Attributes;
  /** Which system says so. */
  readonly source: string;
};
export type JoinAudiences = ProfileCommandOf<'JoinAudiences'> & { readonly audiences: readonly string[] };
export type LeaveAudiences = ProfileCommandOf<'LeaveAudiences'> & { readonly audiences: readonly string[] };

type LaterCommand =
  | ObserveTimeZone
  | LinkIdentity
  | UnlinkIdentity
  | ObserveAttributes
  | JoinAudiences
  | LeaveAudiences;
export type ProfileCommand = RegisterCustomer | LaterCommand;

export const profileReasons = [
  'CUSTOMER_ID_INVALID',
  'CUSTOMER_EXISTS',
  'CUSTOMER_UNKNOWN',
  'TIME_ZONE_UNKNOWN',
  'IDENTITY_INVALID',
  'ATTRIBUTE_INVALID',
  'SOURCE_INVALID',
  'AUDIENCE_INVALID',
] as const;
export type ProfileReason = (typeof profileReasons)[number];

/** What a deployment knows and this aggregate does not: its attributes. Pure. */
export interface ProfileLanguage {
  /** What is wrong with an attribute of this name and value; said of it: `must be a whole number`. Never asked to forget one. */
  readonly checkAttribute: (name: string, value: AttributeValue) => string | undefined;
}

export interface ProfileState {
  /** Undefined: not registered. */
  timeZone: string | undefined;
  /** `<kind>|<value>` */
  identities: Set<string>;
  attributes: Map<string, AttributeValue>;
  audiences: Set<string>;
}

type Decision = readonly ProfileEvent[] | Refused<ProfileReason>;

/** The decider of `profile-<customerId>`. */
export function createProfileDecider(
  language: ProfileLanguage,
): Decider<ProfileState, ProfileCommand, ProfileEvent, ProfileReason> {
  return {
    category: 'profile',
    initialState: () => ({ timeZone: undefined, identities: new Set(), attributes: new Map(), audiences: new Set() }),
    decide(command, state) {
      // The sentence leaves the id out: what is refused here may be an e-mail address.
      const malformed = firstIssue(id, command.customerId, 'customerId');
      if (malformed) {
        const rule = `A customer id is opaque, never an e-mail address: it ${malformed.problem}.`;
        return refuse('CUSTOMER_ID_INVALID', rule, 'customerId');
      }
      return command.type === 'RegisterCustomer' ? register(command, state) : decideLater(command, state, language);
    },
    evolve,
  };
}

function register({ customerId, timeZone }: RegisterCustomer, state: ProfileState): Decision {
  if (!isTimeZone(timeZone)) return unknownTimeZone(timeZone);
  if (state.timeZone === timeZone) return [];
  if (state.timeZone !== undefined) {
    const rule = `The customer is registered, in the time zone ${state.timeZone}; observe the time zone ${timeZone} instead.`;
    return refuse('CUSTOMER_EXISTS', rule, 'customerId');
  }
  return [{ type: 'CustomerRegistered', data: { customerId, timeZone } }];
}

function decideLater(command: LaterCommand, state: ProfileState, language: ProfileLanguage): Decision {
  const { customerId } = command;
  if (state.timeZone === undefined)
    return refuse('CUSTOMER_UNKNOWN', `There is no customer ${customerId}; register it first.`, 'customerId');
  switch (command.type) {
    case 'ObserveTimeZone': {
      const { timeZone } = command;
      if (!isTimeZone(timeZone)) return unknownTimeZone(timeZone);
      return timeZone === state.timeZone ? [] : [{ type: 'TimeZoneObserved', data: { customerId, timeZone } }];
    }
    case 'LinkIdentity':
    case 'UnlinkIdentity':
      return changeIdentity(command, state);
    case 'ObserveAttributes':
      return observeAttributes(command, state, language);
    case 'JoinAudiences':
    case 'LeaveAudiences':
      return changeAudiences(command, state);
  }
}

function changeIdentity(command: LinkIdentity | UnlinkIdentity, state: ProfileState): Decision {
  const found = firstIssue(identity, command.identity, 'identity');
  // The sentence leaves the value out: it may be an e-mail address, and refusals may be logged.
  if (found) {
    const field = found.field === 'identity' ? 'identity' : `identity.${found.field}`;
    return refuse(
      'IDENTITY_INVALID',
      `An identity has a kind and a value; ${field} is not allowed: ${found.problem}.`,
      field,
    );
  }
  const data = { customerId: command.customerId, identity: identity.parse(command.identity) };
  const linked = state.identities.has(keyOf(data.identity));
  if (command.type === 'LinkIdentity') return linked ? [] : [{ type: 'IdentityLinked', data }];
  return linked ? [{ type: 'IdentityUnlinked', data }] : [];
}

function observeAttributes(command: ObserveAttributes, state: ProfileState, language: ProfileLanguage): Decision {
  const found = firstIssue(attributes, command.attributes, '');
  if (found) return unfitAttribute(found.field, found.problem);
  const read = attributes.parse(command.attributes);
  for (const [name, value] of Object.entries(read)) {
    // Forgetting is always allowed, also of what is declared no more.
    const problem = value === null ? undefined : language.checkAttribute(name, value);
    if (problem !== undefined) return unfitAttribute(name, `it ${problem}`);
  }
  const differing = Object.entries(read).filter(([name, value]) => !equal(state.attributes.get(name) ?? null, value));
  const data = { customerId: command.customerId, attributes: Object.fromEntries(differing), source: command.source };
  const event: ProfileEvent = { type: 'AttributesObserved', data };
  const source = firstIssue(profileEvent, event, 'source');
  if (source) return refuse('SOURCE_INVALID', `The source is not allowed: ${source.problem}.`, 'source');
  // Only here: the log may have it from before.
  if (data.source.trim() === '')
    return refuse('SOURCE_INVALID', 'Which system says so is needed here: the source is empty.', 'source');
  return differing.length === 0 ? [] : [event];
}

/** All of them go into the record of each decision. */
const mostAudiences = 1000;

function changeAudiences(command: JoinAudiences | LeaveAudiences, state: ProfileState): Decision {
  const { customerId } = command;
  for (const [index, audience] of command.audiences.entries()) {
    const found = firstIssue(id, audience, `audiences.${index}`);
    if (found) return refuse('AUDIENCE_INVALID', found.rule, found.field);
  }
  const joins = command.type === 'JoinAudiences';
  const audiences = [...new Set(command.audiences)].filter((audience) => state.audiences.has(audience) !== joins);
  if (audiences.length === 0) return [];
  if (joins && state.audiences.size + audiences.length > mostAudiences) {
    const rule = `A customer is in at most ${mostAudiences} audiences.`;
    return refuse('AUDIENCE_INVALID', rule, 'audiences');
  }
  return [{ type: joins ? 'AudiencesJoined' : 'AudiencesLeft', data: { customerId, audiences } }];
}

function evolve(state: ProfileState, event: ProfileEvent): ProfileState {
  switch (event.type) {
    case 'CustomerRegistered':
    case 'TimeZoneObserved':
      state.timeZone = event.data.timeZone;
      return state;
    case 'IdentityLinked':
      state.identities.add(keyOf(event.data.identity));
      return state;
    case 'IdentityUnlinked':
      state.identities.delete(keyOf(event.data.identity));
      return state;
    case 'AttributesObserved':
      for (const [name, value] of Object.entries(event.data.attributes)) {
        if (value === null) state.attributes.delete(name);
        else state.attributes.set(name, value);
      }
      return state;
    case 'AudiencesJoined':
      for (const audience of event.data.audiences) state.audiences.add(audience);
      return state;
    case 'AudiencesLeft':
      for (const audience of event.data.audiences) state.audiences.delete(audience);
      return state;
  }
}

/** Names that were asked about before and exist: there are only some hundreds, and asking is dear. */
const knownTimeZones = new Set<string>();

/** True for the IANA names that this runtime knows. An offset such as `+02:00` is none: it has no summer time. */
function isTimeZone(name: unknown): name is string {
  if (typeof name !== 'string' || !/^[A-Za-z]/.test(name)) return false;
  if (knownTimeZones.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    knownTimeZones.add(name);
    return true;
  } catch {
    return false;
  }
}

function unknownTimeZone(timeZone: string): Refused<ProfileReason> {
  const rule = `A time zone has an IANA name, such as Europe/Paris; ${JSON.stringify(timeZone)} is none.`;
  return refuse('TIME_ZONE_UNKNOWN', rule, 'timeZone');
}

function unfitAttribute(name: string, problem: string): Refused<ProfileReason> {
  if (name === '') return refuse('ATTRIBUTE_INVALID', `Attributes are values by name: ${problem}.`, 'attributes');
  return refuse('ATTRIBUTE_INVALID', `The attribute ${name} is not allowed: ${problem}.`, `attributes.${name}`);
}

function keyOf({ kind, value }: Identity): string {
  return `${kind}|${value}`;
}
