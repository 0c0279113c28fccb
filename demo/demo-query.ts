// The first question a newcomer asks: a query that the demo's data surely answers with an offer and its reasons.

export interface DemoQuery {
  readonly placement: string;
  readonly customerId: string;
  /** A whole GraphQL query without variables. */
  readonly query: string;
}

// A household that buys beef and has the booklets of campaigns 18 and 19, which run in the week of the demo, in a placement
// without caps and silence: the same answer every time.
const placement = 'checkout';
const customerId = 'household-718';

export const demoQuery: DemoQuery = {
  placement,
  customerId,
  query:
    `{ nextBestOffer(placement: "${placement}", context: { customerId: "${customerId}", attributes: { category: "beef" } }) ` +
    '{ id resolution offer { name reasons score treatment { headline deepLink } } rejections { reason count } } }',
};
