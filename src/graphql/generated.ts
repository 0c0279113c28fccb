import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { CapRuleModel, CustomerModel, DecidedOfferModel, DecisionModel, InteractionModel, ModelModel, ModelTermsModel, OfferModel, PlacementModel, PlacementTermsModel, ScreenPopModel, ServiceLevelModel, ServiceLevelMinuteModel } from './models.ts';
import type { Context } from './context.ts';
export type Maybe<T> = T | null | undefined;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant, ISO 8601 with a zone: `2026-11-21T18:00:00Z`. Answers are in UTC with milliseconds. */
  DateTime: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  _FieldSet: { input: string; output: string; }
};

export type AgentResponse =
  | 'ACCEPT'
  | 'DECLINE'
  | 'POSTPONE';

export type ApproveModelResult = KairosRefused | ModelRevision;

export type ApproveOfferResult = KairosRefused | OfferRevision;

export type AttributeDeclaration = {
  __typename?: 'AttributeDeclaration';
  description: Scalars['String']['output'];
  name: Scalars['String']['output'];
  type: Scalars['String']['output'];
};

export type AttributeWeight = {
  __typename?: 'AttributeWeight';
  attribute: Scalars['String']['output'];
  category?: Maybe<Scalars['String']['output']>;
  unknown?: Maybe<Scalars['Float']['output']>;
  weight: Scalars['Float']['output'];
};

export type AttributeWeightInput = {
  /** A word of conditions: `profile.age`, `context.page`, `features.views.h24`; docs/conditions.md. */
  attribute: Scalars['String']['input'];
  /** Of text, and only of it: the weight counts where the text is this one, or the list of texts has it. */
  category?: InputMaybe<Scalars['String']['input']>;
  /** Counts instead where the attribute is not known; absent: nothing does. */
  unknown?: InputMaybe<Scalars['Float']['input']>;
  /** Times the number; whole where something is true, or of the category. A term of the sum counts 1,000,000,000 at most. */
  weight: Scalars['Float']['input'];
};

export type AuditConnection = {
  __typename?: 'AuditConnection';
  edges: Array<AuditEdge>;
  pageInfo: PageInfo;
};

export type AuditEdge = {
  __typename?: 'AuditEdge';
  /** The position of the event. */
  cursor: Scalars['String']['output'];
  node: AuditEntry;
};

/** One event, as far as it is about who did it. */
export type AuditEntry = {
  __typename?: 'AuditEntry';
  /** `anonymous` for a caller who did not say who it is. */
  actor: Scalars['String']['output'];
  /** The instant of the command. */
  at: Scalars['DateTime']['output'];
  /** What caused it; the call itself, unless Kairos did it because of something else. */
  causationId: Scalars['String']['output'];
  /** Only of CONSENT. */
  channel?: Maybe<Channel>;
  /** Of the call: answers and log lines of the call have the same. */
  correlationId: Scalars['String']['output'];
  /** The type of the event, `OfferPaused`. */
  event: Scalars['String']['output'];
  kind: AuditKind;
  position: Scalars['String']['output'];
  /** Only of CONSENT. */
  purpose?: Maybe<Scalars['ID']['output']>;
  /** As it was given to the mutation; null where none is asked for. */
  reason?: Maybe<Scalars['String']['output']>;
  /** When the log wrote it, by the log's clock. */
  recordedAt: Scalars['DateTime']['output'];
  /** Of the offer, the placement or the model; null where the event is about all of it, or of a customer. */
  revision?: Maybe<Scalars['Int']['output']>;
  subjectId: Scalars['ID']['output'];
};

export type AuditFilter = {
  actor?: InputMaybe<Scalars['String']['input']>;
  /** Instants of the commands: from this one on. */
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** Absent: offers, placements and models. */
  kind?: InputMaybe<AuditKind>;
  /** Only with a kind; needed with CUSTOMER and CONSENT. */
  subjectId?: InputMaybe<Scalars['ID']['input']>;
  /** Types of events, `OfferApproved`; at most 50. */
  types?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Before this one. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

/** What something was done to. */
export type AuditKind =
  /** What a customer has allowed; `subjectId` is the customer's id. Needs the role `customer:read` or `privacy`. */
  | 'CONSENT'
  /** What was recorded of a customer; `subjectId` is the customer's id. Needs the role `customer:read` or `privacy`. */
  | 'CUSTOMER'
  | 'MODEL'
  | 'OFFER'
  | 'PLACEMENT';

export type BurnRate = {
  __typename?: 'BurnRate';
  /** 1: the budget lasts exactly as long as it is meant for; 2: half as long. */
  rate: Scalars['Float']['output'];
  /** Over the last so many. */
  seconds: Scalars['Int']['output'];
};

export type Cadence =
  /** Triggers do not apply: offers that wait for a signal are not shown. */
  | 'BATCH'
  | 'REAL_TIME';

export type CalendarUnit =
  | 'DAY'
  | 'MONTH'
  /** From Monday. */
  | 'WEEK'
  | 'YEAR';

export type CapCounts =
  | 'ACCEPTANCE'
  | 'CLICK'
  | 'DECISION'
  | 'IMPRESSION';

export type CapRule = {
  __typename?: 'CapRule';
  counts: CapCounts;
  limit: Scalars['Int']['output'];
  name: Scalars['String']['output'];
  pauseDays?: Maybe<Scalars['Int']['output']>;
  scope: CapScope;
  /**
   * A strict cap is counted before the answer: an offer under one is not shown while decisions cannot be recorded. A cap that is not strict
   * may be counted after the answer, in placements whose decisions may be recorded LATE.
   */
  strict: Scalars['Boolean']['output'];
  subject: CapSubject;
  window: CapWindow;
};

export type CapRuleInput = {
  counts: CapCounts;
  /** 0 to 1,000,000,000. */
  limit: Scalars['Int']['input'];
  /** 1 to 80 characters. */
  name: Scalars['String']['input'];
  /** Once the limit was hit, shut for so many days from the contact that hit it: 1 to 3,660. Absent: until the window has room again. */
  pauseDays?: InputMaybe<Scalars['Int']['input']>;
  scope: CapScopeInput;
  /**
   * Counted before the answer: while decisions cannot be recorded, the offer is not shown, whatever the placement allows. False: in a
   * placement whose decisions may be recorded LATE it is shown meanwhile. The process that answers counts it even so, on its disk, and never
   * beyond the limit; what it does not know is what other processes have answered meanwhile.
   */
  strict?: Scalars['Boolean']['input'];
  subject?: CapSubject;
  window: CapWindowInput;
};

export type CapScope = {
  __typename?: 'CapScope';
  /** Only with CHANNEL. */
  channel?: Maybe<Channel>;
  kind: CapScopeKind;
  /** Only with PLACEMENTS. */
  placements?: Maybe<Array<Scalars['ID']['output']>>;
  /** Only with TAG. */
  tag?: Maybe<Scalars['ID']['output']>;
};

/** With the field that its kind asks for, and no other. */
export type CapScopeInput = {
  /** With CHANNEL. */
  channel?: InputMaybe<Channel>;
  kind: CapScopeKind;
  /** With PLACEMENTS: 1 to 50, each once. One that is not there yet counts from when it is defined; until then `warnings` names it. */
  placements?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** With TAG. */
  tag?: InputMaybe<Scalars['ID']['input']>;
};

export type CapScopeKind =
  /** Every offer in the channel. */
  | 'CHANNEL'
  /** This offer in each placement for itself; on a placement's rule: whatever is shown there. */
  | 'EACH_PLACEMENT'
  /** Every offer. */
  | 'EVERYTHING'
  /** This offer, anywhere. */
  | 'OFFER'
  /** This offer in the listed placements together; on a placement's rule: whatever is shown in them. */
  | 'PLACEMENTS'
  /** Every offer that had the tag when it was decided. */
  | 'TAG';

export type CapSubject =
  /** For each customer. */
  | 'CUSTOMER'
  /** For all customers together. */
  | 'TOTAL';

/** How full a cap is. A cap that counts across offers is listed once, however many offers have it. */
export type CapUsage = {
  __typename?: 'CapUsage';
  /** The name of the rule. */
  cap: Scalars['String']['output'];
  counts: CapCounts;
  limit: Scalars['Int']['output'];
  /** The offer that the cap counts; null for a cap that counts across offers. */
  offerId?: Maybe<Scalars['ID']['output']>;
  /** Set while the cap is shut by a pause. */
  pausedUntil?: Maybe<Scalars['DateTime']['output']>;
  /** What the cap counts together: it tells two caps of one name apart. */
  scope: CapScope;
  subject: CapSubject;
  /**
   * Contacts in the window and reservations that are still held: an impression holds a place for the click and the acceptance that may
   * follow until shortly after the credit window has ended. A whole number; over all customers it may be larger than an Int.
   */
  used: Scalars['Float']['output'];
};

export type CapWindow = {
  __typename?: 'CapWindow';
  kind: CapWindowKind;
  /** Only with ROLLING. */
  seconds?: Maybe<Scalars['Int']['output']>;
  /** Only with CALENDAR. */
  unit?: Maybe<CalendarUnit>;
  /** Only with CALENDAR. */
  zone?: Maybe<CapZone>;
};

/** With the fields that its kind asks for, and no other. */
export type CapWindowInput = {
  kind: CapWindowKind;
  /** With ROLLING. */
  seconds?: InputMaybe<Scalars['Int']['input']>;
  /** With CALENDAR. */
  unit?: InputMaybe<CalendarUnit>;
  /** With CALENDAR; a cap over all customers is in UTC. */
  zone?: InputMaybe<CapZone>;
};

export type CapWindowKind =
  | 'CALENDAR'
  | 'LIFETIME'
  | 'ROLLING';

export type CapZone =
  /** The customer's time zone. */
  | 'CUSTOMER'
  | 'UTC';

export type CategoryPropensity = {
  __typename?: 'CategoryPropensity';
  category: Scalars['ID']['output'];
  propensity: Scalars['Float']['output'];
};

export type CategoryPropensityInput = {
  category: Scalars['ID']['input'];
  propensity: Scalars['Float']['input'];
};

export type CategorySpend = {
  __typename?: 'CategorySpend';
  amount: Scalars['Float']['output'];
  category: Scalars['String']['output'];
};

export type Channel =
  | 'APP'
  | 'CALL_CENTER'
  | 'CHAT'
  | 'EMAIL'
  | 'MAIL'
  | 'POS'
  | 'PUSH'
  | 'SMS'
  | 'WEB';

/** A condition in CEL, docs/conditions.md. */
export type Condition = {
  __typename?: 'Condition';
  expression: Scalars['String']['output'];
  name: Scalars['String']['output'];
};

export type ConditionInput = {
  /** 1 to 2,000 characters. */
  expression: Scalars['String']['input'];
  /** 1 to 80 characters. */
  name: Scalars['String']['input'];
};

export type Consent = {
  __typename?: 'Consent';
  channel: Channel;
  evidence: Scalars['String']['output'];
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  jurisdiction?: Maybe<Scalars['String']['output']>;
  /** Null for a withdrawal. */
  policyVersion?: Maybe<Scalars['String']['output']>;
  purpose: Scalars['ID']['output'];
  since: Scalars['DateTime']['output'];
  state: ConsentState;
};

export type ConsentEvent = {
  __typename?: 'ConsentEvent';
  at: Scalars['DateTime']['output'];
  channel: Channel;
  event: Scalars['String']['output'];
  evidence: Scalars['String']['output'];
  expiresAt?: Maybe<Scalars['DateTime']['output']>;
  jurisdiction?: Maybe<Scalars['String']['output']>;
  policyVersion?: Maybe<Scalars['String']['output']>;
  purpose: Scalars['ID']['output'];
};

export type ConsentState =
  | 'EXPIRED'
  | 'GRANTED'
  | 'WITHDRAWN';

export type ContextWeight = {
  __typename?: 'ContextWeight';
  expression: Scalars['String']['output'];
  name: Scalars['String']['output'];
  percent: Scalars['Float']['output'];
};

export type ContextWeightInput = {
  /** 1 to 2,000 characters. */
  expression: Scalars['String']['input'];
  /** 1 to 80 characters. */
  name: Scalars['String']['input'];
  /** -100 to 1,000. */
  percent: Scalars['Float']['input'];
};

export type CoolingScope =
  /** After a contact in this channel. */
  | 'CHANNEL'
  /** After a contact anywhere. */
  | 'EVERYTHING'
  /** After a contact in this placement. */
  | 'PLACEMENT';

export type CoolingWindow = {
  __typename?: 'CoolingWindow';
  scope: CoolingScope;
  seconds: Scalars['Int']['output'];
};

export type CoolingWindowInput = {
  scope?: CoolingScope;
  seconds: Scalars['Int']['input'];
};

export type Customer = {
  __typename?: 'Customer';
  attributes: Scalars['JSON']['output'];
  audiences: Array<Scalars['ID']['output']>;
  /**
   * How full each cap is that applies in a placement: the caps of the offers that are live now, and the placement's own.
   * Null only together with an error, and for who may not read customers.
   */
  capUsage?: Maybe<Array<CapUsage>>;
  /** Every grant and withdrawal, oldest first. */
  consentHistory: Array<ConsentEvent>;
  /** What is in force now; what is not listed is not granted. */
  consents: Array<Consent>;
  features: Features;
  id: Scalars['ID']['output'];
  identities: Array<Identity>;
  /** As Query.nextBestOffer, through a federated gateway. */
  nextBestOffer?: Maybe<Decision>;
  /** Newest first, at most 50. */
  recentDecisions: Array<RecentDecision>;
  /** Null for a customer of whom only signals, consents or decisions are known, and for who may not read customers. */
  registeredAt?: Maybe<Scalars['DateTime']['output']>;
  timeZone: Scalars['String']['output'];
};


export type CustomerCapUsageArgs = {
  placement: Scalars['ID']['input'];
};


export type CustomerNextBestOfferArgs = {
  context?: InputMaybe<MomentContext>;
  placement: Scalars['ID']['input'];
};

export type CustomerRecorded = {
  __typename?: 'CustomerRecorded';
  customer: Customer;
  position: Scalars['String']['output'];
};

/** An offer that a decision put in a slot. */
export type DecidedOffer = {
  __typename?: 'DecidedOffer';
  components: ScoreComponents;
  name: Scalars['String']['output'];
  offer: Offer;
  /** What has happened since, oldest first. */
  outcomes: Array<Outcome>;
  /** Who gave the propensity; null where it is the offer's own because the placement has no model. */
  propensityFrom?: Maybe<PropensityOrigin>;
  /** Why this offer, in words that can be said to the customer's face. Empty for who neither serves nor may read customers. */
  reasons: Array<Scalars['String']['output']>;
  /** The revision that was decided on. */
  revision: Scalars['Int']['output'];
  score: Scalars['Float']['output'];
  /** The probability with which this offer was put in this slot, for unbiased evaluation. */
  selectionProbability: Scalars['Float']['output'];
  slot: Scalars['Int']['output'];
  treatment: Treatment;
};

/** A decision and what became of it. */
export type Decision = {
  __typename?: 'Decision';
  /** What the decision was based on. */
  basis: DecisionBasis;
  /** Why there is no offer: the reason at the furthest stage that any candidate reached. Null when there is one. */
  cause?: Maybe<Reason>;
  channel: Channel;
  customer: Customer;
  decidedAt: Scalars['DateTime']['output'];
  /** What was done instead of what could not be done in time; empty when everything was. */
  degradations: Array<Degradation>;
  /** Until then the offers may be presented. */
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['ID']['output'];
  /** The offer of the first slot; null when nothing was eligible. */
  offer?: Maybe<DecidedOffer>;
  /** By slot; empty when nothing was eligible. */
  offers: Array<DecidedOffer>;
  placementId: Scalars['ID']['output'];
  /**
   * The decision's place in the log; a read with it sees the decision. Empty for a decision that is not in the log yet (`recorded` is LATE),
   * or never will be (NOT_RECORDED).
   */
  position: Scalars['String']['output'];
  /** How it was recorded. LATE: it was answered while the event log could not be reached, and is kept on the disk of the process that answered. */
  recorded: RecordingMode;
  /** How many candidates each reason removed. */
  rejections: Array<ReasonCount>;
  resolution: Resolution;
  /**
   * True when `resolution` is STALE: the position that was asked for had not been seen in time. It is recorded with the decision, so
   * that every later reading says the same. A decision that is FALLBACK is not marked.
   */
  stale: Scalars['Boolean']['output'];
};

export type DecisionBasis = {
  __typename?: 'DecisionBasis';
  /** Position of the newest catalogue change that the decision saw. */
  catalogue: Scalars['String']['output'];
  /** Seed of every draw of the decision. */
  seed: Scalars['String']['output'];
  /** Position of the newest signal that the decision saw; empty for none. */
  signals: Scalars['String']['output'];
};

/** Who asks, and what is known of the moment. */
export type DecisionContext = {
  /** Attributes of the moment as the vocabulary declares them: `{ page: "checkout" }`. */
  attributes?: InputMaybe<Scalars['JSON']['input']>;
  customerId: Scalars['ID']['input'];
  /** A position that a mutation returned: the decision waits up to 250 ms to have seen that write, and is `stale` if it has not. */
  position?: InputMaybe<Scalars['String']['input']>;
  /** The caller's id of this request. Repeating a call with the same id while its decision lives returns that decision and counts nothing twice. */
  requestId?: InputMaybe<Scalars['ID']['input']>;
};

/** The stages of making a decision, in this order. Those of the funnel (`Stage`) are all within DECIDE. */
export type DecisionStage =
  /** Candidates go through the funnel, and are ranked. */
  | 'DECIDE'
  /** How fresh the features are that were read. */
  | 'FEATURES'
  /** What is known of the customer is read, and how far caps are used. */
  | 'LOAD'
  /** A model is asked for propensities. */
  | 'MODEL'
  /** The decision is written to the event log. */
  | 'RECORD'
  /** Places under caps are taken. */
  | 'RESERVE';

export type DeclineDamping = {
  __typename?: 'DeclineDamping';
  /** Twice as long with each further decline. */
  doubling: Scalars['Boolean']['output'];
  seconds: Scalars['Int']['output'];
};

export type DeclineDampingInput = {
  /** Twice as long with each further decline. */
  doubling?: Scalars['Boolean']['input'];
  seconds: Scalars['Int']['input'];
};

/** What a placement does for whom nothing can be decided in time, as something is away, or more is asked than can be done. */
export type DefaultAnswer =
  /** The call fails, with UNAVAILABLE or OVERLOADED. */
  | 'OFF'
  /**
   * It shows what it would show to anybody: offers without purposes, ranked for somebody of whom nothing is known. Offers under caps are not
   * among them; where the placement has quiet hours or a cooling window, or its caps bind every offer, there are none, and the answer is
   * empty. The answer is CACHED and NOT_RECORDED. A request that was answered before, as far as that is known, is never answered by it, nor are
   * interactions with agents. Everybody may read it at `/defaults/<placement>`, without a token.
   */
  | 'ON';

export type DefineModelResult = KairosRefused | ModelRevision;

export type DefinePlacementResult = KairosRefused | PlacementRevision;

/** What a stage of a decision did instead of its work, and why. */
export type Degradation = {
  __typename?: 'Degradation';
  cause: DegradationCause;
  instead: DegradationRule;
  stage: DecisionStage;
};

export type DegradationCause =
  /** It was not asked, as it had failed just before. */
  | 'BREAKER_OPEN'
  /** What it answered cannot be used. */
  | 'INVALID'
  /** More was under way than could be done in time: it was not begun. */
  | 'OVERLOAD'
  /** It took longer than its budget. */
  | 'OVERRUN'
  /** It could not be reached. */
  | 'UNAVAILABLE';

/** What was done instead. */
export type DegradationRule =
  /** The default answer of the placement: what would be shown to anybody. It is not recorded. */
  | 'DEFAULT'
  /** The scores that the model gave before. */
  | 'LAST_KNOWN'
  /** It is recorded after it was answered. */
  | 'LATE'
  /** Facts from the event log, by which nothing but the placement's fallback may be shown. */
  | 'LOG'
  /** The offer's own propensity. */
  | 'PRIOR'
  /** Facts that are older than they should be. */
  | 'STALE'
  /** Nothing: it cannot be cut off. What followed it had less time. */
  | 'WAITED';

export type DraftOfferResult = KairosRefused | OfferRevision;

export type EndInteractionResult = InteractionRecorded | KairosRefused;

export type ExplainedCandidate = {
  __typename?: 'ExplainedCandidate';
  components?: Maybe<ScoreComponents>;
  /** What exactly: the condition, the cap, the purpose, the other offer. Null when it was chosen, and for who may not read customers. */
  detail?: Maybe<Scalars['String']['output']>;
  /** Names of the eligibility conditions and context weights that it met. Empty for who may not read customers. */
  met: Array<Scalars['String']['output']>;
  name: Scalars['String']['output'];
  offerId: Scalars['ID']['output'];
  /** Who gave the propensity; null as for DecidedOffer, and when it was rejected before scoring. */
  propensityFrom?: Maybe<PropensityOrigin>;
  reason?: Maybe<Reason>;
  /** Null when it was rejected before scoring. */
  score?: Maybe<Scalars['Float']['output']>;
  selectionProbability?: Maybe<Scalars['Float']['output']>;
  /** The slot it was put in; null when it was rejected. */
  slot?: Maybe<Scalars['Int']['output']>;
  /** The stage that rejected it; null when it was chosen. */
  stage?: Maybe<Stage>;
};

/** Every candidate of a decision, each exactly once. */
export type Explanation = {
  __typename?: 'Explanation';
  at: Scalars['DateTime']['output'];
  /** The chosen ones by slot, then the others: who got furthest first, then by offer id. */
  candidates: Array<ExplainedCandidate>;
  cause?: Maybe<Reason>;
  customerId: Scalars['ID']['output'];
  /** Null for a simulation. */
  decisionId?: Maybe<Scalars['ID']['output']>;
  placementId: Scalars['ID']['output'];
  /** For a recorded decision: whether computing it again gave the very same offers, slots, scores and probabilities. Null for a simulation. */
  reproduced?: Maybe<Scalars['Boolean']['output']>;
  resolution: Resolution;
  /** Whether conditions have the same vocabulary now as when it was decided; another one may be why it is not reproduced. Null for a simulation. */
  sameVocabulary?: Maybe<Scalars['Boolean']['output']>;
};

export type ExternalModel = {
  __typename?: 'ExternalModel';
  attributes: Array<Scalars['String']['output']>;
  budgetMs: Scalars['Int']['output'];
  lastKnownSeconds: Scalars['Int']['output'];
  sendsCustomerId: Scalars['Boolean']['output'];
  url: Scalars['String']['output'];
};

/** A service that is posted the model, the placement, the attributes and the ids of offers, and answers with a propensity for each. */
export type ExternalModelInput = {
  /** Words of conditions, at most 100, each once: what the service is told of the customer and the moment, and nothing else. */
  attributes?: Array<Scalars['String']['input']>;
  /** For so long, in milliseconds, a decision waits for it: 1 to 10,000, and never longer than the placement lets its stage MODEL take. */
  budgetMs?: Scalars['Int']['input'];
  /** For so long a score of before is used while the service gives none, 0 to 604,800; 0: never. */
  lastKnownSeconds?: Scalars['Int']['input'];
  /** Whether it is told the id of the customer. */
  sendsCustomerId?: Scalars['Boolean']['input'];
  /** http or https, of an origin that KAIROS_MODEL_ORIGINS has; no user, no password, no fragment. */
  url: Scalars['String']['input'];
};

/** What the customer's signals say, now. Money in minor units of the deployment's currency. */
export type Features = {
  __typename?: 'Features';
  /** Seconds since the newest signal; null when there is none. */
  ageSeconds?: Maybe<Scalars['Float']['output']>;
  cartValue: Scalars['Float']['output'];
  /** Null when no signal was ever seen. */
  lastSeenAt?: Maybe<Scalars['DateTime']['output']>;
  lastViewedCategories: Array<Scalars['String']['output']>;
  lastViewedSkus: Array<Scalars['ID']['output']>;
  /** Position of the newest signal in them; empty for none. */
  position: Scalars['String']['output'];
  /** Of the last 90 days, largest first. */
  spendByCategory: Array<CategorySpend>;
  /** By kind of signal; kinds never seen are absent. */
  windows: Array<SignalWindows>;
};

export type Freshness = {
  __typename?: 'Freshness';
  events: Scalars['Int']['output'];
  max: Scalars['Float']['output'];
  p50: Scalars['Float']['output'];
  p99: Scalars['Float']['output'];
};

export type GrantConsentInput = {
  channels: Array<Channel>;
  customerId: Scalars['ID']['input'];
  /** Where the proof is. */
  evidence: Scalars['String']['input'];
  expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  jurisdiction?: InputMaybe<Scalars['String']['input']>;
  policyVersion: Scalars['String']['input'];
  purpose: Scalars['ID']['input'];
};

export type GrantConsentResult = CustomerRecorded | KairosRefused;

export type Identity = {
  __typename?: 'Identity';
  kind: Scalars['ID']['output'];
  value: Scalars['String']['output'];
};

export type IdentityInput = {
  kind: Scalars['ID']['input'];
  value: Scalars['String']['input'];
};

/** A call or chat of an agent with a customer. */
export type Interaction = {
  __typename?: 'Interaction';
  agentId: Scalars['ID']['output'];
  /** What the conversation has shown so far, by name. */
  attributes: Scalars['JSON']['output'];
  customer: Customer;
  ended: Scalars['Boolean']['output'];
  id: Scalars['ID']['output'];
  placementId: Scalars['ID']['output'];
  /** Newest first, at most 20. */
  screenPops: Array<ScreenPop>;
  startedAt: Scalars['DateTime']['output'];
};

export type InteractionRecorded = {
  __typename?: 'InteractionRecorded';
  ended: Scalars['Boolean']['output'];
  interactionId: Scalars['ID']['output'];
  position: Scalars['String']['output'];
  /** The screen pop that this caused; when it was said before, the one that is on the screen. Null when nothing is left to say. */
  screenPop?: Maybe<ScreenPop>;
};

export type JoinAudiencesResult = CustomerRecorded | KairosRefused;

/** The business says no. */
export type KairosRefused = {
  __typename?: 'KairosRefused';
  /** The path of the input at fault; null when no single field is. */
  field?: Maybe<Scalars['String']['output']>;
  reason: RefusalReason;
  /** The rule, in a sentence. */
  rule: Scalars['String']['output'];
};

export type LeaveAudiencesResult = CustomerRecorded | KairosRefused;

export type Lever = {
  __typename?: 'Lever';
  name: Scalars['String']['output'];
  percent: Scalars['Float']['output'];
};

export type LeverInput = {
  /** 1 to 80 characters. */
  name: Scalars['String']['input'];
  /** -100 to 1,000. */
  percent: Scalars['Float']['input'];
};

export type LinearTerms = {
  __typename?: 'LinearTerms';
  intercept: Scalars['Float']['output'];
  weights: Array<AttributeWeight>;
};

/** Intercepts and weights are -1,000,000 to 1,000,000. */
export type LinearTermsInput = {
  intercept: Scalars['Float']['input'];
  /** At most 200, each attribute once, or once for each category. */
  weights?: Array<AttributeWeightInput>;
};

export type LinkIdentityResult = CustomerRecorded | KairosRefused;

export type LogisticModel = {
  __typename?: 'LogisticModel';
  offers: Array<OfferTermsOfModel>;
  shared?: Maybe<LinearTerms>;
};

/** z = `shared` + what is of the offer: an intercept, and the sum of weight × attribute, each. */
export type LogisticModelInput = {
  /** What is added for single offers: at most 1,000, each once. */
  offers?: Array<OfferTermsOfModelInput>;
  /** Of all offers; absent: the propensities of offers that are not listed are their own. */
  shared?: InputMaybe<LinearTermsInput>;
};

/**
 * How likely offers are to be accepted, for the placements that name it. What decisions use is the revision that was approved last, by
 * somebody other than who wrote it: docs/models.md.
 */
export type Model = {
  __typename?: 'Model';
  approvedBy?: Maybe<Scalars['String']['output']>;
  /** What decisions use; null: nobody has approved a revision yet. */
  approvedRevision?: Maybe<Scalars['Int']['output']>;
  /** Of the revision that decisions use. */
  approvedTerms?: Maybe<ModelTerms>;
  /** Who wrote revisions since the last approval: they do not approve. */
  authors: Array<Scalars['String']['output']>;
  id: Scalars['ID']['output'];
  /** Retired models are used no more; their placements go by the offers' own propensities. */
  retired: Scalars['Boolean']['output'];
  /** The newest. */
  revision: Scalars['Int']['output'];
  /** Of the newest revision. */
  terms: ModelTerms;
};

export type ModelKind =
  /** A service that is asked over HTTP, within a budget of time. */
  | 'EXTERNAL'
  /** Logistic regression: p = 1 / (1 + e^−z), computed within the decision. */
  | 'LOGISTIC'
  /** Propensities by offer and category, as they are. */
  | 'STATIC';

export type ModelRevision = {
  __typename?: 'ModelRevision';
  model: Model;
  position: Scalars['String']['output'];
};

/** With the one of `static`, `logistic` and `external` that its kind says. */
export type ModelTerms = {
  __typename?: 'ModelTerms';
  description?: Maybe<Scalars['String']['output']>;
  external?: Maybe<ExternalModel>;
  kind: ModelKind;
  logistic?: Maybe<LogisticModel>;
  name: Scalars['String']['output'];
  static?: Maybe<StaticModel>;
};

/**
 * With the one of `static`, `logistic` and `external` that its kind says, and no other. What breaks a rule of the descriptions is refused
 * with MODEL_TERMS_INVALID and the path of the field. An offer of which a model says nothing keeps its own propensity.
 */
export type ModelTermsInput = {
  /** At most 2,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  external?: InputMaybe<ExternalModelInput>;
  kind: ModelKind;
  logistic?: InputMaybe<LogisticModelInput>;
  /** 1 to 200 characters. */
  name: Scalars['String']['input'];
  static?: InputMaybe<StaticModelInput>;
};

/** The moment, for Customer.nextBestOffer: the same fields as in DecisionContext. */
export type MomentContext = {
  attributes?: InputMaybe<Scalars['JSON']['input']>;
  position?: InputMaybe<Scalars['String']['input']>;
  requestId?: InputMaybe<Scalars['ID']['input']>;
};

export type Money = {
  __typename?: 'Money';
  /** In minor units: cents. */
  amount: Scalars['Int']['output'];
  /** ISO 4217 */
  currency: Scalars['String']['output'];
};

export type MoneyInput = {
  amount: Scalars['Int']['input'];
  currency: Scalars['String']['input'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /** From here on decisions use the newest revision. By somebody other than an author of a revision since the last approval. */
  approveModel: ApproveModelResult;
  /** By somebody other than an author of the revision. */
  approveOffer: ApproveOfferResult;
  /** Writes the first revision of a model. The same definition again changes nothing. No decision uses it before it is approved. */
  defineModel: DefineModelResult;
  definePlacement: DefinePlacementResult;
  /** Writes the first revision of an offer. The same draft again changes nothing. */
  draftOffer: DraftOfferResult;
  endInteraction: EndInteractionResult;
  grantConsent: GrantConsentResult;
  joinAudiences: JoinAudiencesResult;
  leaveAudiences: LeaveAudiencesResult;
  linkIdentity: LinkIdentityResult;
  /**
   * Attributes as the vocabulary declares them: an object, where null forgets one. All or none; what is not allowed is refused with
   * ATTRIBUTE_INVALID.
   */
  observeAttributes: ObserveAttributesResult;
  /**
   * The conversation has shown something: the offer is decided again and pushed. Attributes that are not in the vocabulary are refused
   * with CONTEXT_INVALID.
   */
  observeInteraction: ObserveInteractionResult;
  observeTimeZone: ObserveTimeZoneResult;
  pauseOffer: PauseOfferResult;
  /** Makes the approved revision the one that customers get. */
  publishOffer: PublishOfferResult;
  /**
   * At most 1,000. One result per outcome, in the order given; a bad one does not sink its neighbours, but a value that is not of its
   * GraphQL type refuses the whole request. An outcome counts once, however often it is sent. CLICKED, ACCEPTED and DECLINED imply
   * PRESENTED: who clicks, accepts or declines has seen it.
   */
  recordOutcomes: RecordedOutcomes;
  /**
   * At most 1,000. One result per signal, in the order given. A signal that breaks a rule is refused and does not sink its neighbours; a
   * value that is not of its GraphQL type (a kind that does not exist, a malformed instant, an amount beyond an Int) still refuses the
   * whole request.
   */
  recordSignals: RecordedSignals;
  redefinePlacement: RedefinePlacementResult;
  registerCustomer: RegisterCustomerResult;
  rejectOffer: RejectOfferResult;
  /**
   * The customer's answer to the offer of a screen pop. A decline or postponement brings the next best offer; where the pop had several
   * offers, it takes the place of all of them: those that were not answered are dismissed.
   */
  respondToOffer: RespondToOfferResult;
  resumeOffer: ResumeOfferResult;
  /** For good: from here on its placements go by the offers' own propensities. */
  retireModel: RetireModelResult;
  retireOffer: RetireOfferResult;
  retirePlacement: RetirePlacementResult;
  /** Writes a new revision. What was approved before stays in use until this one is. */
  reviseModel: ReviseModelResult;
  /** Writes a new revision: it needs review, approval and publication. What is live stays live meanwhile. */
  reviseOffer: ReviseOfferResult;
  /** A call or chat begins: the agent's console gets its first screen pop. */
  startInteraction: StartInteractionResult;
  submitOffer: SubmitOfferResult;
  unlinkIdentity: UnlinkIdentityResult;
  /** Effective for every decision that carries the returned position, and for all within a second; within two while the read models are behind the log. */
  withdrawConsent: WithdrawConsentResult;
};


export type MutationApproveModelArgs = {
  basedOn?: InputMaybe<Scalars['Int']['input']>;
  modelId: Scalars['ID']['input'];
};


export type MutationApproveOfferArgs = {
  basedOn?: InputMaybe<Scalars['Int']['input']>;
  offerId: Scalars['ID']['input'];
};


export type MutationDefineModelArgs = {
  modelId: Scalars['ID']['input'];
  terms: ModelTermsInput;
};


export type MutationDefinePlacementArgs = {
  placementId: Scalars['ID']['input'];
  terms: PlacementTermsInput;
};


export type MutationDraftOfferArgs = {
  offerId: Scalars['ID']['input'];
  terms: OfferTermsInput;
};


export type MutationEndInteractionArgs = {
  interactionId: Scalars['ID']['input'];
  summary?: Scalars['String']['input'];
};


export type MutationGrantConsentArgs = {
  input: GrantConsentInput;
};


export type MutationJoinAudiencesArgs = {
  audiences: Array<Scalars['ID']['input']>;
  customerId: Scalars['ID']['input'];
};


export type MutationLeaveAudiencesArgs = {
  audiences: Array<Scalars['ID']['input']>;
  customerId: Scalars['ID']['input'];
};


export type MutationLinkIdentityArgs = {
  customerId: Scalars['ID']['input'];
  identity: IdentityInput;
};


export type MutationObserveAttributesArgs = {
  attributes: Scalars['JSON']['input'];
  customerId: Scalars['ID']['input'];
  source: Scalars['String']['input'];
};


export type MutationObserveInteractionArgs = {
  attributes: Scalars['JSON']['input'];
  interactionId: Scalars['ID']['input'];
};


export type MutationObserveTimeZoneArgs = {
  customerId: Scalars['ID']['input'];
  timeZone: Scalars['String']['input'];
};


export type MutationPauseOfferArgs = {
  offerId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationPublishOfferArgs = {
  basedOn?: InputMaybe<Scalars['Int']['input']>;
  offerId: Scalars['ID']['input'];
};


export type MutationRecordOutcomesArgs = {
  outcomes: Array<OutcomeInput>;
};


export type MutationRecordSignalsArgs = {
  signals: Array<SignalInput>;
};


export type MutationRedefinePlacementArgs = {
  basedOn?: InputMaybe<Scalars['Int']['input']>;
  placementId: Scalars['ID']['input'];
  terms: PlacementTermsInput;
};


export type MutationRegisterCustomerArgs = {
  customerId: Scalars['ID']['input'];
  timeZone?: Scalars['String']['input'];
};


export type MutationRejectOfferArgs = {
  basedOn?: InputMaybe<Scalars['Int']['input']>;
  offerId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationRespondToOfferArgs = {
  input: RespondToOfferInput;
};


export type MutationResumeOfferArgs = {
  offerId: Scalars['ID']['input'];
};


export type MutationRetireModelArgs = {
  modelId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationRetireOfferArgs = {
  offerId: Scalars['ID']['input'];
  reason: Scalars['String']['input'];
};


export type MutationRetirePlacementArgs = {
  placementId: Scalars['ID']['input'];
};


export type MutationReviseModelArgs = {
  basedOn?: InputMaybe<Scalars['Int']['input']>;
  modelId: Scalars['ID']['input'];
  terms: ModelTermsInput;
};


export type MutationReviseOfferArgs = {
  basedOn?: InputMaybe<Scalars['Int']['input']>;
  offerId: Scalars['ID']['input'];
  terms: OfferTermsInput;
};


export type MutationStartInteractionArgs = {
  input: StartInteractionInput;
};


export type MutationSubmitOfferArgs = {
  basedOn?: InputMaybe<Scalars['Int']['input']>;
  offerId: Scalars['ID']['input'];
};


export type MutationUnlinkIdentityArgs = {
  customerId: Scalars['ID']['input'];
  identity: IdentityInput;
};


export type MutationWithdrawConsentArgs = {
  input: WithdrawConsentInput;
};

export type NeverAfter = {
  __typename?: 'NeverAfter';
  offerId: Scalars['ID']['output'];
  outcome: PriorOutcome;
  /** Null: ever. */
  withinSeconds?: Maybe<Scalars['Int']['output']>;
};

export type NeverAfterInput = {
  /** One that is not there is not refused; `warnings` names it. */
  offerId: Scalars['ID']['input'];
  outcome: PriorOutcome;
  /** Absent: ever. */
  withinSeconds?: InputMaybe<Scalars['Int']['input']>;
};

export type ObserveAttributesResult = CustomerRecorded | KairosRefused;

export type ObserveInteractionResult = InteractionRecorded | KairosRefused;

export type ObserveTimeZoneResult = CustomerRecorded | KairosRefused;

export type Offer = {
  __typename?: 'Offer';
  /** Newest first, at most 200. */
  history: Array<OfferHistoryEntry>;
  id: Scalars['ID']['output'];
  lifecycle: OfferLifecycle;
  products: Array<Product>;
  /** Null before the first publication. */
  publishedRevision?: Maybe<Scalars['Int']['output']>;
  /** The working revision; the live one is `publishedRevision`. */
  revision: Scalars['Int']['output'];
  revisionState: RevisionState;
  /** The terms that customers get; before the first publication the working terms. */
  terms: OfferTerms;
  /** Of the working terms. */
  warnings: Array<TermsWarning>;
  /** The terms that are being worked on. */
  workingTerms: OfferTerms;
};

export type OfferConnection = {
  __typename?: 'OfferConnection';
  edges: Array<OfferEdge>;
  pageInfo: PageInfo;
  totalCount: Scalars['Int']['output'];
};

export type OfferEdge = {
  __typename?: 'OfferEdge';
  cursor: Scalars['String']['output'];
  node: Offer;
};

export type OfferFilter = {
  category?: InputMaybe<Scalars['ID']['input']>;
  lifecycle?: InputMaybe<OfferLifecycle>;
  tag?: InputMaybe<Scalars['ID']['input']>;
};

export type OfferHistoryEntry = {
  __typename?: 'OfferHistoryEntry';
  at: Scalars['DateTime']['output'];
  by: Scalars['String']['output'];
  event: Scalars['String']['output'];
  /** Null where none is asked for. */
  reason?: Maybe<Scalars['String']['output']>;
  revision: Scalars['Int']['output'];
};

export type OfferLifecycle =
  /** Approved, not yet live. */
  | 'APPROVED'
  /** Being written; nobody sees it. */
  | 'DRAFT'
  /** Waiting for somebody other than its author. */
  | 'IN_REVIEW'
  /** Decided on between its start and end. */
  | 'LIVE'
  /** Published, but held back. */
  | 'PAUSED'
  /** Over for good. */
  | 'RETIRED';

export type OfferPropensity = {
  __typename?: 'OfferPropensity';
  offerId: Scalars['ID']['output'];
  propensity: Scalars['Float']['output'];
};

export type OfferPropensityInput = {
  offerId: Scalars['ID']['input'];
  propensity: Scalars['Float']['input'];
};

export type OfferRevision = {
  __typename?: 'OfferRevision';
  offer: Offer;
  /** A read with it sees this write. */
  position: Scalars['String']['output'];
};

export type OfferTerms = {
  __typename?: 'OfferTerms';
  audiences: Array<Scalars['ID']['output']>;
  caps: Array<CapRule>;
  category: Scalars['ID']['output'];
  contextWeights: Array<ContextWeight>;
  creditWindowSeconds: Scalars['Int']['output'];
  description?: Maybe<Scalars['String']['output']>;
  eligibility: Array<Condition>;
  endAt?: Maybe<Scalars['DateTime']['output']>;
  levers: Array<Lever>;
  name: Scalars['String']['output'];
  priority: Scalars['Int']['output'];
  products: Array<Scalars['ID']['output']>;
  propensity: Scalars['Float']['output'];
  /** Empty: it uses nothing that is known of the customer, and needs no consent. */
  purposes: Array<Scalars['ID']['output']>;
  rolloutShare: Scalars['Float']['output'];
  startAt: Scalars['DateTime']['output'];
  successCriterion: SuccessCriterion;
  suppression: Suppression;
  tags: Array<Scalars['ID']['output']>;
  treatments: Array<Treatment>;
  trigger?: Maybe<Trigger>;
  ttlSeconds: Scalars['Int']['output'];
  value: Money;
};

/**
 * The rules that the types here cannot say are in the descriptions; what breaks one is refused with OFFER_TERMS_INVALID and the path of
 * the field. Ids are 1 to 100 of the characters A-Z a-z 0-9 . _ : -, the first a letter or digit. Spans in seconds are 1 to 316,224,000
 * (ten years) where nothing else is said. Names within one list differ.
 */
export type OfferTermsInput = {
  /** At most 50, each once; empty: for everybody. */
  audiences?: Array<Scalars['ID']['input']>;
  /** At most 20. */
  caps?: Array<CapRuleInput>;
  category: Scalars['ID']['input'];
  /** At most 20. */
  contextWeights?: Array<ContextWeightInput>;
  /** How long after its presentation an outcome is still credited: at most 31,622,400 (366 days). */
  creditWindowSeconds?: Scalars['Int']['input'];
  /** At most 2,000 characters. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** At most 30. */
  eligibility?: Array<ConditionInput>;
  /** After `startAt`; absent: no end. */
  endAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** At most 10; together they take away 100 percent at most. */
  levers?: Array<LeverInput>;
  /** 1 to 200 characters. */
  name: Scalars['String']['input'];
  /** 0 to 1,000. */
  priority?: Scalars['Int']['input'];
  /** At most 200, each once. */
  products?: Array<Scalars['ID']['input']>;
  /** Starting propensity, 0 to 1. */
  propensity: Scalars['Float']['input'];
  /**
   * Purposes of the vocabulary, at most 10, each once; consent to each is needed. Empty for an offer that uses nothing that is known of the
   * customer, so that it may be shown to anybody, without any consent, and in default answers: it has no audiences, trigger, caps or
   * suppression, it is rolled out to everybody, and its conditions read the context only.
   */
  purposes: Array<Scalars['ID']['input']>;
  /** The share of customers that may see it, 0 to 1. */
  rolloutShare?: Scalars['Float']['input'];
  startAt: Scalars['DateTime']['input'];
  successCriterion?: SuccessCriterion;
  suppression?: SuppressionInput;
  /** At most 20, each once. */
  tags?: Array<Scalars['ID']['input']>;
  /** 1 to 9, one for each channel. */
  treatments: Array<TreatmentInput>;
  /** Only where placements are real-time; absent: the offer waits for nothing. */
  trigger?: InputMaybe<TriggerInput>;
  /** How long an answer may be presented: at most 7,776,000 (90 days). */
  ttlSeconds?: Scalars['Int']['input'];
  /** In the vocabulary's currency. */
  value: MoneyInput;
};

export type OfferTermsOfModel = {
  __typename?: 'OfferTermsOfModel';
  intercept: Scalars['Float']['output'];
  offerId: Scalars['ID']['output'];
  weights: Array<AttributeWeight>;
};

export type OfferTermsOfModelInput = {
  intercept?: Scalars['Float']['input'];
  offerId: Scalars['ID']['input'];
  /** At most 200, each attribute once, or once for each category. */
  weights?: Array<AttributeWeightInput>;
};

export type Outcome = {
  __typename?: 'Outcome';
  at: Scalars['DateTime']['output'];
  kind: OutcomeKind;
  /** Given with a decline or a dismissal; else null, as it is for who is no agent and may not read customers. */
  reason?: Maybe<Scalars['String']['output']>;
};

export type OutcomeInput = {
  decisionId: Scalars['ID']['input'];
  kind: OutcomeKind;
  /** May be left out when the decision has one offer. */
  offerId?: InputMaybe<Scalars['ID']['input']>;
  /** Of a decline or a dismissal; at most 200 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  /** Of a postponement. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

export type OutcomeKind =
  /** Implies PRESENTED. */
  | 'ACCEPTED'
  /** Implies PRESENTED. */
  | 'CLICKED'
  /** Implies PRESENTED. */
  | 'DECLINED'
  /** It was never shown after all, or the customer waved it away. */
  | 'DISMISSED'
  /** Its time was over before it was presented. Recorded by Kairos itself. */
  | 'EXPIRED'
  | 'POSTPONED'
  /** The customer saw or heard the offer: the impression that caps count. */
  | 'PRESENTED';

export type OutcomeRecorded = {
  __typename?: 'OutcomeRecorded';
  /** True when it had been recorded before. */
  alreadyRecorded: Scalars['Boolean']['output'];
  decisionId: Scalars['ID']['output'];
  kind: OutcomeKind;
  offerId: Scalars['ID']['output'];
};

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor?: Maybe<Scalars['String']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor?: Maybe<Scalars['String']['output']>;
};

export type PauseOfferResult = KairosRefused | OfferRevision;

/** A place in a channel where an offer can be shown or said. */
export type Placement = {
  __typename?: 'Placement';
  id: Scalars['ID']['output'];
  retired: Scalars['Boolean']['output'];
  revision: Scalars['Int']['output'];
  terms: PlacementTerms;
  warnings: Array<TermsWarning>;
};

export type PlacementRevision = {
  __typename?: 'PlacementRevision';
  placement: Placement;
  position: Scalars['String']['output'];
};

export type PlacementTerms = {
  __typename?: 'PlacementTerms';
  cadence: Cadence;
  caps: Array<CapRule>;
  channel: Channel;
  coolingWindow?: Maybe<CoolingWindow>;
  defaultAnswer: DefaultAnswer;
  explorationShare: Scalars['Float']['output'];
  /** Offered when nothing else survives; it passes every stage but signal and propensity. While something survives it is an offer like any other. */
  fallbackOfferId?: Maybe<Scalars['ID']['output']>;
  minimumPropensity?: Maybe<Scalars['Float']['output']>;
  /** The model whose propensities count here, as long as a revision of it is approved and it is not retired; null: the offers' own. */
  model?: Maybe<Scalars['ID']['output']>;
  name: Scalars['String']['output'];
  perCategoryLimit?: Maybe<Scalars['Int']['output']>;
  quietHours?: Maybe<QuietHours>;
  ranking: Ranking;
  recording: RecordingMode;
  slots: Scalars['Int']['output'];
  /** As they are in force. */
  stageBudgets: StageBudgets;
  /** From the arrival of a call to its answer, in milliseconds. */
  timeBudgetMs: Scalars['Int']['output'];
};

/**
 * What breaks a rule of the descriptions is refused with PLACEMENT_TERMS_INVALID and the path of the field; ids and spans in seconds are
 * as in OfferTermsInput.
 */
export type PlacementTermsInput = {
  cadence?: Cadence;
  /** At most 20, of different names. */
  caps?: Array<CapRuleInput>;
  /** A placement stays in its channel. */
  channel: Channel;
  coolingWindow?: InputMaybe<CoolingWindowInput>;
  /** ON makes what would be shown to anybody public, and shows it when nothing can be decided in time. */
  defaultAnswer?: DefaultAnswer;
  /** The share of decisions in which a slot is filled by a draw from the survivors, 0 to 1. */
  explorationShare?: Scalars['Float']['input'];
  /**
   * Offered when nothing else survives; it passes every stage but signal and propensity. While something survives it is an offer like any
   * other. It has to be drafted by then, and not be retired (OFFER_UNKNOWN, OFFER_RETIRED); it is shown only while it is live.
   */
  fallbackOfferId?: InputMaybe<Scalars['ID']['input']>;
  /** 0 to 1; absent: none. */
  minimumPropensity?: InputMaybe<Scalars['Float']['input']>;
  /**
   * The model whose propensities count here: in scores, formulas and the minimum. It has to be there, and not retired (MODEL_UNKNOWN,
   * MODEL_RETIRED); until a revision of it is approved, and for offers that it knows nothing of, the offers' own count.
   */
  model?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 200 characters. */
  name: Scalars['String']['input'];
  /** At most so many offers of one category in one decision: 1 to 50; absent: any number. */
  perCategoryLimit?: InputMaybe<Scalars['Int']['input']>;
  quietHours?: InputMaybe<QuietHoursInput>;
  ranking?: RankingInput;
  /**
   * LATE where an answer is worth more than that everybody knows of it at once. It does not contradict strict caps: offers under them are just
   * not shown here while the log is away.
   */
  recording?: RecordingMode;
  /** How many offers one decision fills, 1 to 50. */
  slots?: Scalars['Int']['input'];
  /** Where they are not as they are derived from `timeBudgetMs`. */
  stageBudgets?: InputMaybe<StageBudgetsInput>;
  /**
   * From the arrival of a call to its answer, in milliseconds: 1 to 60,000. In the last fifth nothing is waited for any more, it is for the
   * answer. What each stage may take of it, and what is done instead of what takes longer, `stageBudgets` says.
   */
  timeBudgetMs?: Scalars['Int']['input'];
};

export type PriorOutcome =
  | 'ACCEPTED'
  | 'PRESENTED';

/** A product of another subgraph. */
export type Product = {
  __typename?: 'Product';
  sku: Scalars['ID']['output'];
};

/** The model by which a propensity was found, in the revision that was asked. */
export type PropensityOrigin = {
  __typename?: 'PropensityOrigin';
  model: Scalars['ID']['output'];
  revision: Scalars['Int']['output'];
  source: PropensitySource;
};

export type PropensitySource =
  /** The model's service gave it when it was asked before; it could not be asked now, or did not say. */
  | 'LAST_KNOWN'
  /** It is the offer's own: the model knows nothing of the offer, or could not be asked. */
  | 'PRIOR'
  /** The model gave it for this decision. */
  | 'SCORED';

export type PublishOfferResult = KairosRefused | OfferRevision;

export type Purpose = {
  __typename?: 'Purpose';
  description: Scalars['String']['output'];
  id: Scalars['ID']['output'];
};

export type Query = {
  __typename?: 'Query';
  /**
   * Who did what, when and why, newest first: to offers, placements and models, or to the one subject that the filter names. `first` is 1 to 200,
   * `after` a cursor: entries that are older. Of a customer it tells the id, what kind of thing was done, and of consents the purpose and
   * the channel; that only to who may read it of the customer (`customer:read`, `privacy`). Null only together with an error.
   */
  auditTrail?: Maybe<AuditConnection>;
  /** Null when nothing was ever recorded of this customer. With `position`, an answer that has seen that write. */
  customer?: Maybe<Customer>;
  /** A decision as it was recorded, with all that followed. Null when there is none with this id. */
  decision?: Maybe<Decision>;
  /** Computes a recorded decision again from what was recorded with it: every candidate, its stage, its reason, its score. Null when there is none. At most 10 explanations and simulations in one operation. What it tells of the customer's facts is left out for who may not read them. */
  explainDecision?: Maybe<Explanation>;
  /** A call or chat with an agent, and what was popped in it. Null when there is none with this id. An agent sees her own only. */
  interaction?: Maybe<Interaction>;
  /** Null when there is no such model. */
  model?: Maybe<Model>;
  /** Models, which say how likely offers are to be accepted, in every state of their life, by id. */
  models: Array<Model>;
  /**
   * The next best offer for a customer in a placement: decided, reserved against all frequency caps, and recorded before it is answered,
   * but for placements whose decisions may be recorded LATE. While it cannot be recorded the call fails with UNAVAILABLE, within the time
   * budget of the placement; with the same `requestId` it may be made again without counting twice. A placement whose `defaultAnswer` is ON
   * shows then what it would show to anybody, and so it does when more is asked at once than can be done in time (else OVERLOADED).
   * Nothing eligible is an answer too: `offers` is empty and `cause` says why. Null only together with an error.
   */
  nextBestOffer?: Maybe<Decision>;
  /** Several placements of one page or moment: one decision each, in the order given, no offer twice, one contact for cooling windows. */
  nextBestOffers?: Maybe<Array<Decision>>;
  /** Null when there is no such offer. */
  offer?: Maybe<Offer>;
  /** Offers by id, in every state of their life. `first` is 1 to 200. Null only together with an error. */
  offers?: Maybe<OfferConnection>;
  placements: Array<Placement>;
  /** How far and how fresh the read models are. */
  readModels: ReadModelStatus;
  /** What would be decided: with other facts, offers that are not live yet, at another time. Writes nothing, reserves nothing. For who may read customers only: it tells what is known of them. */
  simulateOffer?: Maybe<Explanation>;
  /** How the objectives stand, as the process that answers counted it itself: what `/status` shows. */
  slo: Array<ServiceLevel>;
  /** The words that conditions may use. */
  vocabulary: Vocabulary;
};


export type QueryAuditTrailArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AuditFilter>;
  first?: Scalars['Int']['input'];
};


export type QueryCustomerArgs = {
  id: Scalars['ID']['input'];
  position?: InputMaybe<Scalars['String']['input']>;
};


export type QueryDecisionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryExplainDecisionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryInteractionArgs = {
  id: Scalars['ID']['input'];
};


export type QueryModelArgs = {
  id: Scalars['ID']['input'];
};


export type QueryNextBestOfferArgs = {
  context: DecisionContext;
  placement: Scalars['ID']['input'];
};


export type QueryNextBestOffersArgs = {
  context: DecisionContext;
  placements: Array<Scalars['ID']['input']>;
};


export type QueryOfferArgs = {
  id: Scalars['ID']['input'];
};


export type QueryOffersArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<OfferFilter>;
  first?: Scalars['Int']['input'];
  position?: InputMaybe<Scalars['String']['input']>;
};


export type QuerySimulateOfferArgs = {
  input: SimulateOfferInput;
};

/** Times of the customer's day; from after to spans midnight. */
export type QuietHours = {
  __typename?: 'QuietHours';
  from: Scalars['String']['output'];
  to: Scalars['String']['output'];
};

/** Times of the customer's day, `21:30`; from after to spans midnight. */
export type QuietHoursInput = {
  from: Scalars['String']['input'];
  to: Scalars['String']['input'];
};

export type Ranking = {
  __typename?: 'Ranking';
  /** Only with FORMULA. */
  formula?: Maybe<Scalars['String']['output']>;
  method: RankingMethod;
};

export type RankingInput = {
  /** With FORMULA, and only then: 1 to 2,000 characters. */
  formula?: InputMaybe<Scalars['String']['input']>;
  method: RankingMethod;
};

export type RankingMethod =
  /** propensity × contextWeight × value × lever */
  | 'ARITHMETIC'
  /** A CEL expression of type double, docs/conditions.md. */
  | 'FORMULA'
  /** The offer's priority alone. */
  | 'PRIORITY';

export type ReadModelStatus = {
  __typename?: 'ReadModelStatus';
  /** Milliseconds from written to applied, over the last 10,000 events. */
  freshness: Freshness;
  /** The newest event of the log. */
  head: Scalars['String']['output'];
  /** Everything up to here has been applied. */
  position: Scalars['String']['output'];
};

/** Why a candidate is not the answer, in the order of the stages. */
export type Reason =
  /** The customer said yes to it, not long ago. */
  | 'ACCEPTED_RECENTLY'
  /** The customer is in none of the offer's audiences. */
  | 'AUDIENCE_MISMATCH'
  /**
   * A frequency cap must be counted before the answer, and the event log cannot be reached now; the detail names it. Only in placements whose
   * decisions may be recorded LATE.
   */
  | 'CAP_NOT_RECORDABLE'
  /** A frequency cap is full; the detail names it. */
  | 'CAP_REACHED'
  /** Enough offers of its category in this decision. */
  | 'CATEGORY_LIMIT'
  /** The offer has nothing to show in the placement's channel. */
  | 'CHANNEL_WITHOUT_TREATMENT'
  /** The consent has expired. */
  | 'CONSENT_EXPIRED'
  /** Consent to one of the offer's purposes was never granted on this channel. */
  | 'CONSENT_MISSING'
  /** The consent was withdrawn. */
  | 'CONSENT_WITHDRAWN'
  /** The customer was contacted too recently. */
  | 'COOLING_WINDOW'
  /** The customer said no to it, not long ago. */
  | 'DECLINED_RECENTLY'
  /** At or after the offer's end. */
  | 'ENDED'
  /** Never after an offer that the customer had; the detail names it. */
  | 'EXCLUDED_BY_OTHER_OFFER'
  /**
   * What has to be known of the customer cannot be asked for now. Only the placement's fallback is shown, if what the log says is enough
   * to know that it may be.
   */
  | 'FACTS_UNAVAILABLE'
  /** A condition is not met; the detail names it. */
  | 'NOT_ELIGIBLE'
  /** Before the offer's start. */
  | 'NOT_STARTED'
  /** No offer was ever published. */
  | 'NO_CANDIDATES'
  /** The offer is paused. */
  | 'OFFER_PAUSED'
  /** Eligible, but others ranked higher. */
  | 'OUTRANKED'
  /** The placement is out of use. */
  | 'PLACEMENT_RETIRED'
  /** The customer asked to hear of it later. */
  | 'POSTPONED'
  /** Below the placement's minimum propensity. */
  | 'PROPENSITY_TOO_LOW'
  /** The placement is silent at this time of the customer's day. */
  | 'QUIET_HOURS'
  /** Another decision took the last place under a cap meanwhile. */
  | 'RESERVATION_LOST'
  /** The customer is outside the offer's rollout share. */
  | 'ROLLOUT_EXCLUDED'
  /** Another placement of the same call shows it. */
  | 'SHOWN_ELSEWHERE'
  /** The signal that the offer waits for was never seen. */
  | 'SIGNAL_MISSING'
  /** The signal is too old. */
  | 'SIGNAL_STALE'
  /** Too few signals. */
  | 'SIGNAL_TOO_WEAK'
  /** The offer waits for a signal, and this placement is not real-time. */
  | 'TRIGGER_IN_BATCH';

export type ReasonCount = {
  __typename?: 'ReasonCount';
  count: Scalars['Int']['output'];
  reason: Reason;
};

export type RecentDecision = {
  __typename?: 'RecentDecision';
  decidedAt: Scalars['DateTime']['output'];
  decisionId: Scalars['ID']['output'];
  offerIds: Array<Scalars['ID']['output']>;
  placementId: Scalars['ID']['output'];
};

export type RecordOutcomeResult = KairosRefused | OutcomeRecorded;

export type RecordSignalResult = KairosRefused | SignalRecorded;

export type RecordedOutcomes = {
  __typename?: 'RecordedOutcomes';
  position: Scalars['String']['output'];
  results: Array<RecordOutcomeResult>;
};

export type RecordedSignals = {
  __typename?: 'RecordedSignals';
  position: Scalars['String']['output'];
  results: Array<RecordSignalResult>;
};

/** When the decisions of a placement are recorded in the event log. */
export type RecordingMode =
  /**
   * Before they are answered: what was answered is in the log, for everybody to see. While the log cannot be reached, or is slower than the
   * placement's `stageBudgets.record`, a decision fails with UNAVAILABLE, or the placement's `defaultAnswer` is given; its places under caps
   * are held until it is known whether it was recorded.
   */
  | 'BEFORE_ANSWER'
  /**
   * Before they are answered, as long as the log is there. While it cannot be reached, or is slower than `stageBudgets.record`,
   * decisions go on from the read models and are kept on the disk of the process that makes them, until the log can take them: in order, each
   * once, also when the process was killed meanwhile. Only the loss of that disk loses them. Until then
   * - an offer under a `strict` cap is not shown (CAP_NOT_RECORDABLE); with read models in Redis no offer under any cap is, as Redis may
   *   forget places that are not in the log;
   * - the process that answered knows the decision: cooling windows and caps that are not strict count it, a repeated `requestId` gets it
   *   again. Other processes know the places that it holds in Redis, for as long as it may be presented, and nothing else of it: to them
   *   it does not exist yet;
   * - its outcomes are refused with UNAVAILABLE, as everything else is that has to be written: send them again.
   * When there is no more room for such decisions they fail as those of BEFORE_ANSWER. Decisions of interactions with an agent are never late.
   */
  | 'LATE'
  /**
   * Never: it is the default answer of a placement (`defaultAnswer`), and no decision for this customer. Nothing was reserved, nothing counts
   * it, its id (`default_…`) is no decision's: `decision` and `explainDecision` answer null, outcomes of it are refused with
   * DECISION_NOT_RECORDED. Not for placements.
   */
  | 'NOT_RECORDED';

export type RedefinePlacementResult = KairosRefused | PlacementRevision;

/** Why the business says no. The reason is stable, the words of the rule are for people. */
export type RefusalReason =
  /** Nobody approves anonymously. */
  | 'ACTOR_UNKNOWN'
  /** Somebody other than the authors of the revision has to approve it. */
  | 'APPROVER_IS_AUTHOR'
  /** An attribute is not in the vocabulary, or of another type; `field` names it. */
  | 'ATTRIBUTE_INVALID'
  | 'AUDIENCE_INVALID'
  | 'CONSENT_CHANNELS_EMPTY'
  /** The consent would be over before it begins. */
  | 'CONSENT_EXPIRED'
  | 'CONSENT_INVALID'
  /** An attribute of the moment is not in the vocabulary, or of another type; `field` names it. */
  | 'CONTEXT_INVALID'
  /** Too long after the presentation to be credited to this decision. */
  | 'CREDIT_WINDOW_OVER'
  /** Registered with another time zone. */
  | 'CUSTOMER_EXISTS'
  | 'CUSTOMER_ID_INVALID'
  /** Not registered. */
  | 'CUSTOMER_UNKNOWN'
  /** It was not presented in time. */
  | 'DECISION_EXPIRED'
  /** It is a default answer, and no decision: what becomes of it is not recorded. */
  | 'DECISION_NOT_RECORDED'
  /** The decision was not made for this interaction. */
  | 'DECISION_OF_OTHER_INTERACTION'
  | 'DECISION_UNKNOWN'
  | 'IDENTITY_INVALID'
  | 'INTERACTION_ENDED'
  /** With another agent, customer or placement. */
  | 'INTERACTION_EXISTS'
  | 'INTERACTION_INVALID'
  | 'INTERACTION_UNKNOWN'
  /** There is a model with this id and other terms: revise it. */
  | 'MODEL_EXISTS'
  | 'MODEL_ID_INVALID'
  /** Retired models stay as they are. */
  | 'MODEL_RETIRED'
  /** A field of the terms breaks a rule; `field` is its path. */
  | 'MODEL_TERMS_INVALID'
  | 'MODEL_UNKNOWN'
  /** The decision has several offers: say which. */
  | 'OFFER_AMBIGUOUS'
  /** A condition is not CEL, not boolean, or names what the vocabulary does not have; the rule says where. */
  | 'OFFER_CONDITION_INVALID'
  /** There is an offer with this id and other terms: revise it. */
  | 'OFFER_EXISTS'
  /** The id has characters that an id may not have. */
  | 'OFFER_ID_INVALID'
  | 'OFFER_NOT_APPROVED'
  | 'OFFER_NOT_DRAFT'
  | 'OFFER_NOT_IN_DECISION'
  | 'OFFER_NOT_IN_REVIEW'
  | 'OFFER_NOT_LIVE'
  | 'OFFER_NOT_PAUSED'
  | 'OFFER_PAUSED'
  /** Retired offers stay as they are. */
  | 'OFFER_RETIRED'
  /** A field of the terms breaks a rule; `field` is its path. */
  | 'OFFER_TERMS_INVALID'
  | 'OFFER_UNKNOWN'
  | 'OUTCOME_BEFORE_DECISION'
  /** Accepted after it was declined, and the like. */
  | 'OUTCOME_CONTRADICTS'
  /** This kind of outcome is not for callers to record. */
  | 'OUTCOME_INVALID'
  /** A placement stays in its channel. */
  | 'PLACEMENT_CHANNEL_FIXED'
  | 'PLACEMENT_EXISTS'
  | 'PLACEMENT_FORMULA_INVALID'
  | 'PLACEMENT_ID_INVALID'
  /** An agent's placement is in the channel CALL_CENTER or CHAT. */
  | 'PLACEMENT_NOT_ASSISTED'
  | 'PLACEMENT_RETIRED'
  /** A field of the terms breaks a rule; `field` is its path. */
  | 'PLACEMENT_TERMS_INVALID'
  | 'PLACEMENT_UNKNOWN'
  /** The vocabulary does not have this purpose. */
  | 'PURPOSE_UNKNOWN'
  | 'REASON_INVALID'
  /** `basedOn` is not the current revision; the rule names it. */
  | 'REVISION_STALE'
  | 'SIGNAL_DAY_MISMATCH'
  | 'SIGNAL_INVALID'
  /** Observed more than 5 minutes from now. */
  | 'SIGNAL_IN_FUTURE'
  /** Observed more than 400 days ago. */
  | 'SIGNAL_TOO_OLD'
  /** The source says nothing, or has more than 100 characters. */
  | 'SOURCE_INVALID'
  | 'TIME_ZONE_UNKNOWN'
  /** `until` must be later than now. */
  | 'UNTIL_NOT_LATER';

export type RegisterCustomerResult = CustomerRecorded | KairosRefused;

export type RejectOfferResult = KairosRefused | OfferRevision;

export type Resolution =
  /** The default answer of the placement, because deciding was not possible in time; `degradations` says why. */
  | 'CACHED'
  /** The placement's fallback offer: nothing else was eligible, or could be decided on (FACTS_UNAVAILABLE). */
  | 'FALLBACK'
  /**
   * Decided on fresh facts. Also where nothing could be decided and no fallback may be shown: then `cause` is FACTS_UNAVAILABLE, and
   * `offers` is empty.
   */
  | 'FRESH'
  /** Decided without having seen the position that the caller asked for. */
  | 'STALE';

export type RespondToOfferInput = {
  /** The decision of the screen pop. */
  decisionId: Scalars['ID']['input'];
  interactionId: Scalars['ID']['input'];
  offerId: Scalars['ID']['input'];
  /** With DECLINE; at most 200 characters. */
  reason?: InputMaybe<Scalars['String']['input']>;
  response: AgentResponse;
  /** With POSTPONE. */
  until?: InputMaybe<Scalars['DateTime']['input']>;
};

export type RespondToOfferResult = InteractionRecorded | KairosRefused;

export type ResumeOfferResult = KairosRefused | OfferRevision;

export type RetireModelResult = KairosRefused | ModelRevision;

export type RetireOfferResult = KairosRefused | OfferRevision;

export type RetirePlacementResult = KairosRefused | PlacementRevision;

export type ReviseModelResult = KairosRefused | ModelRevision;

export type ReviseOfferResult = KairosRefused | OfferRevision;

/** Where the working revision of an offer is. */
export type RevisionState =
  | 'APPROVED'
  | 'DRAFT'
  | 'IN_REVIEW'
  | 'PUBLISHED';

/** score = propensity × contextWeight × value × lever, unless the placement ranks otherwise. */
export type ScoreComponents = {
  __typename?: 'ScoreComponents';
  /** 1 + the sum of the weights met / 100 */
  contextWeight: Scalars['Float']['output'];
  /** 1 + the sum of the levers / 100 */
  lever: Scalars['Float']['output'];
  propensity: Scalars['Float']['output'];
  /** In major units of the currency. */
  value: Scalars['Float']['output'];
};

/** The next best offer of an interaction, for the agent to say. */
export type ScreenPop = {
  __typename?: 'ScreenPop';
  agentId: Scalars['ID']['output'];
  at: Scalars['DateTime']['output'];
  cause: ScreenPopCause;
  decision: Decision;
  interactionId: Scalars['ID']['output'];
  /** Counts the pops of the interaction from 1. */
  number: Scalars['Int']['output'];
  /** Resume with it: `after`. */
  position: Scalars['String']['output'];
  /** What to say, ready to be read aloud; null when there is no offer. */
  script?: Maybe<Scalars['String']['output']>;
};

export type ScreenPopCause =
  | 'CONTEXT_OBSERVED'
  | 'RESPONDED'
  | 'STARTED';

export type ServiceLevel = {
  __typename?: 'ServiceLevel';
  /** An event is good up to here, in milliseconds; null where it is good or not by itself. */
  atMost?: Maybe<Scalars['Float']['output']>;
  bad: Scalars['Int']['output'];
  bar: ServiceLevelBar;
  /** Of the budget of the last hour: 1 all of it, 0 none, less than 0 overspent. */
  budgetLeft: Scalars['Float']['output'];
  /** How fast the budget burns, over windows up to an hour; empty where there is no budget. */
  burnRates: Array<BurnRate>;
  events: Scalars['Int']['output'];
  id: Scalars['ID']['output'];
  /** The last hour, oldest first; the last is the running one. */
  minutes: Array<ServiceLevelMinute>;
  /** The part of all events that must be good; 1: none may be bad. */
  objective: Scalars['Float']['output'];
  /** The promise, in a sentence. */
  sentence: Scalars['String']['output'];
  state: ServiceLevelState;
  unit: ServiceLevelUnit;
  /** Milliseconds within which so many were as the objective asks for, or the part that was good; null without events. */
  value?: Maybe<Scalars['Float']['output']>;
  /** The same of the last half minute. */
  valueNow?: Maybe<Scalars['Float']['output']>;
  /** Days that the objective is meant for, in the alerts; the figures here are of the last hour of this process. */
  windowDays: Scalars['Int']['output'];
};

export type ServiceLevelBar =
  /** What products of this kind are asked for. */
  | 'FIELD'
  /** What Kairos asks of itself. */
  | 'OURS';

export type ServiceLevelMinute = {
  __typename?: 'ServiceLevelMinute';
  /** When it began. */
  at: Scalars['DateTime']['output'];
  bad: Scalars['Int']['output'];
  events: Scalars['Int']['output'];
  /** As that of the service level. */
  value?: Maybe<Scalars['Float']['output']>;
};

export type ServiceLevelState =
  /** More of the last hour was bad than the objective allows. */
  | 'BROKEN'
  /** A rule for alerts holds now. */
  | 'BURNING'
  /** The last hour was as promised. */
  | 'MET'
  /** This process has seen no such event since it started: others see them, or nobody does. */
  | 'NOT_MEASURED'
  /** There were not enough events in the last hour to say. */
  | 'TOO_FEW';

export type ServiceLevelUnit =
  | 'MILLISECONDS'
  /** From 0 to 1. */
  | 'SHARE';

export type SignalInput = {
  /** Minor units, for the whole quantity; not negative. */
  amount?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 100 characters. */
  category?: InputMaybe<Scalars['String']['input']>;
  customerId: Scalars['ID']['input'];
  kind: SignalKind;
  /** At most 5 minutes from now and 400 days ago. */
  observedAt: Scalars['DateTime']['input'];
  /** 0 to 1,000,000. */
  quantity?: InputMaybe<Scalars['Int']['input']>;
  /** The sender's id: the same one is recorded once for a customer and UTC day of `observedAt`. */
  signalId: Scalars['ID']['input'];
  sku?: InputMaybe<Scalars['ID']['input']>;
};

export type SignalKind =
  | 'CART_ADD'
  | 'CART_REMOVE'
  | 'LOGIN'
  | 'PURCHASE'
  | 'SEARCH'
  | 'VIEW';

export type SignalRecorded = {
  __typename?: 'SignalRecorded';
  /** True when it had been recorded before. */
  alreadyRecorded: Scalars['Boolean']['output'];
  signalId: Scalars['ID']['output'];
};

/** Counts and sums of one kind of signal in rolling windows. */
export type SignalWindows = {
  __typename?: 'SignalWindows';
  counts: Windows;
  kind: SignalKind;
  sums: Windows;
};

export type SimulateOfferInput = {
  /** Now, if absent. */
  at?: InputMaybe<Scalars['DateTime']['input']>;
  attributes?: InputMaybe<Scalars['JSON']['input']>;
  customerId: Scalars['ID']['input'];
  overrides?: InputMaybe<SimulationOverrides>;
  placement: Scalars['ID']['input'];
  /** Fixes the draws, at most 100 characters; absent: a fixed seed. */
  seed?: InputMaybe<Scalars['String']['input']>;
};

/** Facts as if they were so. */
export type SimulationOverrides = {
  /** Profile attributes; null forgets one. */
  attributes?: InputMaybe<Scalars['JSON']['input']>;
  /** In place of the customer's audiences. */
  audiences?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** In place of the customer's consents on the placement's channel; an empty list: none. Absent: the consents as they are. */
  grantedPurposes?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Models whose newest revision counts as if it were approved. */
  models?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Offers whose working revision takes part as if it were live. */
  offers?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/** The stages of a decision, in this order. */
export type Stage =
  | 'ARBITRATION'
  | 'CAPS'
  | 'CONSENT'
  | 'ELIGIBILITY'
  | 'FACTS'
  | 'LIFECYCLE'
  | 'PLACEMENT'
  | 'PROPENSITY'
  /** Only of decisions that are recorded after they are answered. */
  | 'RECORDING'
  | 'RESERVATION'
  | 'SIGNAL'
  | 'SUPPRESSION';

/**
 * What each stage of a decision may take, in milliseconds; less where less is left of `timeBudgetMs`. What was done instead of what takes
 * longer, the decision's `degradations` say.
 */
export type StageBudgets = {
  __typename?: 'StageBudgets';
  /** For candidates to go through the funnel. It cannot be cut off; that it took longer is told. 50 % of `timeBudgetMs`. */
  decide: Scalars['Int']['output'];
  /** An age rather than a time: features that are further behind the log are told to be STALE. 60,000. */
  features: Scalars['Int']['output'];
  /** Until what is known of the customer is read; then it is decided from the log, by which only the fallback may be shown. 40 % of `timeBudgetMs`. */
  load: Scalars['Int']['output'];
  /** Until a model has given its propensities; then the last known ones are taken, or those of the offers. 30 % of `timeBudgetMs`. */
  model: Scalars['Int']['output'];
  /**
   * Until the log has taken the decision; then it fails with UNAVAILABLE, or is recorded late, as `recording` says. Whether it was recorded is
   * not known then: it may have been, and its places are free when its time is over. 70 % of `timeBudgetMs`.
   */
  record: Scalars['Int']['output'];
  /** Until places under caps are taken; then they are given back, and it is decided from the log as with `load`. 20 % of `timeBudgetMs`. */
  reserve: Scalars['Int']['output'];
};

/**
 * As in StageBudgets, each 1 to `timeBudgetMs`, but features: 1 to 86,400,000. What is absent or null is derived from `timeBudgetMs`. A budget
 * outside is refused with PLACEMENT_TERMS_INVALID and its path, `stageBudgets.load`.
 */
export type StageBudgetsInput = {
  decide?: InputMaybe<Scalars['Int']['input']>;
  features?: InputMaybe<Scalars['Int']['input']>;
  load?: InputMaybe<Scalars['Int']['input']>;
  model?: InputMaybe<Scalars['Int']['input']>;
  record?: InputMaybe<Scalars['Int']['input']>;
  reserve?: InputMaybe<Scalars['Int']['input']>;
};

export type StartInteractionInput = {
  agentId: Scalars['ID']['input'];
  attributes?: InputMaybe<Scalars['JSON']['input']>;
  customerId: Scalars['ID']['input'];
  /** The caller's id of the call or chat. The same start again changes nothing. */
  interactionId: Scalars['ID']['input'];
  /** A placement of the channel CALL_CENTER or CHAT. */
  placement: Scalars['ID']['input'];
};

export type StartInteractionResult = InteractionRecorded | KairosRefused;

export type StaticModel = {
  __typename?: 'StaticModel';
  categories: Array<CategoryPropensity>;
  default?: Maybe<Scalars['Float']['output']>;
  offers: Array<OfferPropensity>;
};

/** A propensity is 0 to 1. */
export type StaticModelInput = {
  /** Of offers that are not listed: at most 500, each category once. */
  categories?: Array<CategoryPropensityInput>;
  /** Of all others; absent: theirs are their own. */
  default?: InputMaybe<Scalars['Float']['input']>;
  /** At most 2,000, each offer once. */
  offers?: Array<OfferPropensityInput>;
};

export type SubmitOfferResult = KairosRefused | OfferRevision;

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * The agent's screen pops, from now on, or from right behind `after`, the position of the last one that was handled. When that one is
   * no longer kept, or `after` is the empty string: from the oldest that is. A position that the log never gave is refused with
   * BAD_USER_INPUT. Over WebSocket, server-sent events, multipart and HTTP callback. An agent hears her own pops only; her subscription ends with
   * UNAUTHENTICATED and the reason TOKEN_EXPIRED when her token does, and goes on behind the last position with a new one.
   */
  screenPop: ScreenPop;
};


export type SubscriptionScreenPopArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  agentId: Scalars['ID']['input'];
};

export type SuccessCriterion =
  | 'ACCEPTANCE'
  | 'CLICK';

export type Suppression = {
  __typename?: 'Suppression';
  afterAcceptanceSeconds?: Maybe<Scalars['Int']['output']>;
  afterDecline?: Maybe<DeclineDamping>;
  neverAfter: Array<NeverAfter>;
};

export type SuppressionInput = {
  afterAcceptanceSeconds?: InputMaybe<Scalars['Int']['input']>;
  afterDecline?: InputMaybe<DeclineDampingInput>;
  /** At most 20, of other offers. */
  neverAfter?: Array<NeverAfterInput>;
};

/**
 * Something that terms name and is not there now: a placement in the scope of a cap, an offer in `neverAfter`, the fallback of a placement.
 * What names it is recorded all the same, as offers and placements may name each other whichever is defined first.
 */
export type TermsWarning = {
  __typename?: 'TermsWarning';
  /** The path within the terms: `caps.0.scope.placements.1`. */
  field: Scalars['String']['output'];
  /** What is missing, and what that means, in a sentence. */
  rule: Scalars['String']['output'];
};

/** What a channel shows or says. */
export type Treatment = {
  __typename?: 'Treatment';
  /** What an agent reads aloud. */
  agentScript?: Maybe<Scalars['String']['output']>;
  body?: Maybe<Scalars['String']['output']>;
  channel: Channel;
  deepLink?: Maybe<Scalars['String']['output']>;
  headline: Scalars['String']['output'];
  imageUrl?: Maybe<Scalars['String']['output']>;
};

export type TreatmentInput = {
  /** At most 2,000 characters. */
  agentScript?: InputMaybe<Scalars['String']['input']>;
  /** At most 2,000 characters. */
  body?: InputMaybe<Scalars['String']['input']>;
  channel: Channel;
  /** A URL of at most 2,000 characters that carries no code. */
  deepLink?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 200 characters. */
  headline: Scalars['String']['input'];
  /** A URL of at most 2,000 characters that carries no code. */
  imageUrl?: InputMaybe<Scalars['String']['input']>;
};

export type Trigger = {
  __typename?: 'Trigger';
  atLeast: Scalars['Int']['output'];
  category?: Maybe<Scalars['ID']['output']>;
  signal: SignalKind;
  withinSeconds: Scalars['Int']['output'];
};

export type TriggerInput = {
  /** 1 to 50. */
  atLeast?: Scalars['Int']['input'];
  category?: InputMaybe<Scalars['ID']['input']>;
  signal: SignalKind;
  withinSeconds: Scalars['Int']['input'];
};

export type UnlinkIdentityResult = CustomerRecorded | KairosRefused;

export type Vocabulary = {
  __typename?: 'Vocabulary';
  context: Array<AttributeDeclaration>;
  currency: Scalars['String']['output'];
  profile: Array<AttributeDeclaration>;
  purposes: Array<Purpose>;
};

/** The last hour, 24 hours, 7, 30 and 90 days. */
export type Windows = {
  __typename?: 'Windows';
  d7: Scalars['Float']['output'];
  d30: Scalars['Float']['output'];
  d90: Scalars['Float']['output'];
  h1: Scalars['Float']['output'];
  h24: Scalars['Float']['output'];
};

export type WithdrawConsentInput = {
  channels: Array<Channel>;
  customerId: Scalars['ID']['input'];
  evidence: Scalars['String']['input'];
  purpose: Scalars['ID']['input'];
};

export type WithdrawConsentResult = CustomerRecorded | KairosRefused;



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Customer: Customer;
  Decision: Decision;
  Offer: Offer;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Customer:
    ( { __typename: 'Customer' }
    & GraphQLRecursivePick<FederationTypes['Customer'], {"id":true}> );
  Decision:
    ( { __typename: 'Decision' }
    & GraphQLRecursivePick<FederationTypes['Decision'], {"id":true}> );
  Offer:
    ( { __typename: 'Offer' }
    & GraphQLRecursivePick<FederationTypes['Offer'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  ApproveModelResult:
    | ( KairosRefused )
    | ( Omit<ModelRevision, 'model'> & { model: _RefType['Model'] } )
  ;
  ApproveOfferResult:
    | ( KairosRefused )
    | ( Omit<OfferRevision, 'offer'> & { offer: _RefType['Offer'] } )
  ;
  DefineModelResult:
    | ( KairosRefused )
    | ( Omit<ModelRevision, 'model'> & { model: _RefType['Model'] } )
  ;
  DefinePlacementResult:
    | ( KairosRefused )
    | ( Omit<PlacementRevision, 'placement'> & { placement: _RefType['Placement'] } )
  ;
  DraftOfferResult:
    | ( KairosRefused )
    | ( Omit<OfferRevision, 'offer'> & { offer: _RefType['Offer'] } )
  ;
  EndInteractionResult:
    | ( InteractionModel )
    | ( KairosRefused )
  ;
  GrantConsentResult:
    | ( Omit<CustomerRecorded, 'customer'> & { customer: _RefType['Customer'] } )
    | ( KairosRefused )
  ;
  JoinAudiencesResult:
    | ( Omit<CustomerRecorded, 'customer'> & { customer: _RefType['Customer'] } )
    | ( KairosRefused )
  ;
  LeaveAudiencesResult:
    | ( Omit<CustomerRecorded, 'customer'> & { customer: _RefType['Customer'] } )
    | ( KairosRefused )
  ;
  LinkIdentityResult:
    | ( Omit<CustomerRecorded, 'customer'> & { customer: _RefType['Customer'] } )
    | ( KairosRefused )
  ;
  ObserveAttributesResult:
    | ( Omit<CustomerRecorded, 'customer'> & { customer: _RefType['Customer'] } )
    | ( KairosRefused )
  ;
  ObserveInteractionResult:
    | ( InteractionModel )
    | ( KairosRefused )
  ;
  ObserveTimeZoneResult:
    | ( Omit<CustomerRecorded, 'customer'> & { customer: _RefType['Customer'] } )
    | ( KairosRefused )
  ;
  PauseOfferResult:
    | ( KairosRefused )
    | ( Omit<OfferRevision, 'offer'> & { offer: _RefType['Offer'] } )
  ;
  PublishOfferResult:
    | ( KairosRefused )
    | ( Omit<OfferRevision, 'offer'> & { offer: _RefType['Offer'] } )
  ;
  RecordOutcomeResult:
    | ( KairosRefused )
    | ( OutcomeRecorded )
  ;
  RecordSignalResult:
    | ( KairosRefused )
    | ( SignalRecorded )
  ;
  RedefinePlacementResult:
    | ( KairosRefused )
    | ( Omit<PlacementRevision, 'placement'> & { placement: _RefType['Placement'] } )
  ;
  RegisterCustomerResult:
    | ( Omit<CustomerRecorded, 'customer'> & { customer: _RefType['Customer'] } )
    | ( KairosRefused )
  ;
  RejectOfferResult:
    | ( KairosRefused )
    | ( Omit<OfferRevision, 'offer'> & { offer: _RefType['Offer'] } )
  ;
  RespondToOfferResult:
    | ( InteractionModel )
    | ( KairosRefused )
  ;
  ResumeOfferResult:
    | ( KairosRefused )
    | ( Omit<OfferRevision, 'offer'> & { offer: _RefType['Offer'] } )
  ;
  RetireModelResult:
    | ( KairosRefused )
    | ( Omit<ModelRevision, 'model'> & { model: _RefType['Model'] } )
  ;
  RetireOfferResult:
    | ( KairosRefused )
    | ( Omit<OfferRevision, 'offer'> & { offer: _RefType['Offer'] } )
  ;
  RetirePlacementResult:
    | ( KairosRefused )
    | ( Omit<PlacementRevision, 'placement'> & { placement: _RefType['Placement'] } )
  ;
  ReviseModelResult:
    | ( KairosRefused )
    | ( Omit<ModelRevision, 'model'> & { model: _RefType['Model'] } )
  ;
  ReviseOfferResult:
    | ( KairosRefused )
    | ( Omit<OfferRevision, 'offer'> & { offer: _RefType['Offer'] } )
  ;
  StartInteractionResult:
    | ( InteractionModel )
    | ( KairosRefused )
  ;
  SubmitOfferResult:
    | ( KairosRefused )
    | ( Omit<OfferRevision, 'offer'> & { offer: _RefType['Offer'] } )
  ;
  UnlinkIdentityResult:
    | ( Omit<CustomerRecorded, 'customer'> & { customer: _RefType['Customer'] } )
    | ( KairosRefused )
  ;
  WithdrawConsentResult:
    | ( Omit<CustomerRecorded, 'customer'> & { customer: _RefType['Customer'] } )
    | ( KairosRefused )
  ;
};


/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AgentResponse: AgentResponse;
  ApproveModelResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ApproveModelResult']>;
  ApproveOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ApproveOfferResult']>;
  AttributeDeclaration: ResolverTypeWrapper<AttributeDeclaration>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  AttributeWeight: ResolverTypeWrapper<AttributeWeight>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  AttributeWeightInput: AttributeWeightInput;
  AuditConnection: ResolverTypeWrapper<AuditConnection>;
  AuditEdge: ResolverTypeWrapper<AuditEdge>;
  AuditEntry: ResolverTypeWrapper<AuditEntry>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  AuditFilter: AuditFilter;
  AuditKind: AuditKind;
  BurnRate: ResolverTypeWrapper<BurnRate>;
  Cadence: Cadence;
  CalendarUnit: CalendarUnit;
  CapCounts: CapCounts;
  CapRule: ResolverTypeWrapper<CapRuleModel>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CapRuleInput: CapRuleInput;
  CapScope: ResolverTypeWrapper<CapScope>;
  CapScopeInput: CapScopeInput;
  CapScopeKind: CapScopeKind;
  CapSubject: CapSubject;
  CapUsage: ResolverTypeWrapper<CapUsage>;
  CapWindow: ResolverTypeWrapper<CapWindow>;
  CapWindowInput: CapWindowInput;
  CapWindowKind: CapWindowKind;
  CapZone: CapZone;
  CategoryPropensity: ResolverTypeWrapper<CategoryPropensity>;
  CategoryPropensityInput: CategoryPropensityInput;
  CategorySpend: ResolverTypeWrapper<CategorySpend>;
  Channel: Channel;
  Condition: ResolverTypeWrapper<Condition>;
  ConditionInput: ConditionInput;
  Consent: ResolverTypeWrapper<Consent>;
  ConsentEvent: ResolverTypeWrapper<ConsentEvent>;
  ConsentState: ConsentState;
  ContextWeight: ResolverTypeWrapper<ContextWeight>;
  ContextWeightInput: ContextWeightInput;
  CoolingScope: CoolingScope;
  CoolingWindow: ResolverTypeWrapper<CoolingWindow>;
  CoolingWindowInput: CoolingWindowInput;
  Customer: ResolverTypeWrapper<CustomerModel>;
  CustomerRecorded: ResolverTypeWrapper<Omit<CustomerRecorded, 'customer'> & { customer: ResolversTypes['Customer'] }>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DecidedOffer: ResolverTypeWrapper<DecidedOfferModel>;
  Decision: ResolverTypeWrapper<DecisionModel>;
  DecisionBasis: ResolverTypeWrapper<DecisionBasis>;
  DecisionContext: DecisionContext;
  DecisionStage: DecisionStage;
  DeclineDamping: ResolverTypeWrapper<DeclineDamping>;
  DeclineDampingInput: DeclineDampingInput;
  DefaultAnswer: DefaultAnswer;
  DefineModelResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['DefineModelResult']>;
  DefinePlacementResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['DefinePlacementResult']>;
  Degradation: ResolverTypeWrapper<Degradation>;
  DegradationCause: DegradationCause;
  DegradationRule: DegradationRule;
  DraftOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['DraftOfferResult']>;
  EndInteractionResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['EndInteractionResult']>;
  ExplainedCandidate: ResolverTypeWrapper<ExplainedCandidate>;
  Explanation: ResolverTypeWrapper<Explanation>;
  ExternalModel: ResolverTypeWrapper<ExternalModel>;
  ExternalModelInput: ExternalModelInput;
  Features: ResolverTypeWrapper<Features>;
  Freshness: ResolverTypeWrapper<Freshness>;
  GrantConsentInput: GrantConsentInput;
  GrantConsentResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['GrantConsentResult']>;
  Identity: ResolverTypeWrapper<Identity>;
  IdentityInput: IdentityInput;
  Interaction: ResolverTypeWrapper<Omit<Interaction, 'customer' | 'screenPops'> & { customer: ResolversTypes['Customer'], screenPops: Array<ResolversTypes['ScreenPop']> }>;
  InteractionRecorded: ResolverTypeWrapper<InteractionModel>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  JoinAudiencesResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['JoinAudiencesResult']>;
  KairosRefused: ResolverTypeWrapper<KairosRefused>;
  LeaveAudiencesResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['LeaveAudiencesResult']>;
  Lever: ResolverTypeWrapper<Lever>;
  LeverInput: LeverInput;
  LinearTerms: ResolverTypeWrapper<LinearTerms>;
  LinearTermsInput: LinearTermsInput;
  LinkIdentityResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['LinkIdentityResult']>;
  LogisticModel: ResolverTypeWrapper<LogisticModel>;
  LogisticModelInput: LogisticModelInput;
  Model: ResolverTypeWrapper<ModelModel>;
  ModelKind: ModelKind;
  ModelRevision: ResolverTypeWrapper<Omit<ModelRevision, 'model'> & { model: ResolversTypes['Model'] }>;
  ModelTerms: ResolverTypeWrapper<ModelTermsModel>;
  ModelTermsInput: ModelTermsInput;
  MomentContext: MomentContext;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  NeverAfter: ResolverTypeWrapper<NeverAfter>;
  NeverAfterInput: NeverAfterInput;
  ObserveAttributesResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ObserveAttributesResult']>;
  ObserveInteractionResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ObserveInteractionResult']>;
  ObserveTimeZoneResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ObserveTimeZoneResult']>;
  Offer: ResolverTypeWrapper<OfferModel>;
  OfferConnection: ResolverTypeWrapper<Omit<OfferConnection, 'edges'> & { edges: Array<ResolversTypes['OfferEdge']> }>;
  OfferEdge: ResolverTypeWrapper<Omit<OfferEdge, 'node'> & { node: ResolversTypes['Offer'] }>;
  OfferFilter: OfferFilter;
  OfferHistoryEntry: ResolverTypeWrapper<OfferHistoryEntry>;
  OfferLifecycle: OfferLifecycle;
  OfferPropensity: ResolverTypeWrapper<OfferPropensity>;
  OfferPropensityInput: OfferPropensityInput;
  OfferRevision: ResolverTypeWrapper<Omit<OfferRevision, 'offer'> & { offer: ResolversTypes['Offer'] }>;
  OfferTerms: ResolverTypeWrapper<Omit<OfferTerms, 'caps'> & { caps: Array<ResolversTypes['CapRule']> }>;
  OfferTermsInput: OfferTermsInput;
  OfferTermsOfModel: ResolverTypeWrapper<OfferTermsOfModel>;
  OfferTermsOfModelInput: OfferTermsOfModelInput;
  Outcome: ResolverTypeWrapper<Outcome>;
  OutcomeInput: OutcomeInput;
  OutcomeKind: OutcomeKind;
  OutcomeRecorded: ResolverTypeWrapper<OutcomeRecorded>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PauseOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['PauseOfferResult']>;
  Placement: ResolverTypeWrapper<PlacementModel>;
  PlacementRevision: ResolverTypeWrapper<Omit<PlacementRevision, 'placement'> & { placement: ResolversTypes['Placement'] }>;
  PlacementTerms: ResolverTypeWrapper<PlacementTermsModel>;
  PlacementTermsInput: PlacementTermsInput;
  PriorOutcome: PriorOutcome;
  Product: ResolverTypeWrapper<Product>;
  PropensityOrigin: ResolverTypeWrapper<PropensityOrigin>;
  PropensitySource: PropensitySource;
  PublishOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['PublishOfferResult']>;
  Purpose: ResolverTypeWrapper<Purpose>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  QuietHours: ResolverTypeWrapper<QuietHours>;
  QuietHoursInput: QuietHoursInput;
  Ranking: ResolverTypeWrapper<Ranking>;
  RankingInput: RankingInput;
  RankingMethod: RankingMethod;
  ReadModelStatus: ResolverTypeWrapper<ReadModelStatus>;
  Reason: Reason;
  ReasonCount: ResolverTypeWrapper<ReasonCount>;
  RecentDecision: ResolverTypeWrapper<RecentDecision>;
  RecordOutcomeResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RecordOutcomeResult']>;
  RecordSignalResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RecordSignalResult']>;
  RecordedOutcomes: ResolverTypeWrapper<Omit<RecordedOutcomes, 'results'> & { results: Array<ResolversTypes['RecordOutcomeResult']> }>;
  RecordedSignals: ResolverTypeWrapper<Omit<RecordedSignals, 'results'> & { results: Array<ResolversTypes['RecordSignalResult']> }>;
  RecordingMode: RecordingMode;
  RedefinePlacementResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RedefinePlacementResult']>;
  RefusalReason: RefusalReason;
  RegisterCustomerResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RegisterCustomerResult']>;
  RejectOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RejectOfferResult']>;
  Resolution: Resolution;
  RespondToOfferInput: RespondToOfferInput;
  RespondToOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RespondToOfferResult']>;
  ResumeOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ResumeOfferResult']>;
  RetireModelResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RetireModelResult']>;
  RetireOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RetireOfferResult']>;
  RetirePlacementResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RetirePlacementResult']>;
  ReviseModelResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ReviseModelResult']>;
  ReviseOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ReviseOfferResult']>;
  RevisionState: RevisionState;
  ScoreComponents: ResolverTypeWrapper<ScoreComponents>;
  ScreenPop: ResolverTypeWrapper<ScreenPopModel>;
  ScreenPopCause: ScreenPopCause;
  ServiceLevel: ResolverTypeWrapper<ServiceLevelModel>;
  ServiceLevelBar: ServiceLevelBar;
  ServiceLevelMinute: ResolverTypeWrapper<ServiceLevelMinuteModel>;
  ServiceLevelState: ServiceLevelState;
  ServiceLevelUnit: ServiceLevelUnit;
  SignalInput: SignalInput;
  SignalKind: SignalKind;
  SignalRecorded: ResolverTypeWrapper<SignalRecorded>;
  SignalWindows: ResolverTypeWrapper<SignalWindows>;
  SimulateOfferInput: SimulateOfferInput;
  SimulationOverrides: SimulationOverrides;
  Stage: Stage;
  StageBudgets: ResolverTypeWrapper<StageBudgets>;
  StageBudgetsInput: StageBudgetsInput;
  StartInteractionInput: StartInteractionInput;
  StartInteractionResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['StartInteractionResult']>;
  StaticModel: ResolverTypeWrapper<StaticModel>;
  StaticModelInput: StaticModelInput;
  SubmitOfferResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['SubmitOfferResult']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SuccessCriterion: SuccessCriterion;
  Suppression: ResolverTypeWrapper<Suppression>;
  SuppressionInput: SuppressionInput;
  TermsWarning: ResolverTypeWrapper<TermsWarning>;
  Treatment: ResolverTypeWrapper<Treatment>;
  TreatmentInput: TreatmentInput;
  Trigger: ResolverTypeWrapper<Trigger>;
  TriggerInput: TriggerInput;
  UnlinkIdentityResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['UnlinkIdentityResult']>;
  Vocabulary: ResolverTypeWrapper<Vocabulary>;
  Windows: ResolverTypeWrapper<Windows>;
  WithdrawConsentInput: WithdrawConsentInput;
  WithdrawConsentResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['WithdrawConsentResult']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  ApproveModelResult: ResolversUnionTypes<ResolversParentTypes>['ApproveModelResult'];
  ApproveOfferResult: ResolversUnionTypes<ResolversParentTypes>['ApproveOfferResult'];
  AttributeDeclaration: AttributeDeclaration;
  String: Scalars['String']['output'];
  AttributeWeight: AttributeWeight;
  Float: Scalars['Float']['output'];
  AttributeWeightInput: AttributeWeightInput;
  AuditConnection: AuditConnection;
  AuditEdge: AuditEdge;
  AuditEntry: AuditEntry;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  AuditFilter: AuditFilter;
  BurnRate: BurnRate;
  CapRule: CapRuleModel;
  Boolean: Scalars['Boolean']['output'];
  CapRuleInput: CapRuleInput;
  CapScope: CapScope;
  CapScopeInput: CapScopeInput;
  CapUsage: CapUsage;
  CapWindow: CapWindow;
  CapWindowInput: CapWindowInput;
  CategoryPropensity: CategoryPropensity;
  CategoryPropensityInput: CategoryPropensityInput;
  CategorySpend: CategorySpend;
  Condition: Condition;
  ConditionInput: ConditionInput;
  Consent: Consent;
  ConsentEvent: ConsentEvent;
  ContextWeight: ContextWeight;
  ContextWeightInput: ContextWeightInput;
  CoolingWindow: CoolingWindow;
  CoolingWindowInput: CoolingWindowInput;
  Customer: CustomerModel;
  CustomerRecorded: Omit<CustomerRecorded, 'customer'> & { customer: ResolversParentTypes['Customer'] };
  DateTime: Scalars['DateTime']['output'];
  DecidedOffer: DecidedOfferModel;
  Decision: DecisionModel;
  DecisionBasis: DecisionBasis;
  DecisionContext: DecisionContext;
  DeclineDamping: DeclineDamping;
  DeclineDampingInput: DeclineDampingInput;
  DefineModelResult: ResolversUnionTypes<ResolversParentTypes>['DefineModelResult'];
  DefinePlacementResult: ResolversUnionTypes<ResolversParentTypes>['DefinePlacementResult'];
  Degradation: Degradation;
  DraftOfferResult: ResolversUnionTypes<ResolversParentTypes>['DraftOfferResult'];
  EndInteractionResult: ResolversUnionTypes<ResolversParentTypes>['EndInteractionResult'];
  ExplainedCandidate: ExplainedCandidate;
  Explanation: Explanation;
  ExternalModel: ExternalModel;
  ExternalModelInput: ExternalModelInput;
  Features: Features;
  Freshness: Freshness;
  GrantConsentInput: GrantConsentInput;
  GrantConsentResult: ResolversUnionTypes<ResolversParentTypes>['GrantConsentResult'];
  Identity: Identity;
  IdentityInput: IdentityInput;
  Interaction: Omit<Interaction, 'customer' | 'screenPops'> & { customer: ResolversParentTypes['Customer'], screenPops: Array<ResolversParentTypes['ScreenPop']> };
  InteractionRecorded: InteractionModel;
  JSON: Scalars['JSON']['output'];
  JoinAudiencesResult: ResolversUnionTypes<ResolversParentTypes>['JoinAudiencesResult'];
  KairosRefused: KairosRefused;
  LeaveAudiencesResult: ResolversUnionTypes<ResolversParentTypes>['LeaveAudiencesResult'];
  Lever: Lever;
  LeverInput: LeverInput;
  LinearTerms: LinearTerms;
  LinearTermsInput: LinearTermsInput;
  LinkIdentityResult: ResolversUnionTypes<ResolversParentTypes>['LinkIdentityResult'];
  LogisticModel: LogisticModel;
  LogisticModelInput: LogisticModelInput;
  Model: ModelModel;
  ModelRevision: Omit<ModelRevision, 'model'> & { model: ResolversParentTypes['Model'] };
  ModelTerms: ModelTermsModel;
  ModelTermsInput: ModelTermsInput;
  MomentContext: MomentContext;
  Money: Money;
  MoneyInput: MoneyInput;
  Mutation: Record<PropertyKey, never>;
  NeverAfter: NeverAfter;
  NeverAfterInput: NeverAfterInput;
  ObserveAttributesResult: ResolversUnionTypes<ResolversParentTypes>['ObserveAttributesResult'];
  ObserveInteractionResult: ResolversUnionTypes<ResolversParentTypes>['ObserveInteractionResult'];
  ObserveTimeZoneResult: ResolversUnionTypes<ResolversParentTypes>['ObserveTimeZoneResult'];
  Offer: OfferModel;
  OfferConnection: Omit<OfferConnection, 'edges'> & { edges: Array<ResolversParentTypes['OfferEdge']> };
  OfferEdge: Omit<OfferEdge, 'node'> & { node: ResolversParentTypes['Offer'] };
  OfferFilter: OfferFilter;
  OfferHistoryEntry: OfferHistoryEntry;
  OfferPropensity: OfferPropensity;
  OfferPropensityInput: OfferPropensityInput;
  OfferRevision: Omit<OfferRevision, 'offer'> & { offer: ResolversParentTypes['Offer'] };
  OfferTerms: Omit<OfferTerms, 'caps'> & { caps: Array<ResolversParentTypes['CapRule']> };
  OfferTermsInput: OfferTermsInput;
  OfferTermsOfModel: OfferTermsOfModel;
  OfferTermsOfModelInput: OfferTermsOfModelInput;
  Outcome: Outcome;
  OutcomeInput: OutcomeInput;
  OutcomeRecorded: OutcomeRecorded;
  PageInfo: PageInfo;
  PauseOfferResult: ResolversUnionTypes<ResolversParentTypes>['PauseOfferResult'];
  Placement: PlacementModel;
  PlacementRevision: Omit<PlacementRevision, 'placement'> & { placement: ResolversParentTypes['Placement'] };
  PlacementTerms: PlacementTermsModel;
  PlacementTermsInput: PlacementTermsInput;
  Product: Product;
  PropensityOrigin: PropensityOrigin;
  PublishOfferResult: ResolversUnionTypes<ResolversParentTypes>['PublishOfferResult'];
  Purpose: Purpose;
  Query: Record<PropertyKey, never>;
  QuietHours: QuietHours;
  QuietHoursInput: QuietHoursInput;
  Ranking: Ranking;
  RankingInput: RankingInput;
  ReadModelStatus: ReadModelStatus;
  ReasonCount: ReasonCount;
  RecentDecision: RecentDecision;
  RecordOutcomeResult: ResolversUnionTypes<ResolversParentTypes>['RecordOutcomeResult'];
  RecordSignalResult: ResolversUnionTypes<ResolversParentTypes>['RecordSignalResult'];
  RecordedOutcomes: Omit<RecordedOutcomes, 'results'> & { results: Array<ResolversParentTypes['RecordOutcomeResult']> };
  RecordedSignals: Omit<RecordedSignals, 'results'> & { results: Array<ResolversParentTypes['RecordSignalResult']> };
  RedefinePlacementResult: ResolversUnionTypes<ResolversParentTypes>['RedefinePlacementResult'];
  RegisterCustomerResult: ResolversUnionTypes<ResolversParentTypes>['RegisterCustomerResult'];
  RejectOfferResult: ResolversUnionTypes<ResolversParentTypes>['RejectOfferResult'];
  RespondToOfferInput: RespondToOfferInput;
  RespondToOfferResult: ResolversUnionTypes<ResolversParentTypes>['RespondToOfferResult'];
  ResumeOfferResult: ResolversUnionTypes<ResolversParentTypes>['ResumeOfferResult'];
  RetireModelResult: ResolversUnionTypes<ResolversParentTypes>['RetireModelResult'];
  RetireOfferResult: ResolversUnionTypes<ResolversParentTypes>['RetireOfferResult'];
  RetirePlacementResult: ResolversUnionTypes<ResolversParentTypes>['RetirePlacementResult'];
  ReviseModelResult: ResolversUnionTypes<ResolversParentTypes>['ReviseModelResult'];
  ReviseOfferResult: ResolversUnionTypes<ResolversParentTypes>['ReviseOfferResult'];
  ScoreComponents: ScoreComponents;
  ScreenPop: ScreenPopModel;
  ServiceLevel: ServiceLevelModel;
  ServiceLevelMinute: ServiceLevelMinuteModel;
  SignalInput: SignalInput;
  SignalRecorded: SignalRecorded;
  SignalWindows: SignalWindows;
  SimulateOfferInput: SimulateOfferInput;
  SimulationOverrides: SimulationOverrides;
  StageBudgets: StageBudgets;
  StageBudgetsInput: StageBudgetsInput;
  StartInteractionInput: StartInteractionInput;
  StartInteractionResult: ResolversUnionTypes<ResolversParentTypes>['StartInteractionResult'];
  StaticModel: StaticModel;
  StaticModelInput: StaticModelInput;
  SubmitOfferResult: ResolversUnionTypes<ResolversParentTypes>['SubmitOfferResult'];
  Subscription: Record<PropertyKey, never>;
  Suppression: Suppression;
  SuppressionInput: SuppressionInput;
  TermsWarning: TermsWarning;
  Treatment: Treatment;
  TreatmentInput: TreatmentInput;
  Trigger: Trigger;
  TriggerInput: TriggerInput;
  UnlinkIdentityResult: ResolversUnionTypes<ResolversParentTypes>['UnlinkIdentityResult'];
  Vocabulary: Vocabulary;
  Windows: Windows;
  WithdrawConsentInput: WithdrawConsentInput;
  WithdrawConsentResult: ResolversUnionTypes<ResolversParentTypes>['WithdrawConsentResult'];
};

export type ApproveModelResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApproveModelResult'] = ResolversParentTypes['ApproveModelResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'ModelRevision', ParentType, ContextType>;
};

export type ApproveOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ApproveOfferResult'] = ResolversParentTypes['ApproveOfferResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OfferRevision', ParentType, ContextType>;
};

export type AttributeDeclarationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AttributeDeclaration'] = ResolversParentTypes['AttributeDeclaration']> = {
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AttributeWeightResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AttributeWeight'] = ResolversParentTypes['AttributeWeight']> = {
  attribute?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unknown?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  weight?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type AuditConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditConnection'] = ResolversParentTypes['AuditConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AuditEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AuditEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEdge'] = ResolversParentTypes['AuditEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>;
};

export type AuditEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry']> = {
  actor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  causationId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  channel?: Resolver<Maybe<ResolversTypes['Channel']>, ParentType, ContextType>;
  correlationId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AuditKind'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  purpose?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  recordedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  revision?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  subjectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type BurnRateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BurnRate'] = ResolversParentTypes['BurnRate']> = {
  rate?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  seconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CapRuleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CapRule'] = ResolversParentTypes['CapRule']> = {
  counts?: Resolver<ResolversTypes['CapCounts'], ParentType, ContextType>;
  limit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pauseDays?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['CapScope'], ParentType, ContextType>;
  strict?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['CapSubject'], ParentType, ContextType>;
  window?: Resolver<ResolversTypes['CapWindow'], ParentType, ContextType>;
};

export type CapScopeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CapScope'] = ResolversParentTypes['CapScope']> = {
  channel?: Resolver<Maybe<ResolversTypes['Channel']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['CapScopeKind'], ParentType, ContextType>;
  placements?: Resolver<Maybe<Array<ResolversTypes['ID']>>, ParentType, ContextType>;
  tag?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type CapUsageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CapUsage'] = ResolversParentTypes['CapUsage']> = {
  cap?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  counts?: Resolver<ResolversTypes['CapCounts'], ParentType, ContextType>;
  limit?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  offerId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  pausedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['CapScope'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['CapSubject'], ParentType, ContextType>;
  used?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type CapWindowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CapWindow'] = ResolversParentTypes['CapWindow']> = {
  kind?: Resolver<ResolversTypes['CapWindowKind'], ParentType, ContextType>;
  seconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  unit?: Resolver<Maybe<ResolversTypes['CalendarUnit']>, ParentType, ContextType>;
  zone?: Resolver<Maybe<ResolversTypes['CapZone']>, ParentType, ContextType>;
};

export type CategoryPropensityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CategoryPropensity'] = ResolversParentTypes['CategoryPropensity']> = {
  category?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  propensity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type CategorySpendResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CategorySpend'] = ResolversParentTypes['CategorySpend']> = {
  amount?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  category?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ConditionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Condition'] = ResolversParentTypes['Condition']> = {
  expression?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ConsentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Consent'] = ResolversParentTypes['Consent']> = {
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  evidence?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  jurisdiction?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  policyVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  purpose?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ConsentState'], ParentType, ContextType>;
};

export type ConsentEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ConsentEvent'] = ResolversParentTypes['ConsentEvent']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  evidence?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  jurisdiction?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  policyVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  purpose?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ContextWeightResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ContextWeight'] = ResolversParentTypes['ContextWeight']> = {
  expression?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  percent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type CoolingWindowResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CoolingWindow'] = ResolversParentTypes['CoolingWindow']> = {
  scope?: Resolver<ResolversTypes['CoolingScope'], ParentType, ContextType>;
  seconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type CustomerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Customer'] = ResolversParentTypes['Customer'], FederationReferenceType extends FederationReferenceTypes['Customer'] = FederationReferenceTypes['Customer']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Customer']> | FederationReferenceType, FederationReferenceType, ContextType>;
  attributes?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  audiences?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  capUsage?: Resolver<Maybe<Array<ResolversTypes['CapUsage']>>, ParentType, ContextType, RequireFields<CustomerCapUsageArgs, 'placement'>>;
  consentHistory?: Resolver<Array<ResolversTypes['ConsentEvent']>, ParentType, ContextType>;
  consents?: Resolver<Array<ResolversTypes['Consent']>, ParentType, ContextType>;
  features?: Resolver<ResolversTypes['Features'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  identities?: Resolver<Array<ResolversTypes['Identity']>, ParentType, ContextType>;
  nextBestOffer?: Resolver<Maybe<ResolversTypes['Decision']>, ParentType, ContextType, RequireFields<CustomerNextBestOfferArgs, 'placement'>>;
  recentDecisions?: Resolver<Array<ResolversTypes['RecentDecision']>, ParentType, ContextType>;
  registeredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type CustomerRecordedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CustomerRecorded'] = ResolversParentTypes['CustomerRecorded']> = {
  customer?: Resolver<ResolversTypes['Customer'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DecidedOfferResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DecidedOffer'] = ResolversParentTypes['DecidedOffer']> = {
  components?: Resolver<ResolversTypes['ScoreComponents'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  offer?: Resolver<ResolversTypes['Offer'], ParentType, ContextType>;
  outcomes?: Resolver<Array<ResolversTypes['Outcome']>, ParentType, ContextType>;
  propensityFrom?: Resolver<Maybe<ResolversTypes['PropensityOrigin']>, ParentType, ContextType>;
  reasons?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  selectionProbability?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  slot?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  treatment?: Resolver<ResolversTypes['Treatment'], ParentType, ContextType>;
};

export type DecisionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Decision'] = ResolversParentTypes['Decision'], FederationReferenceType extends FederationReferenceTypes['Decision'] = FederationReferenceTypes['Decision']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Decision']> | FederationReferenceType, FederationReferenceType, ContextType>;
  basis?: Resolver<ResolversTypes['DecisionBasis'], ParentType, ContextType>;
  cause?: Resolver<Maybe<ResolversTypes['Reason']>, ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  customer?: Resolver<ResolversTypes['Customer'], ParentType, ContextType>;
  decidedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  degradations?: Resolver<Array<ResolversTypes['Degradation']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  offer?: Resolver<Maybe<ResolversTypes['DecidedOffer']>, ParentType, ContextType>;
  offers?: Resolver<Array<ResolversTypes['DecidedOffer']>, ParentType, ContextType>;
  placementId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  recorded?: Resolver<ResolversTypes['RecordingMode'], ParentType, ContextType>;
  rejections?: Resolver<Array<ResolversTypes['ReasonCount']>, ParentType, ContextType>;
  resolution?: Resolver<ResolversTypes['Resolution'], ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type DecisionBasisResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DecisionBasis'] = ResolversParentTypes['DecisionBasis']> = {
  catalogue?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  seed?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  signals?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DeclineDampingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeclineDamping'] = ResolversParentTypes['DeclineDamping']> = {
  doubling?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  seconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DefineModelResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DefineModelResult'] = ResolversParentTypes['DefineModelResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'ModelRevision', ParentType, ContextType>;
};

export type DefinePlacementResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DefinePlacementResult'] = ResolversParentTypes['DefinePlacementResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'PlacementRevision', ParentType, ContextType>;
};

export type DegradationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Degradation'] = ResolversParentTypes['Degradation']> = {
  cause?: Resolver<ResolversTypes['DegradationCause'], ParentType, ContextType>;
  instead?: Resolver<ResolversTypes['DegradationRule'], ParentType, ContextType>;
  stage?: Resolver<ResolversTypes['DecisionStage'], ParentType, ContextType>;
};

export type DraftOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DraftOfferResult'] = ResolversParentTypes['DraftOfferResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OfferRevision', ParentType, ContextType>;
};

export type EndInteractionResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EndInteractionResult'] = ResolversParentTypes['EndInteractionResult']> = {
  __resolveType: TypeResolveFn<'InteractionRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type ExplainedCandidateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExplainedCandidate'] = ResolversParentTypes['ExplainedCandidate']> = {
  components?: Resolver<Maybe<ResolversTypes['ScoreComponents']>, ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  met?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  offerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  propensityFrom?: Resolver<Maybe<ResolversTypes['PropensityOrigin']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['Reason']>, ParentType, ContextType>;
  score?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  selectionProbability?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  slot?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  stage?: Resolver<Maybe<ResolversTypes['Stage']>, ParentType, ContextType>;
};

export type ExplanationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Explanation'] = ResolversParentTypes['Explanation']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  candidates?: Resolver<Array<ResolversTypes['ExplainedCandidate']>, ParentType, ContextType>;
  cause?: Resolver<Maybe<ResolversTypes['Reason']>, ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  decisionId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  placementId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  reproduced?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  resolution?: Resolver<ResolversTypes['Resolution'], ParentType, ContextType>;
  sameVocabulary?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type ExternalModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ExternalModel'] = ResolversParentTypes['ExternalModel']> = {
  attributes?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  budgetMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastKnownSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sendsCustomerId?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type FeaturesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Features'] = ResolversParentTypes['Features']> = {
  ageSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  cartValue?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lastSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastViewedCategories?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  lastViewedSkus?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  spendByCategory?: Resolver<Array<ResolversTypes['CategorySpend']>, ParentType, ContextType>;
  windows?: Resolver<Array<ResolversTypes['SignalWindows']>, ParentType, ContextType>;
};

export type FreshnessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Freshness'] = ResolversParentTypes['Freshness']> = {
  events?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  max?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  p50?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  p99?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type GrantConsentResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GrantConsentResult'] = ResolversParentTypes['GrantConsentResult']> = {
  __resolveType: TypeResolveFn<'CustomerRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type IdentityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Identity'] = ResolversParentTypes['Identity']> = {
  kind?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type InteractionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Interaction'] = ResolversParentTypes['Interaction']> = {
  agentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  attributes?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  customer?: Resolver<ResolversTypes['Customer'], ParentType, ContextType>;
  ended?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  placementId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  screenPops?: Resolver<Array<ResolversTypes['ScreenPop']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type InteractionRecordedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['InteractionRecorded'] = ResolversParentTypes['InteractionRecorded']> = {
  ended?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  interactionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  screenPop?: Resolver<Maybe<ResolversTypes['ScreenPop']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type JoinAudiencesResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['JoinAudiencesResult'] = ResolversParentTypes['JoinAudiencesResult']> = {
  __resolveType: TypeResolveFn<'CustomerRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type KairosRefusedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KairosRefused'] = ResolversParentTypes['KairosRefused']> = {
  field?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['RefusalReason'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LeaveAudiencesResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LeaveAudiencesResult'] = ResolversParentTypes['LeaveAudiencesResult']> = {
  __resolveType: TypeResolveFn<'CustomerRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type LeverResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Lever'] = ResolversParentTypes['Lever']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  percent?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type LinearTermsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LinearTerms'] = ResolversParentTypes['LinearTerms']> = {
  intercept?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  weights?: Resolver<Array<ResolversTypes['AttributeWeight']>, ParentType, ContextType>;
};

export type LinkIdentityResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LinkIdentityResult'] = ResolversParentTypes['LinkIdentityResult']> = {
  __resolveType: TypeResolveFn<'CustomerRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type LogisticModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['LogisticModel'] = ResolversParentTypes['LogisticModel']> = {
  offers?: Resolver<Array<ResolversTypes['OfferTermsOfModel']>, ParentType, ContextType>;
  shared?: Resolver<Maybe<ResolversTypes['LinearTerms']>, ParentType, ContextType>;
};

export type ModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Model'] = ResolversParentTypes['Model']> = {
  approvedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  approvedRevision?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  approvedTerms?: Resolver<Maybe<ResolversTypes['ModelTerms']>, ParentType, ContextType>;
  authors?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  retired?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  terms?: Resolver<ResolversTypes['ModelTerms'], ParentType, ContextType>;
};

export type ModelRevisionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModelRevision'] = ResolversParentTypes['ModelRevision']> = {
  model?: Resolver<ResolversTypes['Model'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelTermsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModelTerms'] = ResolversParentTypes['ModelTerms']> = {
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  external?: Resolver<Maybe<ResolversTypes['ExternalModel']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ModelKind'], ParentType, ContextType>;
  logistic?: Resolver<Maybe<ResolversTypes['LogisticModel']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  static?: Resolver<Maybe<ResolversTypes['StaticModel']>, ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  approveModel?: Resolver<ResolversTypes['ApproveModelResult'], ParentType, ContextType, RequireFields<MutationApproveModelArgs, 'modelId'>>;
  approveOffer?: Resolver<ResolversTypes['ApproveOfferResult'], ParentType, ContextType, RequireFields<MutationApproveOfferArgs, 'offerId'>>;
  defineModel?: Resolver<ResolversTypes['DefineModelResult'], ParentType, ContextType, RequireFields<MutationDefineModelArgs, 'modelId' | 'terms'>>;
  definePlacement?: Resolver<ResolversTypes['DefinePlacementResult'], ParentType, ContextType, RequireFields<MutationDefinePlacementArgs, 'placementId' | 'terms'>>;
  draftOffer?: Resolver<ResolversTypes['DraftOfferResult'], ParentType, ContextType, RequireFields<MutationDraftOfferArgs, 'offerId' | 'terms'>>;
  endInteraction?: Resolver<ResolversTypes['EndInteractionResult'], ParentType, ContextType, RequireFields<MutationEndInteractionArgs, 'interactionId' | 'summary'>>;
  grantConsent?: Resolver<ResolversTypes['GrantConsentResult'], ParentType, ContextType, RequireFields<MutationGrantConsentArgs, 'input'>>;
  joinAudiences?: Resolver<ResolversTypes['JoinAudiencesResult'], ParentType, ContextType, RequireFields<MutationJoinAudiencesArgs, 'audiences' | 'customerId'>>;
  leaveAudiences?: Resolver<ResolversTypes['LeaveAudiencesResult'], ParentType, ContextType, RequireFields<MutationLeaveAudiencesArgs, 'audiences' | 'customerId'>>;
  linkIdentity?: Resolver<ResolversTypes['LinkIdentityResult'], ParentType, ContextType, RequireFields<MutationLinkIdentityArgs, 'customerId' | 'identity'>>;
  observeAttributes?: Resolver<ResolversTypes['ObserveAttributesResult'], ParentType, ContextType, RequireFields<MutationObserveAttributesArgs, 'attributes' | 'customerId' | 'source'>>;
  observeInteraction?: Resolver<ResolversTypes['ObserveInteractionResult'], ParentType, ContextType, RequireFields<MutationObserveInteractionArgs, 'attributes' | 'interactionId'>>;
  observeTimeZone?: Resolver<ResolversTypes['ObserveTimeZoneResult'], ParentType, ContextType, RequireFields<MutationObserveTimeZoneArgs, 'customerId' | 'timeZone'>>;
  pauseOffer?: Resolver<ResolversTypes['PauseOfferResult'], ParentType, ContextType, RequireFields<MutationPauseOfferArgs, 'offerId' | 'reason'>>;
  publishOffer?: Resolver<ResolversTypes['PublishOfferResult'], ParentType, ContextType, RequireFields<MutationPublishOfferArgs, 'offerId'>>;
  recordOutcomes?: Resolver<ResolversTypes['RecordedOutcomes'], ParentType, ContextType, RequireFields<MutationRecordOutcomesArgs, 'outcomes'>>;
  recordSignals?: Resolver<ResolversTypes['RecordedSignals'], ParentType, ContextType, RequireFields<MutationRecordSignalsArgs, 'signals'>>;
  redefinePlacement?: Resolver<ResolversTypes['RedefinePlacementResult'], ParentType, ContextType, RequireFields<MutationRedefinePlacementArgs, 'placementId' | 'terms'>>;
  registerCustomer?: Resolver<ResolversTypes['RegisterCustomerResult'], ParentType, ContextType, RequireFields<MutationRegisterCustomerArgs, 'customerId' | 'timeZone'>>;
  rejectOffer?: Resolver<ResolversTypes['RejectOfferResult'], ParentType, ContextType, RequireFields<MutationRejectOfferArgs, 'offerId' | 'reason'>>;
  respondToOffer?: Resolver<ResolversTypes['RespondToOfferResult'], ParentType, ContextType, RequireFields<MutationRespondToOfferArgs, 'input'>>;
  resumeOffer?: Resolver<ResolversTypes['ResumeOfferResult'], ParentType, ContextType, RequireFields<MutationResumeOfferArgs, 'offerId'>>;
  retireModel?: Resolver<ResolversTypes['RetireModelResult'], ParentType, ContextType, RequireFields<MutationRetireModelArgs, 'modelId' | 'reason'>>;
  retireOffer?: Resolver<ResolversTypes['RetireOfferResult'], ParentType, ContextType, RequireFields<MutationRetireOfferArgs, 'offerId' | 'reason'>>;
  retirePlacement?: Resolver<ResolversTypes['RetirePlacementResult'], ParentType, ContextType, RequireFields<MutationRetirePlacementArgs, 'placementId'>>;
  reviseModel?: Resolver<ResolversTypes['ReviseModelResult'], ParentType, ContextType, RequireFields<MutationReviseModelArgs, 'modelId' | 'terms'>>;
  reviseOffer?: Resolver<ResolversTypes['ReviseOfferResult'], ParentType, ContextType, RequireFields<MutationReviseOfferArgs, 'offerId' | 'terms'>>;
  startInteraction?: Resolver<ResolversTypes['StartInteractionResult'], ParentType, ContextType, RequireFields<MutationStartInteractionArgs, 'input'>>;
  submitOffer?: Resolver<ResolversTypes['SubmitOfferResult'], ParentType, ContextType, RequireFields<MutationSubmitOfferArgs, 'offerId'>>;
  unlinkIdentity?: Resolver<ResolversTypes['UnlinkIdentityResult'], ParentType, ContextType, RequireFields<MutationUnlinkIdentityArgs, 'customerId' | 'identity'>>;
  withdrawConsent?: Resolver<ResolversTypes['WithdrawConsentResult'], ParentType, ContextType, RequireFields<MutationWithdrawConsentArgs, 'input'>>;
};

export type NeverAfterResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NeverAfter'] = ResolversParentTypes['NeverAfter']> = {
  offerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  outcome?: Resolver<ResolversTypes['PriorOutcome'], ParentType, ContextType>;
  withinSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ObserveAttributesResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObserveAttributesResult'] = ResolversParentTypes['ObserveAttributesResult']> = {
  __resolveType: TypeResolveFn<'CustomerRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type ObserveInteractionResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObserveInteractionResult'] = ResolversParentTypes['ObserveInteractionResult']> = {
  __resolveType: TypeResolveFn<'InteractionRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type ObserveTimeZoneResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObserveTimeZoneResult'] = ResolversParentTypes['ObserveTimeZoneResult']> = {
  __resolveType: TypeResolveFn<'CustomerRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type OfferResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Offer'] = ResolversParentTypes['Offer'], FederationReferenceType extends FederationReferenceTypes['Offer'] = FederationReferenceTypes['Offer']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Offer']> | FederationReferenceType, FederationReferenceType, ContextType>;
  history?: Resolver<Array<ResolversTypes['OfferHistoryEntry']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  lifecycle?: Resolver<ResolversTypes['OfferLifecycle'], ParentType, ContextType>;
  products?: Resolver<Array<ResolversTypes['Product']>, ParentType, ContextType>;
  publishedRevision?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  revisionState?: Resolver<ResolversTypes['RevisionState'], ParentType, ContextType>;
  terms?: Resolver<ResolversTypes['OfferTerms'], ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['TermsWarning']>, ParentType, ContextType>;
  workingTerms?: Resolver<ResolversTypes['OfferTerms'], ParentType, ContextType>;
};

export type OfferConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OfferConnection'] = ResolversParentTypes['OfferConnection']> = {
  edges?: Resolver<Array<ResolversTypes['OfferEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type OfferEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OfferEdge'] = ResolversParentTypes['OfferEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Offer'], ParentType, ContextType>;
};

export type OfferHistoryEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OfferHistoryEntry'] = ResolversParentTypes['OfferHistoryEntry']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  by?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type OfferPropensityResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OfferPropensity'] = ResolversParentTypes['OfferPropensity']> = {
  offerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  propensity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type OfferRevisionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OfferRevision'] = ResolversParentTypes['OfferRevision']> = {
  offer?: Resolver<ResolversTypes['Offer'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OfferTermsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OfferTerms'] = ResolversParentTypes['OfferTerms']> = {
  audiences?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  caps?: Resolver<Array<ResolversTypes['CapRule']>, ParentType, ContextType>;
  category?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  contextWeights?: Resolver<Array<ResolversTypes['ContextWeight']>, ParentType, ContextType>;
  creditWindowSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  eligibility?: Resolver<Array<ResolversTypes['Condition']>, ParentType, ContextType>;
  endAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  levers?: Resolver<Array<ResolversTypes['Lever']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  products?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  propensity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  purposes?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  rolloutShare?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  startAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  successCriterion?: Resolver<ResolversTypes['SuccessCriterion'], ParentType, ContextType>;
  suppression?: Resolver<ResolversTypes['Suppression'], ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  treatments?: Resolver<Array<ResolversTypes['Treatment']>, ParentType, ContextType>;
  trigger?: Resolver<Maybe<ResolversTypes['Trigger']>, ParentType, ContextType>;
  ttlSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type OfferTermsOfModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OfferTermsOfModel'] = ResolversParentTypes['OfferTermsOfModel']> = {
  intercept?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  offerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  weights?: Resolver<Array<ResolversTypes['AttributeWeight']>, ParentType, ContextType>;
};

export type OutcomeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Outcome'] = ResolversParentTypes['Outcome']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['OutcomeKind'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OutcomeRecordedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OutcomeRecorded'] = ResolversParentTypes['OutcomeRecorded']> = {
  alreadyRecorded?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  decisionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['OutcomeKind'], ParentType, ContextType>;
  offerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PauseOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PauseOfferResult'] = ResolversParentTypes['PauseOfferResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OfferRevision', ParentType, ContextType>;
};

export type PlacementResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Placement'] = ResolversParentTypes['Placement']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  retired?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  terms?: Resolver<ResolversTypes['PlacementTerms'], ParentType, ContextType>;
  warnings?: Resolver<Array<ResolversTypes['TermsWarning']>, ParentType, ContextType>;
};

export type PlacementRevisionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlacementRevision'] = ResolversParentTypes['PlacementRevision']> = {
  placement?: Resolver<ResolversTypes['Placement'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PlacementTermsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlacementTerms'] = ResolversParentTypes['PlacementTerms']> = {
  cadence?: Resolver<ResolversTypes['Cadence'], ParentType, ContextType>;
  caps?: Resolver<Array<ResolversTypes['CapRule']>, ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  coolingWindow?: Resolver<Maybe<ResolversTypes['CoolingWindow']>, ParentType, ContextType>;
  defaultAnswer?: Resolver<ResolversTypes['DefaultAnswer'], ParentType, ContextType>;
  explorationShare?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  fallbackOfferId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  minimumPropensity?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  model?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  perCategoryLimit?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  quietHours?: Resolver<Maybe<ResolversTypes['QuietHours']>, ParentType, ContextType>;
  ranking?: Resolver<ResolversTypes['Ranking'], ParentType, ContextType>;
  recording?: Resolver<ResolversTypes['RecordingMode'], ParentType, ContextType>;
  slots?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  stageBudgets?: Resolver<ResolversTypes['StageBudgets'], ParentType, ContextType>;
  timeBudgetMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ProductResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  sku?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type PropensityOriginResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PropensityOrigin'] = ResolversParentTypes['PropensityOrigin']> = {
  model?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['PropensitySource'], ParentType, ContextType>;
};

export type PublishOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PublishOfferResult'] = ResolversParentTypes['PublishOfferResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OfferRevision', ParentType, ContextType>;
};

export type PurposeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Purpose'] = ResolversParentTypes['Purpose']> = {
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  auditTrail?: Resolver<Maybe<ResolversTypes['AuditConnection']>, ParentType, ContextType, RequireFields<QueryAuditTrailArgs, 'first'>>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType, RequireFields<QueryCustomerArgs, 'id'>>;
  decision?: Resolver<Maybe<ResolversTypes['Decision']>, ParentType, ContextType, RequireFields<QueryDecisionArgs, 'id'>>;
  explainDecision?: Resolver<Maybe<ResolversTypes['Explanation']>, ParentType, ContextType, RequireFields<QueryExplainDecisionArgs, 'id'>>;
  interaction?: Resolver<Maybe<ResolversTypes['Interaction']>, ParentType, ContextType, RequireFields<QueryInteractionArgs, 'id'>>;
  model?: Resolver<Maybe<ResolversTypes['Model']>, ParentType, ContextType, RequireFields<QueryModelArgs, 'id'>>;
  models?: Resolver<Array<ResolversTypes['Model']>, ParentType, ContextType>;
  nextBestOffer?: Resolver<Maybe<ResolversTypes['Decision']>, ParentType, ContextType, RequireFields<QueryNextBestOfferArgs, 'context' | 'placement'>>;
  nextBestOffers?: Resolver<Maybe<Array<ResolversTypes['Decision']>>, ParentType, ContextType, RequireFields<QueryNextBestOffersArgs, 'context' | 'placements'>>;
  offer?: Resolver<Maybe<ResolversTypes['Offer']>, ParentType, ContextType, RequireFields<QueryOfferArgs, 'id'>>;
  offers?: Resolver<Maybe<ResolversTypes['OfferConnection']>, ParentType, ContextType, RequireFields<QueryOffersArgs, 'first'>>;
  placements?: Resolver<Array<ResolversTypes['Placement']>, ParentType, ContextType>;
  readModels?: Resolver<ResolversTypes['ReadModelStatus'], ParentType, ContextType>;
  simulateOffer?: Resolver<Maybe<ResolversTypes['Explanation']>, ParentType, ContextType, RequireFields<QuerySimulateOfferArgs, 'input'>>;
  slo?: Resolver<Array<ResolversTypes['ServiceLevel']>, ParentType, ContextType>;
  vocabulary?: Resolver<ResolversTypes['Vocabulary'], ParentType, ContextType>;
};

export type QuietHoursResolvers<ContextType = Context, ParentType extends ResolversParentTypes['QuietHours'] = ResolversParentTypes['QuietHours']> = {
  from?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RankingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Ranking'] = ResolversParentTypes['Ranking']> = {
  formula?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  method?: Resolver<ResolversTypes['RankingMethod'], ParentType, ContextType>;
};

export type ReadModelStatusResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReadModelStatus'] = ResolversParentTypes['ReadModelStatus']> = {
  freshness?: Resolver<ResolversTypes['Freshness'], ParentType, ContextType>;
  head?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ReasonCountResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReasonCount'] = ResolversParentTypes['ReasonCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['Reason'], ParentType, ContextType>;
};

export type RecentDecisionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RecentDecision'] = ResolversParentTypes['RecentDecision']> = {
  decidedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  decisionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  offerIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
  placementId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type RecordOutcomeResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RecordOutcomeResult'] = ResolversParentTypes['RecordOutcomeResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OutcomeRecorded', ParentType, ContextType>;
};

export type RecordSignalResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RecordSignalResult'] = ResolversParentTypes['RecordSignalResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'SignalRecorded', ParentType, ContextType>;
};

export type RecordedOutcomesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RecordedOutcomes'] = ResolversParentTypes['RecordedOutcomes']> = {
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  results?: Resolver<Array<ResolversTypes['RecordOutcomeResult']>, ParentType, ContextType>;
};

export type RecordedSignalsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RecordedSignals'] = ResolversParentTypes['RecordedSignals']> = {
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  results?: Resolver<Array<ResolversTypes['RecordSignalResult']>, ParentType, ContextType>;
};

export type RedefinePlacementResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RedefinePlacementResult'] = ResolversParentTypes['RedefinePlacementResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'PlacementRevision', ParentType, ContextType>;
};

export type RegisterCustomerResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RegisterCustomerResult'] = ResolversParentTypes['RegisterCustomerResult']> = {
  __resolveType: TypeResolveFn<'CustomerRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type RejectOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RejectOfferResult'] = ResolversParentTypes['RejectOfferResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OfferRevision', ParentType, ContextType>;
};

export type RespondToOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RespondToOfferResult'] = ResolversParentTypes['RespondToOfferResult']> = {
  __resolveType: TypeResolveFn<'InteractionRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type ResumeOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ResumeOfferResult'] = ResolversParentTypes['ResumeOfferResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OfferRevision', ParentType, ContextType>;
};

export type RetireModelResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetireModelResult'] = ResolversParentTypes['RetireModelResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'ModelRevision', ParentType, ContextType>;
};

export type RetireOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetireOfferResult'] = ResolversParentTypes['RetireOfferResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OfferRevision', ParentType, ContextType>;
};

export type RetirePlacementResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetirePlacementResult'] = ResolversParentTypes['RetirePlacementResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'PlacementRevision', ParentType, ContextType>;
};

export type ReviseModelResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReviseModelResult'] = ResolversParentTypes['ReviseModelResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'ModelRevision', ParentType, ContextType>;
};

export type ReviseOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReviseOfferResult'] = ResolversParentTypes['ReviseOfferResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OfferRevision', ParentType, ContextType>;
};

export type ScoreComponentsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScoreComponents'] = ResolversParentTypes['ScoreComponents']> = {
  contextWeight?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  lever?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  propensity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ScreenPopResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScreenPop'] = ResolversParentTypes['ScreenPop']> = {
  agentId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cause?: Resolver<ResolversTypes['ScreenPopCause'], ParentType, ContextType>;
  decision?: Resolver<ResolversTypes['Decision'], ParentType, ContextType>;
  interactionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  script?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ServiceLevelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ServiceLevel'] = ResolversParentTypes['ServiceLevel']> = {
  atMost?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  bad?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  bar?: Resolver<ResolversTypes['ServiceLevelBar'], ParentType, ContextType>;
  budgetLeft?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  burnRates?: Resolver<Array<ResolversTypes['BurnRate']>, ParentType, ContextType>;
  events?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  minutes?: Resolver<Array<ResolversTypes['ServiceLevelMinute']>, ParentType, ContextType>;
  objective?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  sentence?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['ServiceLevelState'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['ServiceLevelUnit'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  valueNow?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  windowDays?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ServiceLevelMinuteResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ServiceLevelMinute'] = ResolversParentTypes['ServiceLevelMinute']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  bad?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  events?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type SignalRecordedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignalRecorded'] = ResolversParentTypes['SignalRecorded']> = {
  alreadyRecorded?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  signalId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SignalWindowsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SignalWindows'] = ResolversParentTypes['SignalWindows']> = {
  counts?: Resolver<ResolversTypes['Windows'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SignalKind'], ParentType, ContextType>;
  sums?: Resolver<ResolversTypes['Windows'], ParentType, ContextType>;
};

export type StageBudgetsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StageBudgets'] = ResolversParentTypes['StageBudgets']> = {
  decide?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  features?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  load?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  model?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  record?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reserve?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type StartInteractionResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StartInteractionResult'] = ResolversParentTypes['StartInteractionResult']> = {
  __resolveType: TypeResolveFn<'InteractionRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type StaticModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StaticModel'] = ResolversParentTypes['StaticModel']> = {
  categories?: Resolver<Array<ResolversTypes['CategoryPropensity']>, ParentType, ContextType>;
  default?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  offers?: Resolver<Array<ResolversTypes['OfferPropensity']>, ParentType, ContextType>;
};

export type SubmitOfferResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SubmitOfferResult'] = ResolversParentTypes['SubmitOfferResult']> = {
  __resolveType: TypeResolveFn<'KairosRefused' | 'OfferRevision', ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  screenPop?: SubscriptionResolver<ResolversTypes['ScreenPop'], "screenPop", ParentType, ContextType, RequireFields<SubscriptionScreenPopArgs, 'agentId'>>;
};

export type SuppressionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Suppression'] = ResolversParentTypes['Suppression']> = {
  afterAcceptanceSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  afterDecline?: Resolver<Maybe<ResolversTypes['DeclineDamping']>, ParentType, ContextType>;
  neverAfter?: Resolver<Array<ResolversTypes['NeverAfter']>, ParentType, ContextType>;
};

export type TermsWarningResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TermsWarning'] = ResolversParentTypes['TermsWarning']> = {
  field?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rule?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TreatmentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Treatment'] = ResolversParentTypes['Treatment']> = {
  agentScript?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  body?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  deepLink?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  headline?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  imageUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TriggerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Trigger'] = ResolversParentTypes['Trigger']> = {
  atLeast?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  category?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  signal?: Resolver<ResolversTypes['SignalKind'], ParentType, ContextType>;
  withinSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UnlinkIdentityResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UnlinkIdentityResult'] = ResolversParentTypes['UnlinkIdentityResult']> = {
  __resolveType: TypeResolveFn<'CustomerRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type VocabularyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Vocabulary'] = ResolversParentTypes['Vocabulary']> = {
  context?: Resolver<Array<ResolversTypes['AttributeDeclaration']>, ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  profile?: Resolver<Array<ResolversTypes['AttributeDeclaration']>, ParentType, ContextType>;
  purposes?: Resolver<Array<ResolversTypes['Purpose']>, ParentType, ContextType>;
};

export type WindowsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Windows'] = ResolversParentTypes['Windows']> = {
  d7?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  d30?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  d90?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  h1?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  h24?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type WithdrawConsentResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['WithdrawConsentResult'] = ResolversParentTypes['WithdrawConsentResult']> = {
  __resolveType: TypeResolveFn<'CustomerRecorded' | 'KairosRefused', ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  ApproveModelResult?: ApproveModelResultResolvers<ContextType>;
  ApproveOfferResult?: ApproveOfferResultResolvers<ContextType>;
  AttributeDeclaration?: AttributeDeclarationResolvers<ContextType>;
  AttributeWeight?: AttributeWeightResolvers<ContextType>;
  AuditConnection?: AuditConnectionResolvers<ContextType>;
  AuditEdge?: AuditEdgeResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  BurnRate?: BurnRateResolvers<ContextType>;
  CapRule?: CapRuleResolvers<ContextType>;
  CapScope?: CapScopeResolvers<ContextType>;
  CapUsage?: CapUsageResolvers<ContextType>;
  CapWindow?: CapWindowResolvers<ContextType>;
  CategoryPropensity?: CategoryPropensityResolvers<ContextType>;
  CategorySpend?: CategorySpendResolvers<ContextType>;
  Condition?: ConditionResolvers<ContextType>;
  Consent?: ConsentResolvers<ContextType>;
  ConsentEvent?: ConsentEventResolvers<ContextType>;
  ContextWeight?: ContextWeightResolvers<ContextType>;
  CoolingWindow?: CoolingWindowResolvers<ContextType>;
  Customer?: CustomerResolvers<ContextType>;
  CustomerRecorded?: CustomerRecordedResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DecidedOffer?: DecidedOfferResolvers<ContextType>;
  Decision?: DecisionResolvers<ContextType>;
  DecisionBasis?: DecisionBasisResolvers<ContextType>;
  DeclineDamping?: DeclineDampingResolvers<ContextType>;
  DefineModelResult?: DefineModelResultResolvers<ContextType>;
  DefinePlacementResult?: DefinePlacementResultResolvers<ContextType>;
  Degradation?: DegradationResolvers<ContextType>;
  DraftOfferResult?: DraftOfferResultResolvers<ContextType>;
  EndInteractionResult?: EndInteractionResultResolvers<ContextType>;
  ExplainedCandidate?: ExplainedCandidateResolvers<ContextType>;
  Explanation?: ExplanationResolvers<ContextType>;
  ExternalModel?: ExternalModelResolvers<ContextType>;
  Features?: FeaturesResolvers<ContextType>;
  Freshness?: FreshnessResolvers<ContextType>;
  GrantConsentResult?: GrantConsentResultResolvers<ContextType>;
  Identity?: IdentityResolvers<ContextType>;
  Interaction?: InteractionResolvers<ContextType>;
  InteractionRecorded?: InteractionRecordedResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  JoinAudiencesResult?: JoinAudiencesResultResolvers<ContextType>;
  KairosRefused?: KairosRefusedResolvers<ContextType>;
  LeaveAudiencesResult?: LeaveAudiencesResultResolvers<ContextType>;
  Lever?: LeverResolvers<ContextType>;
  LinearTerms?: LinearTermsResolvers<ContextType>;
  LinkIdentityResult?: LinkIdentityResultResolvers<ContextType>;
  LogisticModel?: LogisticModelResolvers<ContextType>;
  Model?: ModelResolvers<ContextType>;
  ModelRevision?: ModelRevisionResolvers<ContextType>;
  ModelTerms?: ModelTermsResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  NeverAfter?: NeverAfterResolvers<ContextType>;
  ObserveAttributesResult?: ObserveAttributesResultResolvers<ContextType>;
  ObserveInteractionResult?: ObserveInteractionResultResolvers<ContextType>;
  ObserveTimeZoneResult?: ObserveTimeZoneResultResolvers<ContextType>;
  Offer?: OfferResolvers<ContextType>;
  OfferConnection?: OfferConnectionResolvers<ContextType>;
  OfferEdge?: OfferEdgeResolvers<ContextType>;
  OfferHistoryEntry?: OfferHistoryEntryResolvers<ContextType>;
  OfferPropensity?: OfferPropensityResolvers<ContextType>;
  OfferRevision?: OfferRevisionResolvers<ContextType>;
  OfferTerms?: OfferTermsResolvers<ContextType>;
  OfferTermsOfModel?: OfferTermsOfModelResolvers<ContextType>;
  Outcome?: OutcomeResolvers<ContextType>;
  OutcomeRecorded?: OutcomeRecordedResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PauseOfferResult?: PauseOfferResultResolvers<ContextType>;
  Placement?: PlacementResolvers<ContextType>;
  PlacementRevision?: PlacementRevisionResolvers<ContextType>;
  PlacementTerms?: PlacementTermsResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  PropensityOrigin?: PropensityOriginResolvers<ContextType>;
  PublishOfferResult?: PublishOfferResultResolvers<ContextType>;
  Purpose?: PurposeResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  QuietHours?: QuietHoursResolvers<ContextType>;
  Ranking?: RankingResolvers<ContextType>;
  ReadModelStatus?: ReadModelStatusResolvers<ContextType>;
  ReasonCount?: ReasonCountResolvers<ContextType>;
  RecentDecision?: RecentDecisionResolvers<ContextType>;
  RecordOutcomeResult?: RecordOutcomeResultResolvers<ContextType>;
  RecordSignalResult?: RecordSignalResultResolvers<ContextType>;
  RecordedOutcomes?: RecordedOutcomesResolvers<ContextType>;
  RecordedSignals?: RecordedSignalsResolvers<ContextType>;
  RedefinePlacementResult?: RedefinePlacementResultResolvers<ContextType>;
  RegisterCustomerResult?: RegisterCustomerResultResolvers<ContextType>;
  RejectOfferResult?: RejectOfferResultResolvers<ContextType>;
  RespondToOfferResult?: RespondToOfferResultResolvers<ContextType>;
  ResumeOfferResult?: ResumeOfferResultResolvers<ContextType>;
  RetireModelResult?: RetireModelResultResolvers<ContextType>;
  RetireOfferResult?: RetireOfferResultResolvers<ContextType>;
  RetirePlacementResult?: RetirePlacementResultResolvers<ContextType>;
  ReviseModelResult?: ReviseModelResultResolvers<ContextType>;
  ReviseOfferResult?: ReviseOfferResultResolvers<ContextType>;
  ScoreComponents?: ScoreComponentsResolvers<ContextType>;
  ScreenPop?: ScreenPopResolvers<ContextType>;
  ServiceLevel?: ServiceLevelResolvers<ContextType>;
  ServiceLevelMinute?: ServiceLevelMinuteResolvers<ContextType>;
  SignalRecorded?: SignalRecordedResolvers<ContextType>;
  SignalWindows?: SignalWindowsResolvers<ContextType>;
  StageBudgets?: StageBudgetsResolvers<ContextType>;
  StartInteractionResult?: StartInteractionResultResolvers<ContextType>;
  StaticModel?: StaticModelResolvers<ContextType>;
  SubmitOfferResult?: SubmitOfferResultResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Suppression?: SuppressionResolvers<ContextType>;
  TermsWarning?: TermsWarningResolvers<ContextType>;
  Treatment?: TreatmentResolvers<ContextType>;
  Trigger?: TriggerResolvers<ContextType>;
  UnlinkIdentityResult?: UnlinkIdentityResultResolvers<ContextType>;
  Vocabulary?: VocabularyResolvers<ContextType>;
  Windows?: WindowsResolvers<ContextType>;
  WithdrawConsentResult?: WithdrawConsentResultResolvers<ContextType>;
};

