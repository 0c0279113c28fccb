// What holds behind every gateway: joins in one batch, mutations, refusals as values, errors with their codes, headers through.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offerTerms } from '../catalogue-of-tests.ts';
import type { Answer, Json } from '../running-kairos.ts';
import { type Engine, type Gateway, missingFor, startGateway } from './engines.ts';
import { customers, type Graph, post, startGraph } from './graph.ts';
import * as operations from './operations.ts';
import { describeScreenPops } from './screen-pops-contract.ts';

export interface Rig {
  readonly graph: Graph;
  readonly gateway: Gateway;
}

export function describeGateway(engine: Engine): void {
  const missing = missingFor(engine);
  if (missing) console.warn(`skipped: ${engine.name}, as ${missing}`);

  describe.skipIf(missing)(`behind ${engine.name}`, () => {
    let graph: Graph;
    let gateway: Gateway;
    beforeAll(async () => {
      graph = await startGraph();
      gateway = await startGateway(engine, graph, engine.wires[0]);
    }, 60_000);
    afterAll(async () => {
      await gateway?.end('SIGTERM');
      await graph?.stop();
    });
    const ask = (query: string, variables?: object, headers?: Record<string, string>): Promise<Answer> =>
      post(gateway.url, query, variables, headers);

    it('it is this engine that answers', () => {
      // Hive Gateway takes its other runtime when it cannot load the one that was asked for.
      expect(gateway.output()).not.toContain('Falling back');
    });

    it('a hundred customers of the shop are decided for in one request to Kairos, and their products come from the shop', async () => {
      graph.line.heard.length = 0;
      const { data, errors } = await ask(operations.customersWithOffers, { ids: customers });
      expect(errors).toBeUndefined();
      const answered = data?.customers as Json[];
      expect(answered.map(({ id, name }) => [id, name])).toEqual(customers.map((id) => [id, `Customer ${id}`]));
      for (const { nextBestOffer } of answered) {
        expect(nextBestOffer).toMatchObject({ resolution: 'FRESH', offers: [{ offer: { id: 'fuel' } }] });
        expect(nextBestOffer.offers[0].offer.products).toEqual(
          ['sku-1', 'sku-22'].map((sku) => ({
            sku,
            title: `Product ${sku}`,
            price: { amount: sku.length * 100, currency: 'USD' },
          })),
        );
      }
      expect(new Set(answered.map(({ nextBestOffer }) => nextBestOffer.id)).size).toBe(100);
      const entities = graph.line.heard.filter(({ body }) => body.includes('_entities'));
      expect(entities).toHaveLength(1);
      expect(entities[0]?.body.match(/"customer-\d+"/g)).toHaveLength(100);
    });

    it('a decision of Kairos is joined with the customer and the products of the shop', async () => {
      const { data, errors } = await ask(operations.decide, { customerId: 'customer-7' });
      expect(errors).toBeUndefined();
      expect(data?.nextBestOffer).toMatchObject({
        cause: null,
        customer: { id: 'customer-7', name: 'Customer customer-7' },
        offer: { name: 'Fuel discount', offer: { id: 'fuel', products: [{ title: 'Product sku-1' }, {}] } },
      });
    });

    it('value types come from whichever subgraph is asked', async () => {
      const { data, errors } = await ask(operations.valuesOfBoth);
      expect(errors).toBeUndefined();
      expect(data).toMatchObject({
        products: { edges: [{ node: { price: { amount: 500, currency: 'USD' } } }], pageInfo: { hasNextPage: true } },
        offers: {
          edges: [{ node: { terms: { value: { amount: 1000 } } } }],
          pageInfo: { endCursor: expect.stringMatching(/./) },
        },
      });
    });

    it('a mutation is recorded once, with the actor whom the gateway hands on', async () => {
      const terms = { ...offerTerms, endAt: null, products: ['sku-3'] };
      const drafting = { offerId: 'drafted', terms };
      const { data, errors } = await ask(operations.draft, drafting, { 'x-kairos-actor': 'ann' });
      expect(errors).toBeUndefined();
      expect(data?.draftOffer).toMatchObject({
        __typename: 'OfferRevision',
        offer: { id: 'drafted', lifecycle: 'DRAFT', history: [{ by: 'ann' }], products: [{ title: 'Product sku-3' }] },
      });
    });

    it('what the business refuses arrives as a value', async () => {
      const { data, errors } = await ask(operations.approve, { offerId: 'fuel' }, { 'x-kairos-actor': 'ann' });
      expect(errors).toBeUndefined();
      expect(data?.approveOffer).toEqual({
        __typename: 'KairosRefused',
        reason: 'OFFER_NOT_IN_REVIEW',
        rule: expect.stringMatching(/\w/),
        field: null,
      });
    });

    it('an error arrives with its code, and only for its own customer', async () => {
      const { data, errors } = await ask(operations.customersWithOffers, { ids: ['customer-1', 'a@example.org'] });
      expect(data?.customers).toMatchObject([{ nextBestOffer: { resolution: 'FRESH' } }, { nextBestOffer: null }]);
      expect(errors?.map(engine.codeOf)).toEqual(['BAD_USER_INPUT']);
      expect(errors?.[0]?.message).toContain('representations.1.id');
    });

    it('a query that does not fit is refused by the gateway, and Kairos hears nothing of it', async () => {
      graph.line.heard.length = 0;
      const { data, errors } = await ask('{ nextBestOffer { nothing } }');
      expect(data ?? null).toBeNull();
      expect(errors?.length).toBeGreaterThan(0);
      expect(graph.line.heard).toEqual([]);
    });

    it('the state of the service is not for clients of the graph', async () => {
      const { errors } = await ask('{ readModels { position } }');
      expect(errors?.[0]?.message).toContain('readModels');
    });

    it('tokens and correlation ids reach both subgraphs', async () => {
      graph.line.heard.length = 0;
      const headers = { authorization: 'Bearer of-a-client', 'x-correlation-id': 'call-77' };
      const { data } = await ask(operations.heard, {}, headers);
      expect(data?.heard).toEqual({ authorization: 'Bearer of-a-client', correlationId: 'call-77' });
      await ask(operations.decide, { customerId: 'customer-8' }, headers);
      expect(graph.line.heard.length).toBeGreaterThan(0);
      for (const { headers: seen } of graph.line.heard) expect(seen).toMatchObject(headers);
    });

    describe.each(engine.wires)('a screen pop over %s', (wire) => {
      beforeAll(async () => {
        await gateway.end('SIGTERM');
        gateway = await startGateway(engine, graph, wire);
      });
      describeScreenPops(wire, () => ({ graph, gateway }));
    });
  });
}
