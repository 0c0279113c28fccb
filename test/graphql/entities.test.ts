// What a gateway asks for: an answer for each representation, and an error only where one is bad.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
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

it('answers with what it knows, whatever else a representation says', async () => {
  const forged = { timeZone: 'Europe/Paris', attributes: { age: 1 }, lifecycle: 'DRAFT', terms: { name: 'forged' } };
  const { _entities } = await kairos.data(
    `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on Customer { timeZone attributes } ... on Offer { lifecycle terms { name } } } }`,
    {
      of: [
        { __typename: 'Customer', id: 'carl', ...forged },
        { __typename: 'Offer', id: 'fuel', ...forged },
      ],
    },
  );
  expect(_entities).toEqual([
    { timeZone: 'UTC', attributes: {} },
    { lifecycle: 'LIVE', terms: { name: 'Fuel discount' } },
  ]);
});

it('takes at most 1,000 representations', async () => {
  const many = (count: number) => Array.from({ length: count }, () => ({ __typename: 'Customer', id: 'carl' }));
  expect((await entities(many(1000))).data?._entities).toHaveLength(1000);
  expect((await entities(many(1001))).errors?.[0]?.extensions).toEqual({
    code: 'BAD_USER_INPUT',
    field: 'representations',
  });
});

/** Counts the calls of an asynchronous method, and how many had begun when the first of them ended. */
function watch<Name extends string>(object: Record<Name, (...values: never[]) => Promise<unknown>>, name: Name) {
  const method = object[name].bind(object);
  const seen = { calls: 0, together: 0 };
  const spy = vi.spyOn(object as Record<string, never>, name as never) as ReturnType<typeof vi.spyOn>;
  spy.mockImplementation((async (...values: never[]) => {
    seen.calls += 1;
    const result = await method(...values);
    seen.together ||= seen.calls;
    return result;
  }) as never);
  return { seen, restore: () => spy.mockRestore() };
}

const customers = Array.from({ length: 100 }, (_, index) => ({ __typename: 'Customer', id: `batch-${index}` }));

it('a hundred customers are one batch of reads, each read once, however many fields and places ask for it', async () => {
  const { readModels } = kairos.app.kairos;
  const reads = watch(readModels as never, 'readTogether');
  const { _entities } = await kairos.data(
    `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on Customer { id timeZone audiences attributes consents { purpose } recentDecisions { decisionId } } } }`,
    { of: [...customers, ...customers] },
  );
  reads.restore();
  expect(_entities).toHaveLength(200);
  expect(reads.seen).toEqual({ calls: 100, together: 100 });
});

it('a hundred customers are decided side by side: one read each, and one group of records for the log', async () => {
  const { readModels, store } = kairos.app.kairos;
  const watched = [
    watch(readModels as never, 'readTogether'),
    watch(store as never, 'appendAll'),
    watch(store as never, 'append'),
  ];
  const { _entities } = await kairos.data(
    'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { nextBestOffer(placement: "home") { id } } } }',
    { of: customers },
  );
  for (const { restore } of watched) restore();
  expect(new Set(_entities.map(({ nextBestOffer }: Json) => nextBestOffer.id)).size).toBe(100);
  const [reads, together, single] = watched.map(({ seen }) => seen);
  expect(reads).toEqual({ calls: 100, together: 100 });
  expect((together?.calls ?? 0) + (single?.calls ?? 0)).toBe(100);
  expect((together?.together ?? 0) + (single?.together ?? 0)).toBe(100);
});
