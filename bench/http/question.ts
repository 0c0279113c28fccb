// The one query that all servers are asked, and the schema of it for those that do not have the engine's own.

export const placementId = 'bench-home';

export const query = `query NextBestOffer($placement: ID!, $context: DecisionContext!) {
  nextBestOffer(placement: $placement, context: $context) {
    id
    placementId
    channel
    decidedAt
    expiresAt
    resolution
    cause
    offers {
      slot
      name
      score
      selectionProbability
      reasons
      components { propensity contextWeight value lever }
      offer { id }
      treatment { channel headline body deepLink }
    }
    rejections { reason count }
  }
}`;

/** What `nextBestOffer` answers, as far as anybody here looks at it. */
export interface Answer {
  readonly id: string;
  readonly offers: readonly object[];
}

export function bodyFor(customerId: string, category: string): string {
  const variables = { placement: placementId, context: { customerId, attributes: { page: 'home', category } } };
  return JSON.stringify({ query, variables });
}

/** The types of schema.graphql that the query touches. */
export const typeDefs = `
  scalar DateTime
  scalar JSON
  type Query { nextBestOffer(placement: ID!, context: DecisionContext!): Decision }
  input DecisionContext { customerId: ID! requestId: ID attributes: JSON position: String }
  type Decision {
    id: ID!
    placementId: ID!
    channel: String!
    decidedAt: DateTime!
    expiresAt: DateTime!
    resolution: String!
    cause: String
    offers: [DecidedOffer!]!
    rejections: [ReasonCount!]!
  }
  type DecidedOffer {
    slot: Int!
    name: String!
    score: Float!
    selectionProbability: Float!
    reasons: [String!]!
    components: ScoreComponents!
    offer: Offer!
    treatment: Treatment!
  }
  type ScoreComponents { propensity: Float! contextWeight: Float! value: Float! lever: Float! }
  type Offer { id: ID! }
  type Treatment { channel: String! headline: String! body: String deepLink: String }
  type ReasonCount { reason: String! count: Int! }
`;

/** Names and kinds of everything in a value, lists by their first item: equal shapes are equal texts. */
export function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${shapeOf(value[0])}]`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return `{${Object.entries(value)
    .map(([name, own]) => `${name}:${shapeOf(own)}`)
    .join()}}`;
}
