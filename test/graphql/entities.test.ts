// What a gateway asks for: an answer for each representation, and an error only where one is bad.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Answer, type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
  await publishOffer(kairos, 'fuel');
  await definePlacement(kairos, 'home');
  await registerCustomer(kairos, 'carl');
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

const entities = (representations: readonly unknown[]): Promise<Answer> =>
  kairos.ask(
    `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Customer { id timeZone } ... on Offer { id lifecycle } ... on Decision { id placementId } } }`,
    { representations },
  );

it('a bad representation is null with an error of its own, and its neighbours are answered', async () => {
  const { nextBestOffer } = await kairos.data(askDecision, { placement: 'home', context: { customerId: 'carl' } });
  const bad = [
    { id: 'carl' },
    { __typename: 'Nothing', id: 'carl' },
    { __typename: 7, id: 'carl' },
    { __typename: 'Product', sku: 'sku-1' },
    { __typename: 'Money', amount: 1 },
    { __typename: '__proto__', id: 'carl' },
    { __typename: 'Customer' },
    { __typename: 'Customer', id: null },
    { __typename: 'Customer', id: 7 },
    { __typename: 'Customer', id: 'carl@example.org' },
    { __typename: 'Offer', id: 'x'.repeat(101) },
    { __typename: 'Decision', id: ['x'] },
    'carl',
  ];
  const answer = await entities([
    { __typename: 'Customer', id: 'carl' },
    ...bad,
    { __typename: 'Offer', id: 'fuel' },
    { __typename: 'Decision', id: nextBestOffer.id },
    { __typename: 'Offer', id: 'nowhere' },
  ]);
  expect(answer.data?._entities).toEqual([
    { id: 'carl', timeZone: 'UTC' },
    ...bad.map(() => null),
    { id: 'fuel', lifecycle: 'LIVE' },
    { id: nextBestOffer.id, placementId: 'home' },
    null,
  ]);
  const errors = (answer.errors ?? []) as Json[];
  expect(errors.map(({ path }) => path)).toEqual(bad.map((_, index) => ['_entities', index + 1]));
  expect(errors.map(({ extensions }) => extensions)).toEqual(
    [
      '__typename',
      '__typename',
      '__typename',
      '__typename',
      '__typename',
      '__typename',
      'id',
      'id',
      'id',
      'id',
      'id',
      'id',
    ]
      .map((name, index) => `representations.${index + 1}.${name}`)
      .concat('representations.13')
      .map((field) => ({ code: 'BAD_USER_INPUT', field })),
  );
  expect(errors[7].message).toContain('representations.8.id must be');
});

it('takes at most 1,000 representations', async () => {
  const many = (count: number) => Array.from({ length: count }, () => ({ __typename: 'Customer', id: 'carl' }));
  expect((await entities(many(1000))).data?._entities).toHaveLength(1000);
  expect((await entities(many(1001))).errors?.[0]?.extensions).toEqual({
    code: 'BAD_USER_INPUT',
    field: 'representations',
  });
});
