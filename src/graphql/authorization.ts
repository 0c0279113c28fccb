// The one table of who may ask for which field, and what it means: no field of the schema is without a rule.
import type { AuditKind } from '../application/audit-trail.ts';
import { fail } from './errors.ts';
import { everyRole, type Identity, type Role, type RoleSet, roleNames, roleSet } from './roles.ts';

export type Rule =
  /** One of the roles is needed; those of `ownOnly` reach only what is their own. */
  | { readonly kind: 'ROLES'; readonly roles: RoleSet; readonly ownOnly: RoleSet }
  /** Without one of the roles the answer is `instead`. */
  | { readonly kind: 'REDACTED'; readonly roles: RoleSet; readonly instead: null | readonly never[] }
  /** Whoever may ask for what leads here may ask for this. */
  | { readonly kind: 'REACHED' };

const reached: Rule = { kind: 'REACHED' };
const anybody: Rule = { kind: 'ROLES', roles: everyRole, ownOnly: 0 };
const may = (...names: Role[]): Rule => ({ kind: 'ROLES', roles: roleSet(names), ownOnly: 0 });
/** Agents their own; the others all. */
const ownOf = (...others: Role[]): Rule => ({
  kind: 'ROLES',
  roles: roleSet(['agent', ...others]),
  ownOnly: roleSet(['agent']),
});
const nullUnless = (...names: Role[]): Rule => ({ kind: 'REDACTED', roles: roleSet(names), instead: null });
const emptyUnless = (...names: Role[]): Rule => ({ kind: 'REDACTED', roles: roleSet(names), instead: [] });

const readers: Role[] = ['customer:read', 'privacy'];
const board: Role[] = ['offer:write', 'offer:approve', 'operate'];

/** By type, the fields of a line separated by spaces. */
const table: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  Query: {
    'nextBestOffer nextBestOffers': may('decide'),
    decision: may('decide', 'operate', ...readers),
    explainDecision: may(...board, ...readers),
    // An offer may ask anything of a customer: what would be decided tells what is known of him.
    simulateOffer: may('customer:read'),
    'offer offers placements vocabulary': anybody,
    // Weights and addresses are not for everybody who may show offers.
    'model models': may(...board),
    customer: may(...readers),
    interaction: ownOf(...readers),
    'readModels slo': may('operate'),
    auditTrail: may('offer:approve', 'operate', 'privacy'),
    // Which types may be asked for: `entityRules`.
    _entities: anybody,
    '_service __schema __type': anybody,
  },
  Mutation: {
    'draftOffer reviseOffer submitOffer': may('offer:write'),
    'approveOffer rejectOffer': may('offer:approve'),
    'publishOffer pauseOffer resumeOffer retireOffer': may(...board),
    'definePlacement redefinePlacement retirePlacement': may('operate'),
    'defineModel reviseModel': may('offer:write'),
    approveModel: may('offer:approve'),
    retireModel: may(...board),
    'registerCustomer observeTimeZone linkIdentity observeAttributes': may('decide', 'operate'),
    'joinAudiences leaveAudiences': may('decide', 'operate'),
    unlinkIdentity: may('decide', 'operate', 'privacy'),
    'grantConsent withdrawConsent': may('decide', 'privacy'),
    'recordSignals recordOutcomes': may('decide'),
    'startInteraction observeInteraction endInteraction respondToOffer': ownOf('decide'),
  },
  Subscription: { screenPop: ownOf() },

  Customer: {
    id: reached,
    nextBestOffer: may('decide'),
    'registeredAt capUsage': nullUnless(...readers),
    'timeZone attributes audiences identities features consents consentHistory recentDecisions': may(...readers),
  },
  Decision: {
    'id customer placementId channel decidedAt expiresAt resolution stale offer offers cause rejections degradations':
      reached,
    'basis position recorded': reached,
  },
  DecidedOffer: {
    'offer slot revision name treatment score components propensityFrom selectionProbability outcomes': reached,
    // They say what of the customer's doings speaks for the offer.
    reasons: emptyUnless('decide', 'agent', ...readers),
  },
  Outcome: { 'kind at': reached, reason: nullUnless('agent', ...readers) },
  Explanation: {
    'decisionId customerId placementId at resolution cause candidates reproduced sameVocabulary': reached,
  },
  ExplainedCandidate: {
    'offerId name slot stage reason score components propensityFrom selectionProbability': reached,
    detail: nullUnless(...readers),
    met: emptyUnless(...readers),
  },
  Offer: {
    'id lifecycle revision revisionState publishedRevision terms products': reached,
    'workingTerms warnings history': may(...board),
  },
  Interaction: { 'id agentId customer placementId attributes startedAt ended screenPops': reached },
  ScreenPop: { 'position number agentId interactionId at cause decision script': reached },

  Degradation: { 'stage cause instead': reached },
  DecisionBasis: { 'catalogue signals seed': reached },
  ReasonCount: { 'reason count': reached },
  PropensityOrigin: { 'model revision source': reached },
  ScoreComponents: { 'propensity contextWeight value lever': reached },
  OfferHistoryEntry: { 'event revision by at reason': reached },
  Product: { sku: reached },
  Money: { 'amount currency': reached },
  OfferTerms: {
    'name description category tags purposes audiences eligibility value propensity priority': reached,
    'contextWeights levers treatments products successCriterion creditWindowSeconds ttlSeconds': reached,
    'startAt endAt rolloutShare caps suppression trigger': reached,
  },
  Condition: { 'name expression': reached },
  ContextWeight: { 'name expression percent': reached },
  Lever: { 'name percent': reached },
  Treatment: { 'channel headline body deepLink imageUrl agentScript': reached },
  CapRule: { 'name counts scope subject limit window pauseDays strict': reached },
  CapScope: { 'kind placements tag channel': reached },
  CapWindow: { 'kind seconds unit zone': reached },
  Suppression: { 'afterDecline afterAcceptanceSeconds neverAfter': reached },
  DeclineDamping: { 'seconds doubling': reached },
  NeverAfter: { 'offerId outcome withinSeconds': reached },
  Trigger: { 'signal category atLeast withinSeconds': reached },
  OfferConnection: { 'edges pageInfo totalCount': reached },
  OfferEdge: { 'cursor node': reached },
  AuditConnection: { 'edges pageInfo': reached },
  AuditEdge: { 'cursor node': reached },
  AuditEntry: {
    'position event kind subjectId actor at recordedAt correlationId causationId reason revision purpose channel':
      reached,
  },
  PageInfo: { 'hasNextPage hasPreviousPage startCursor endCursor': reached },
  Placement: { 'id revision retired terms warnings': reached },
  TermsWarning: { 'field rule': reached },
  PlacementTerms: {
    'name channel slots ranking coolingWindow timeBudgetMs stageBudgets fallbackOfferId cadence quietHours': reached,
    'minimumPropensity explorationShare perCategoryLimit caps recording defaultAnswer model': reached,
  },
  StageBudgets: { 'load features model decide reserve record': reached },
  Ranking: { 'method formula': reached },
  Model: { 'id revision approvedRevision retired terms approvedTerms approvedBy authors': reached },
  ModelTerms: { 'name description kind static logistic external': reached },
  StaticModel: { 'offers categories default': reached },
  OfferPropensity: { 'offerId propensity': reached },
  CategoryPropensity: { 'category propensity': reached },
  LogisticModel: { 'shared offers': reached },
  LinearTerms: { 'intercept weights': reached },
  OfferTermsOfModel: { 'offerId intercept weights': reached },
  AttributeWeight: { 'attribute category weight unknown': reached },
  ExternalModel: { 'url budgetMs attributes sendsCustomerId lastKnownSeconds': reached },
  CoolingWindow: { 'seconds scope': reached },
  QuietHours: { 'from to': reached },
  Identity: { 'kind value': reached },
  RecentDecision: { 'decisionId placementId decidedAt offerIds': reached },
  Features: {
    'lastSeenAt ageSeconds position cartValue lastViewedSkus lastViewedCategories windows spendByCategory': reached,
  },
  SignalWindows: { 'kind counts sums': reached },
  Windows: { 'h1 h24 d7 d30 d90': reached },
  CategorySpend: { 'category amount': reached },
  Consent: { 'purpose channel state since expiresAt evidence policyVersion jurisdiction': reached },
  ConsentEvent: { 'event purpose channel at evidence policyVersion jurisdiction expiresAt': reached },
  CapUsage: { 'cap offerId scope counts subject used limit pausedUntil': reached },
  Vocabulary: { 'currency purposes profile context': reached },
  Purpose: { 'id description': reached },
  AttributeDeclaration: { 'name type description': reached },
  ReadModelStatus: { 'position head freshness': reached },
  Freshness: { 'events p50 p99 max': reached },
  ServiceLevel: {
    'id sentence bar state unit atMost objective windowDays events bad value valueNow budgetLeft burnRates minutes':
      reached,
  },
  BurnRate: { 'seconds rate': reached },
  ServiceLevelMinute: { 'at events bad value': reached },
  KairosRefused: { 'reason rule field': reached },
  OfferRevision: { 'offer position': reached },
  PlacementRevision: { 'placement position': reached },
  ModelRevision: { 'model position': reached },
  CustomerRecorded: { 'customer position': reached },
  RecordedSignals: { 'results position': reached },
  SignalRecorded: { 'signalId alreadyRecorded': reached },
  RecordedOutcomes: { 'results position': reached },
  OutcomeRecorded: { 'decisionId offerId kind alreadyRecorded': reached },
  InteractionRecorded: { 'interactionId ended screenPop position': reached },
  _Service: { sdl: reached },
};

/** Who may ask for an entity by its reference, which can lead to it from any other subgraph. */
export const entityRules: Readonly<Record<string, Rule>> = {
  Customer: may('decide', ...readers),
  Decision: may('decide', 'operate', ...readers),
  Offer: anybody,
};

/** Who may ask for the trail of a person: what was allowed and when tells of him, and is `Customer.consentHistory` by another name. */
export const auditRules: Readonly<Partial<Record<AuditKind, Rule>>> = {
  CUSTOMER: may(...readers),
  CONSENT: may(...readers),
};

/** The rules by the name of their field, `Query.offer`. */
export const rulesOfFields: ReadonlyMap<string, Rule> = new Map(
  Object.entries(table).flatMap(([type, lines]) =>
    Object.entries(lines).flatMap(([fields, rule]) =>
      fields.split(' ').map((field) => [`${type}.${field}`, rule] as const),
    ),
  ),
);

/** @throws Error for a field that the table does not have: what is not said is not allowed. */
export function ruleOf(field: string): Rule {
  const rule = rulesOfFields.get(field);
  if (!rule) throw new Error(`${field} has no rule in the table of authorization`);
  return rule;
}

export function namesOf(set: RoleSet): readonly Role[] {
  return roleNames.filter((name) => (set & roleSet([name])) !== 0);
}

/** Whether a rule lets somebody ask; redacted fields may be asked for by everybody. */
export function isAllowed(rule: Rule, { roles }: Pick<Identity, 'roles'>): boolean {
  return rule.kind !== 'ROLES' || (rule.roles & roles) !== 0;
}

/** The refusal of a field or of an entity, to be thrown. */
export function forbidden(field: string, rule: Rule) {
  const needed = rule.kind === 'ROLES' ? namesOf(rule.roles) : [];
  const which = needed.length === 1 ? `the role ${needed[0]}` : `one of the roles ${needed.join(', ')}`;
  return fail('FORBIDDEN', `${field} needs ${which}.`, { reason: 'ROLE_MISSING', field, roles: needed });
}

/** Whether somebody may see only what is an agent's own under this field. */
export function isLimitedToOwn(field: string, { roles }: Identity): boolean {
  const rule = ruleOf(field);
  return rule.kind === 'ROLES' && (rule.roles & roles & ~rule.ownOnly) === 0;
}

/**
 * For fields that give agents only what is their own.
 * @throws fail('FORBIDDEN') for what is another agent's.
 */
export function mustBeOwn(field: string, agentId: string, identity: Identity): void {
  if (identity.subject === agentId || identity.isOpen || !isLimitedToOwn(field, identity)) return;
  throw fail('FORBIDDEN', `${field} gives an agent only what is her own.`, { reason: 'NOT_OWN', field });
}
