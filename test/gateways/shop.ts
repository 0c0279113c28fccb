// The other subgraph of the graph: a small shop on the server shell of Kairos, which knows no schema.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createGraphqlServer } from '../../src/graphql/server.ts';
import { shopText } from './composers.ts';

export interface Shop {
  readonly url: string;
  stop(): Promise<void>;
}

interface Hearing {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly correlationId: string;
}

const priceOf = (sku: string) => ({ amount: sku.length * 100, currency: 'USD' });
const customer = (id: string) => ({ id, name: `Customer ${id}` });
const product = (sku: string) => ({ sku, title: `Product ${sku}`, price: priceOf(sku) });
const skus = Array.from({ length: 10 }, (_, index) => `sku-${index}`);

const resolvers = {
  Query: {
    customers: (_: unknown, { ids }: { ids: readonly string[] }) => ids.map(customer),
    products: (_: unknown, { first }: { first: number }) => ({
      edges: skus.slice(0, first).map((sku) => ({ cursor: sku, node: product(sku) })),
      pageInfo: {
        hasNextPage: first < skus.length,
        hasPreviousPage: false,
        startCursor: skus[0],
        endCursor: skus.slice(0, first).at(-1),
      },
    }),
    heard: (_: unknown, __: unknown, { headers, correlationId }: Hearing) => ({
      authorization: headers.authorization,
      correlationId,
    }),
  },
  Customer: { __resolveReference: async ({ id }: { id: string }) => customer(id) },
  Product: { __resolveReference: async ({ sku }: { sku: string }) => product(sku) },
};

export async function startShop(): Promise<Shop> {
  const server = createGraphqlServer<Hearing>({
    schema: buildSubgraphSchema([{ typeDefs: parse(shopText), resolvers: resolvers as never }]),
    createContext: ({ headers, correlationId }) => ({ headers, correlationId }),
    host: '127.0.0.1',
    port: 0,
    playground: false,
    ready: () => ({ ready: true }),
    onError: (error) => console.error('The shop:', error),
  });
  const { url } = await server.listen();
  return { url: `${url}/graphql`, stop: () => server.drain() };
}
