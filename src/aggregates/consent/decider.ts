// Consent: every grant and every withdrawal is proof, kept per purpose and channel.
import { type Decider, type Refused, refuse } from '../decider.ts';
import { type Channel, channel, equal, firstIssue } from '../values.ts';
import { type ConsentEvent, consentEvent } from './events.ts';

export interface GrantConsent {
  readonly type: 'GrantConsent';
  readonly customerId: string;
  readonly purpose: string;
  readonly channels: readonly Channel[];
  /** Where the proof is: a form version, a call recording's id. */
  readonly evidence: string;
  readonly policyVersion: string;
  readonly jurisdiction?: string | undefined;
  readonly expiresAt?: string | undefined;
  readonly at: string;
}

export interface WithdrawConsent {
  readonly type: 'WithdrawConsent';
  readonly customerId: string;
  readonly purpose: string;
  readonly channels: readonly Channel[];
  readonly evidence: string;
  readonly at: string;
}

export type ConsentCommand = GrantConsent | WithdrawConsent;

export const consentReasons = [
  'PURPOSE_UNKNOWN',
  'CONSENT_CHANNELS_EMPTY',
  'CONSENT_EXPIRED',
  'CONSENT_INVALID',
] as const;
export type ConsentReason = (typeof consentReasons)[number];

type Grant = Extract<ConsentEvent, { type: 'ConsentGranted' }>['data'];

export interface ConsentState {
  /** What is granted, by purpose, then channel; also what has expired meanwhile. */
  granted: Map<string, Map<Channel, Grant>>;
  /** `<purpose>|<channel>` of which a withdrawal is the last word. */
  withdrawn: Set<string>;
}

type Decision = readonly ConsentEvent[] | Refused<ConsentReason>;

/** The decider of `consent-<customerId>`. `purposes` are those that a customer of this deployment can consent to. */
export function createConsentDecider(deployment: {
  readonly purposes: readonly string[];
}): Decider<ConsentState, ConsentCommand, ConsentEvent, ConsentReason> {
  const { purposes } = deployment;
  return {
    category: 'consent',
    initialState: () => ({ granted: new Map(), withdrawn: new Set() }),
    decide(command, state) {
      switch (command.type) {
        case 'GrantConsent':
          return grant(command, state, purposes);
        case 'WithdrawConsent':
          return withdraw(command, state, purposes);
      }
    },
    evolve,
  };
}

function grant(command: GrantConsent, state: ConsentState, purposes: readonly string[]): Decision {
  const { customerId, purpose, channels, evidence, policyVersion, jurisdiction, expiresAt, at } = command;
  if (!purposes.includes(purpose)) return unknown(purpose, purposes);
  const unfit = unfitChannels(channels);
  if (unfit) return unfit;
  const optional = {
    ...(jurisdiction !== undefined && { jurisdiction }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
  const granted = distinct(channels).map((channel): ConsentEvent => {
    return { type: 'ConsentGranted', data: { customerId, purpose, channel, evidence, policyVersion, ...optional } };
  });
  const invalid = firstUnfit(granted) ?? unsaid({ evidence, policyVersion });
  if (invalid) return invalid;
  if (expiresAt !== undefined && expiresAt <= at) {
    const rule = `A consent expires after it is granted at ${at}; this one expires at ${expiresAt}.`;
    return refuse('CONSENT_EXPIRED', rule, 'expiresAt');
  }
  return granted.filter(({ data }) => !equal(state.granted.get(data.purpose)?.get(data.channel), data));
}

function withdraw(command: WithdrawConsent, state: ConsentState, purposes: readonly string[]): Decision {
  const { customerId, purpose, channels, evidence } = command;
  const held = state.granted.get(purpose);
  // A purpose that the deployment has given up since must still be free to withdraw.
  if (!held && !purposes.includes(purpose)) return unknown(purpose, purposes);
  const unfit = unfitChannels(channels);
  if (unfit) return unfit;
  const withdrawn = distinct(channels).map(
    (channel): ConsentEvent => ({ type: 'ConsentWithdrawn', data: { customerId, purpose, channel, evidence } }),
  );
  // An objection to what was never granted is recorded too: its evidence is proof.
  return firstUnfit(withdrawn) ?? withdrawn.filter(({ data }) => !state.withdrawn.has(`${purpose}|${data.channel}`));
}

function evolve(state: ConsentState, event: ConsentEvent): ConsentState {
  const { purpose, channel } = event.data;
  switch (event.type) {
    case 'ConsentGranted': {
      const held = state.granted.get(purpose) ?? new Map<Channel, Grant>();
      state.granted.set(purpose, held.set(channel, event.data));
      state.withdrawn.delete(`${purpose}|${channel}`);
      return state;
    }
    case 'ConsentWithdrawn':
      // The purpose stays known: withdrawing it once more is already so, whatever the deployment offers by then.
      state.granted.get(purpose)?.delete(channel);
      state.withdrawn.add(`${purpose}|${channel}`);
      return state;
  }
}

function unfitChannels(channels: readonly Channel[]): Refused<ConsentReason> | undefined {
  if (channels.length === 0)
    return refuse('CONSENT_CHANNELS_EMPTY', 'A consent names the channels it is for; the list is empty.', 'channels');
  for (const [index, name] of channels.entries()) {
    const found = firstIssue(channel, name, `channels.${index}`);
    if (found) return refuse('CONSENT_INVALID', found.rule, found.field);
  }
  return undefined;
}

function firstUnfit(events: readonly ConsentEvent[]): Refused<ConsentReason> | undefined {
  for (const event of events) {
    const found = firstIssue(consentEvent, event, 'consent');
    if (found) return refuse('CONSENT_INVALID', found.rule.replace(/^data\./, ''), found.field.replace(/^data\./, ''));
  }
  return undefined;
}

/** What proves a grant says something. A withdrawal is free: it holds whatever its evidence says. */
function unsaid(proof: Readonly<Record<string, string>>): Refused<ConsentReason> | undefined {
  const empty = Object.keys(proof).find((field) => proof[field]?.trim() === '');
  if (empty === undefined) return undefined;
  return refuse('CONSENT_INVALID', `${empty} says nothing, and is what proves the consent.`, empty);
}

function unknown(purpose: string, purposes: readonly string[]): Refused<ConsentReason> {
  const rule = `There is no purpose ${JSON.stringify(purpose)}; this deployment knows ${purposes.join(', ') || 'none'}.`;
  return refuse('PURPOSE_UNKNOWN', rule, 'purpose');
}

function distinct(channels: readonly Channel[]): Channel[] {
  return [...new Set(channels)];
}
