// GET /defaults/<placement>: what anybody may read and any cache may keep, and for how long.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offerTermsWith, placementTermsWith } from '../aggregates/valid-terms.ts';
import { later, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;

const impersonal = (changes: object = {}) => {
  const {
    trigger: _,
    endAt: __,
    ...terms
  } = offerTermsWith({
    purposes: [],
    audiences: [],
    eligibility: [],
    contextWeights: [],
    caps: [],
    suppression: { neverAfter: [] },
    value: { amount: 100, currency: 'USD' },
  });
  return { ...terms, ...changes };
};

async function publish(offerId: string, terms: object): Promise<void> {
  await kairos.data(
    'mutation ($t: OfferTermsInput!, $id: ID!) { draftOffer(offerId: $id, terms: $t) { __typename } }',
    {
      t: terms,
      id: offerId,
    },
  );
  for (const step of ['submitOffer', 'approveOffer', 'publishOffer']) {
    const mutation = `mutation ($id: ID!) { ${step}(offerId: $id) { __typename } }`;
    await kairos.data(mutation, { id: offerId }, { 'x-kairos-actor': 'bob' });
  }
}

async function place(placementId: string, changes: object = {}): Promise<void> {
  const {
    coolingWindow: _,
    quietHours: __,
    fallbackOfferId: ___,
    ...terms
  } = placementTermsWith({ slots: 1, perCategoryLimit: 1 });
  const mutation =
    'mutation ($t: PlacementTermsInput!, $id: ID!) { definePlacement(placementId: $id, terms: $t) { __typename } }';
  await kairos.data(mutation, { t: { ...terms, defaultAnswer: 'ON', ...changes }, id: placementId });
}

const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, kairos.url), { headers });

beforeAll(async () => {
  kairos = await startKairos(failures);
  await publish('fuel', impersonal());
  await place('home');
  await place('till', { defaultAnswer: 'OFF' });
  await place('desk', { channel: 'CALL_CENTER' });
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

describe('what it shows', () => {
  test('is what the placement shows to anybody, and nothing of how it was ranked', async () => {
    const response = await get('/defaults/home');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^default_home_~/),
      placementId: 'home',
      channel: 'WEB',
      offers: [
        {
          offerId: 'fuel',
          slot: 0,
          treatment: {
            channel: 'WEB',
            headline: 'Ten percent off',
            deepLink: 'https://shop.example/fuel',
            imageUrl: 'https://shop.example/a.png',
          },
          presentableSeconds: 3600,
        },
      ],
    });
  });

  test('is not what agents are to say', async () => {
    const { offers } = (await (await get('/defaults/desk')).json()) as { offers: unknown[] };
    expect(offers).toMatchObject([{ treatment: { channel: 'CALL_CENTER', headline: 'Ten percent off' } }]);
    expect(JSON.stringify(offers)).not.toContain('agentScript');
  });

  test.each(['/defaults/nowhere', '/defaults/till', '/defaults/', '/defaults/%E0%A4%A', '/defaults/home/more'])(
    'is nothing at %s',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    },
  );
});

describe('a cache', () => {
  test('may show it for some seconds, longer while Kairos cannot be asked, and to pages of any site', async () => {
    const { headers } = await get('/defaults/home');
    expect(headers.get('cache-control')).toBe('public, max-age=5, stale-if-error=300');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('is told that it has the newest, and only then', async () => {
    const etag = (await get('/defaults/home')).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await get('/defaults/home', { 'if-none-match': known });
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, etag, '']);
      expect(response.headers.get('cache-control')).toContain('max-age=5');
    }
    expect((await get('/defaults/home', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('does not show an offer after its end, and learns at once that it was paused', async () => {
    await place('footer');
    await publish('flash', impersonal({ propensity: 0.9, endAt: later(kairos.at, 3.5) }));
    const before = await get('/defaults/footer');
    expect(await before.json()).toMatchObject({ offers: [{ offerId: 'flash' }], endsAt: later(kairos.at, 3.5) });
    expect(before.headers.get('cache-control')).toBe('public, max-age=3, stale-if-error=3');
    await kairos.data('mutation { pauseOffer(offerId: "flash", reason: "sold out") { __typename } }');
    const after = await get('/defaults/footer');
    expect(await after.json()).toMatchObject({ offers: [{ offerId: 'fuel' }] });
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
  });
});
