// What is sent to a service of propensities, and what becomes of every kind of answer, from a real server.
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PropensityFailure, type PropensityService } from '../../src/application/propensity-service.ts';
import { createHttpPropensityService } from '../../src/propensity/http-propensity-service.ts';
import { type ScoringServer, startScoringServer } from './scoring-server.ts';

let server: ScoringServer;
let service: PropensityService;
beforeEach(async () => {
  server = await startScoringServer();
  service = serviceWith();
});
afterEach(async () => {
  service.close();
  await server.stop();
});

const serviceWith = (tokens?: ReadonlyMap<string, string>) =>
  createHttpPropensityService({
    origins: [server.origin],
    setting: 'THE_SETTING',
    mostBytes: 10_000,
    ...(tokens && { tokens }),
  });
const question = (changes: object = {}) => ({
  url: `${server.origin}/v1/scores?season=autumn`,
  model: 'm',
  revision: 3,
  placement: 'home',
  attributes: { 'profile.age': 42.5 },
  offers: ['fuel', 'snack'],
  ...changes,
});
const ask = (changes: object = {}, until = new AbortController().signal) => service.ask(question(changes), until);
/** Why an answer cannot be used, and in which words. */
async function failure(asking = ask()): Promise<string> {
  const failed = await asking.catch((error: unknown) => error);
  if (!(failed instanceof PropensityFailure)) throw new Error('it did not fail', { cause: failed });
  return `${failed.why}: ${failed.message.replace(server.origin, 'it')}`;
}
const answering = (answer: (response: ServerResponse) => void) => {
  server.answer = answer;
};

describe('a question', () => {
  test('is one POST with the model, the placement, the attributes and the offers, and nothing else', async () => {
    server.give({ fuel: 0.25, snack: 1 });
    expect(await ask()).toEqual(new Map(Object.entries({ fuel: 0.25, snack: 1 })));
    const [{ path, headers, body } = { path: '', headers: {}, body: {} }, ...more] = server.asked;
    expect([path, more]).toEqual(['/v1/scores?season=autumn', []]);
    expect(body).toEqual({
      model: 'm',
      revision: 3,
      placement: 'home',
      attributes: { 'profile.age': 42.5 },
      offers: ['fuel', 'snack'],
    });
    expect(headers['content-type']).toBe('application/json');
    expect(headers.authorization).toBeUndefined();
  });

  test('has the token of its origin, and of no other', async () => {
    service = serviceWith(
      new Map([
        [server.origin, 'hush'],
        ['https://scores.example', 'not-this-one'],
      ]),
    );
    await ask();
    expect(server.asked[0]?.headers.authorization).toBe('Bearer hush');
  });

  test('names a customer only when it is given one', async () => {
    await ask({ customerId: 'c1' });
    await ask();
    expect(server.asked.map(({ body }) => body.customerId)).toEqual(['c1', undefined]);
  });

  test.each([
    ['https://elsewhere.example/', 'is not of THE_SETTING'],
    ['file:///etc/passwd', 'is not of THE_SETTING'],
    ['gopher://127.0.0.1', 'is not of THE_SETTING'],
    ['scores', 'is no URL'],
    ['http://127.0.0.1:1/', 'is not of THE_SETTING'],
  ])('is not posted to %s', async (url, problem) => {
    expect(service.problemOf(url)).toContain(problem);
    expect(await failure(ask({ url }))).toBe(`UNAVAILABLE: the address of the model m ${service.problemOf(url)}`);
  });

  test('is not posted to an allowed origin in disguise', () => {
    const { host } = new URL(server.origin);
    expect(service.problemOf(`http://ann:secret@${host}/`)).toContain('has a user or a password');
    expect(service.problemOf(`http://${host}@elsewhere.example/`)).toBeDefined();
    expect(service.problemOf(`http://${host}.elsewhere.example/`)).toBeDefined();
    expect(service.problemOf(`${server.origin}/#x`)).toContain('fragment');
    expect(service.problemOf(`${server.origin}/anything`)).toBeUndefined();
  });

  test('is asked again once when the connection that waited for it was closed meanwhile', async () => {
    server.give({ fuel: 0.5 });
    await ask();
    const { give } = server;
    let resets = 0;
    answering((response) => {
      resets += 1;
      response.socket?.resetAndDestroy();
      give({ fuel: 0.75 });
    });
    expect(await ask()).toEqual(new Map([['fuel', 0.75]]));
    expect(resets).toBe(1);
  });
});

describe('an answer', () => {
  test('may leave offers out', async () => {
    server.give({ snack: 0.5 });
    expect(await ask()).toEqual(new Map([['snack', 0.5]]));
  });

  test('may have offers that nobody asked about, whatever is said of them', async () => {
    server.give({ fuel: 0.5, snack: 0, other: 7, constructor: 'x', __proto__: 1 });
    expect(await ask()).toEqual(new Map(Object.entries({ fuel: 0.5, snack: 0 })));
  });

  test('says nothing of an offer that is called as what every object has', async () => {
    server.give({});
    expect(await ask({ offers: ['constructor', 'toString'] })).toEqual(new Map());
  });

  test.each<[string, unknown]>([
    ['NaN, which JSON says as null', Number.NaN],
    ['more than 1', 1.01],
    ['less than 0', -0.01],
    ['a text', '0.5'],
    ['true', true],
    ['a list', [0.5]],
    ['an object', { p: 0.5 }],
  ])('with one propensity that is %s cannot be used at all', async (_, propensity) => {
    server.give({ fuel: 0.5, snack: propensity });
    expect(await failure()).toBe('INVALID: it gives the offer snack what is no number from 0 to 1');
  });

  test('with a number beyond all numbers cannot be used', async () => {
    answering((response) => response.end('{"propensities":{"fuel":1e999}}'));
    expect(await failure()).toMatch(/^INVALID/);
  });

  test.each([
    ['', 'is no JSON'],
    ['<html>', 'is no JSON'],
    ['{"propensities":{"fuel":0.5}', 'is no JSON'],
    ['null', 'without propensities'],
    ['[]', 'without propensities'],
    ['{}', 'without propensities'],
    ['{"propensities":null}', 'without propensities'],
    ['{"propensities":[0.5]}', 'without propensities'],
    ['{"propensities":0.5}', 'without propensities'],
  ])('%j cannot be used', async (body, problem) => {
    answering((response) => response.end(body));
    expect(await failure()).toMatch(new RegExp(`^INVALID: it answers .*${problem}`));
  });

  test('that is too long is not read to its end', async () => {
    let written = 0;
    answering((response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1000))) written += 1000;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(await failure()).toBe('INVALID: it answers with more than 10000 bytes');
    expect(written).toBeLessThan(50_000_000);
  });

  test.each([
    [301, 'INVALID'],
    [302, 'INVALID'],
    [307, 'INVALID'],
    [308, 'INVALID'],
  ])('%i leads nowhere', async (status, why) => {
    const elsewhere = await startScoringServer();
    elsewhere.give({ fuel: 0.5 });
    answering((response) => response.writeHead(status, { location: `${elsewhere.origin}/` }).end());
    expect(await failure()).toBe(`${why}: it answers with status ${status}`);
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.stop();
  });

  test.each([
    [500, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [429, 'UNAVAILABLE'],
    [408, 'UNAVAILABLE'],
    [204, 'INVALID'],
    [400, 'INVALID'],
    [401, 'INVALID'],
    [404, 'INVALID'],
  ])('of status %i is %s, whatever its body says', async (status, why) => {
    answering((response) => response.writeHead(status).end('{"propensities":{"fuel":0.5}}'));
    expect(await failure()).toBe(`${why}: it answers with status ${status}`);
  });

  test('that stops in the middle is none', async () => {
    answering((response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"propensities":');
      setImmediate(() => response.destroy());
    });
    expect(await failure()).toMatch(/^UNAVAILABLE: it /);
  });
});

describe('a service', () => {
  test('that nobody listens at is unavailable', async () => {
    await server.stop();
    expect(await failure()).toBe('UNAVAILABLE: it cannot be asked: ECONNREFUSED');
    server = await startScoringServer();
  });

  test('that breaks the connection is unavailable', async () => {
    answering((response) => response.socket?.destroy());
    expect(await failure()).toBe('UNAVAILABLE: it cannot be asked: ECONNRESET');
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['never answers', () => {}],
    ['never ends its headers', (response) => void response.socket?.write('HTTP/1.1 200 OK\r\n')],
    ['never ends its body', (response) => void response.write('{"propensities":{')],
  ])('that %s is asked no longer than somebody waits, and hears that nobody does', async (_, answer) => {
    const patience = new AbortController();
    const begun = Promise.withResolvers<void>();
    answering((response) => {
      answer(response);
      begun.resolve();
    });
    const late = new PropensityFailure('OVERRUN', 'it did not answer in time');
    const asking = ask({}, patience.signal);
    asking.catch(() => {});
    await begun.promise;
    patience.abort(late);
    await expect(asking).rejects.toBe(late);
    while (server.gone === 0) await new Promise(setImmediate);
  });
});

test('no failure tells what was sent, or with which token', async () => {
  service = serviceWith(new Map([[server.origin, 'hush']]));
  answering((response) => response.writeHead(401).end('you sent hush and c1'));
  const failed = await ask({ customerId: 'c1' }).catch((error: unknown) => error);
  expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toMatch(/hush|c1|season|42\.5/);
});
