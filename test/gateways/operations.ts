// What clients ask of the supergraph: each crosses between the subgraphs, or reaches Kairos through the gateway unchanged.

/** From the shop to Kairos for the offers, and back to the shop for the products of them. */
export const customersWithOffers = `query ($ids: [ID!]!) {
  customers(ids: $ids) {
    id
    name
    nextBestOffer(placement: "home") {
      id
      resolution
      offers { reasons offer { id products { sku title price { amount currency } } } }
    }
  }
}`;

/** Both subgraphs know value types of these names. */
export const valuesOfBoth = `{
  products(first: 1) { edges { node { sku price { amount currency } } } pageInfo { hasNextPage endCursor } }
  offers(first: 1) { edges { node { id terms { value { amount currency } } } } pageInfo { hasNextPage endCursor } }
}`;

export const decide = `query ($customerId: ID!) {
  nextBestOffer(placement: "home", context: { customerId: $customerId, attributes: { page: "start" } }) {
    id
    cause
    customer { id name }
    offer { name offer { id products { sku title } } }
  }
}`;

export const draft = `mutation ($offerId: ID!, $terms: OfferTermsInput!) {
  draftOffer(offerId: $offerId, terms: $terms) {
    __typename
    ... on OfferRevision { position offer { id lifecycle history { by } products { sku title } } }
    ... on KairosRefused { reason rule field }
  }
}`;

export const approve = `mutation ($offerId: ID!) {
  approveOffer(offerId: $offerId) { __typename ... on KairosRefused { reason rule field } }
}`;

export const startInteraction = `mutation ($input: StartInteractionInput!) {
  startInteraction(input: $input) {
    __typename
    ... on InteractionRecorded { screenPop { position number } }
    ... on KairosRefused { reason rule field }
  }
}`;

/** Every pop brings a product of the shop along: the gateway has to ask the other subgraph for each. */
export const listen = `subscription ($agentId: ID!, $after: String) {
  screenPop(agentId: $agentId, after: $after) {
    position
    number
    interactionId
    script
    decision { offer { offer { id products { sku title } } } }
  }
}`;

export const heard = '{ heard { authorization correlationId } }';

export const operations = {
  customersWithOffers,
  valuesOfBoth,
  decide,
  draft,
  approve,
  startInteraction,
  listen,
  heard,
};
