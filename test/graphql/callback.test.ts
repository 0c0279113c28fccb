// Subscriptions by HTTP callback, as routers see them that are strict, slow, restarted or gone.
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { answered, refusal, startRouter } from './callback-router.ts';
import { startWires } from './wire-server.ts';

const quiet = { query: 'subscription { quiet }' };

describe('a subscription by callback', () => {
  test('is checked, answered with data that is null, then delivered in order and completed, all under its protocol', async () => {
    const served = await startWires();
    const subscription = await served.router.subscribe(served.port, { query: 'subscription { ticks(count: 2) }' });
    expect(await subscription.end).toBe('complete');
    expect(subscription.answer).toMatchObject({ status: 200, json: { data: null } });
    expect(subscription.answer.headers.get('subscription-protocol')).toBe('callback/1.0');
    expect(subscription.received.map(({ body: { verifier, ...body } }) => body)).toEqual([
      { kind: 'subscription', id: subscription.id, action: 'check' },
      { kind: 'subscription', id: subscription.id, action: 'next', payload: { data: { ticks: 1 } } },
      { kind: 'subscription', id: subscription.id, action: 'next', payload: { data: { ticks: 2 } } },
      { kind: 'subscription', id: subscription.id, action: 'complete' },
    ]);
    expect(served.router.complaints).toEqual([]);
  });

  test('begins nothing before its check is answered', async () => {
    const served = await startWires();
    let answer = () => {};
    const checked = new Promise<void>((resolve) => {
      served.router.behaviour = (_, response) => {
        served.router.behaviour = undefined;
        answer = () => response.writeHead(204).end();
        resolve();
        return true;
      };
    });
    const subscribed = served.router.subscribe(served.port, quiet);
    await checked;
    expect(served.sources).toEqual({ open: 0, taken: 0 });
    answer();
    const subscription = await subscribed;
    await subscription.take(1);
    expect(served.sources.open).toBe(1);
  });

  test.each([
    ['does not know it', 404, [400, 'BAD_REQUEST']],
    ['finds its verifier wrong', 400, [400, 'BAD_REQUEST']],
    ['sends elsewhere', 307, [400, 'BAD_REQUEST']],
    ['cannot serve', 503, [503, 'UNAVAILABLE']],
  ])('is not begun when the router %s: %i', async (_, status, refused) => {
    const served = await startWires();
    served.router.behaviour = answered(status, { location: `${served.router.origin}/elsewhere` });
    const { answer } = await served.router.subscribe(served.port, quiet);
    expect(refusal(answer)).toEqual(refused);
    expect(served.sources).toEqual({ open: 0, taken: 0 });
  });

  test('is refused before anybody is called when its context cannot be made', async () => {
    const served = await startWires();
    const { answer, received } = await served.router.subscribe(served.port, { ...quiet, headers: { 'x-bad': 'yes' } });
    expect(refusal(answer)).toEqual([400, 'BAD_USER_INPUT']);
    expect(received).toEqual([]);
  });

  test('brings nothing along of the request that subscribed', async () => {
    const served = await startWires();
    const headers = { authorization: 'Bearer secret', cookie: 'session=secret', 'x-correlation-id': 'call-1' };
    const { received, end } = await served.router.subscribe(served.port, {
      query: 'subscription { ticks(count: 1) }',
      headers,
    });
    await end;
    expect(received).toHaveLength(3);
    expect(JSON.stringify(received)).not.toContain('secret');
    expect(Object.keys(received[0]?.headers ?? {}).sort()).toEqual(
      ['connection', 'content-length', 'content-type', 'host', 'subscription-protocol'].sort(),
    );
  });
});

describe('heartbeats', () => {
  test('come well within the interval, for each of many subscriptions of one router', async () => {
    const served = await startWires({}, 5000);
    // Only those that repeat stand still; what times the posts goes on.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const all = await Promise.all(Array.from({ length: 50 }, () => served.router.subscribe(served.port, quiet)));
    for (const { take } of all) await take(1);
    const beats = () => all.map(({ received }) => received.filter(({ action }) => action === 'check').length);
    expect(new Set(beats())).toEqual(new Set([1]));
    for (const count of [2, 3, 4]) {
      vi.advanceTimersByTime(2999);
      expect(new Set(beats())).toEqual(new Set([count - 1]));
      vi.advanceTimersByTime(1);
      await expect.poll(beats).toEqual(all.map(() => count));
    }
    expect(served.router.complaints).toEqual([]);
    expect(served.sources.open).toBe(50);
  });

  test('come while an event is not taken', async () => {
    const served = await startWires({}, 400);
    const subscription = await served.router.subscribe(served.port, { query: 'subscription { flood }' });
    subscription.stall();
    const beats = () => subscription.received.filter(({ action }) => action === 'check').length;
    await expect.poll(beats, { timeout: 5000 }).toBeGreaterThan(4);
    subscription.read();
    subscription.leave();
    await expect.poll(() => served.sources.open).toBe(0);
  });

  test('are not sent where the router wants none', async () => {
    const served = await startWires({}, 0);
    const subscription = await served.router.subscribe(served.port, { query: 'subscription { ticks(count: 30) }' });
    await subscription.end;
    expect(subscription.received.filter(({ action }) => action === 'check')).toHaveLength(1);
  });

  test.each([404, 400])('that are answered with %i end the subscription, without another word', async (status) => {
    const served = await startWires();
    const subscription = await served.router.subscribe(served.port, quiet);
    await subscription.take(1);
    let messages = 0;
    served.router.behaviour = (received, response) => {
      messages += 1;
      return answered(status)(received, response);
    };
    await expect.poll(() => served.sources.open).toBe(0);
    expect(messages).toBe(1);
  });

  test('that fail are made good', async () => {
    const served = await startWires({}, 1000);
    const subscription = await served.router.subscribe(served.port, quiet);
    await subscription.take(1);
    let failed = 0;
    served.router.behaviour = (received, response) => {
      failed += 1;
      if (failed === 2) served.router.behaviour = undefined;
      return answered(503)(received, response);
    };
    await expect
      .poll(() => subscription.received.filter(({ action }) => action === 'check').length, { timeout: 5000 })
      .toBe(4);
    expect(served.sources.open).toBe(1);
  });
});

describe('a router', () => {
  test('that fails for a moment loses no event and gets none out of order', async () => {
    const served = await startWires();
    let failed = 0;
    served.router.behaviour = ({ action }, response) => {
      if (action !== 'next' || failed >= 3) return false;
      failed += 1;
      if (failed === 2) response.destroy();
      else response.writeHead(502).end();
      return true;
    };
    const { results, end } = await served.router.subscribe(served.port, { query: 'subscription { ticks(count: 5) }' });
    expect(await end).toBe('complete');
    expect(results).toEqual([1, 2, 3, 4, 5].map((ticks) => ({ data: { ticks } })));
  });

  test('that does not know the subscription any more ends it with the next event', async () => {
    const served = await startWires({}, 0);
    served.router.behaviour = ({ action }, response) => {
      if (action !== 'next') return false;
      response.writeHead(404).end();
      return true;
    };
    await served.router.subscribe(served.port, { query: 'subscription { flood }' });
    await expect.poll(() => served.sources).toEqual({ open: 0, taken: 1 });
  });

  test('that was restarted ends what it has forgotten, and subscribes again where it was', async () => {
    const served = await startWires({}, 400);
    const query = 'subscription ($after: String) { numbered(after: $after) { position } }';
    const before = await served.router.subscribe(served.port, { query });
    await before.take(3);
    served.router.forget();
    await expect.poll(() => served.sources.open).toBe(0);
    const after = await served.router.subscribe(served.port, { query, variables: { after: '3' } });
    expect(await after.take(1)).toEqual([{ data: { numbered: { position: '4' } } }]);
  });

  test('that is gone ends its subscriptions after some attempts', async () => {
    const served = await startWires({}, 400);
    const subscription = await served.router.subscribe(served.port, quiet);
    await subscription.take(1);
    await served.router.stop();
    await expect.poll(() => served.sources.open, { timeout: 10_000 }).toBe(0);
    expect(served.stage.logged).toEqual([]);
  });

  test('that goes away while it subscribes leaves nothing behind', async () => {
    const served = await startWires();
    const leaving = new AbortController();
    served.router.behaviour = (_, response) => {
      leaving.abort();
      response.writeHead(204).end();
      return true;
    };
    const subscription = { callbackUrl: `${served.router.origin}/1`, subscriptionId: '1', verifier: 'v' };
    const asked = fetch(`${served.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...quiet, extensions: { subscription } }),
      signal: leaving.signal,
    });
    await expect(asked).rejects.toThrow();
    await expect.poll(() => served.stage.contexts.length).toBe(1);
    await served.server.drain();
    expect(served.sources.open).toBe(0);
  });

  test('that never answers an event does not hold up a drain', async () => {
    const served = await startWires({ timeouts: { drain: 500 } });
    const subscription = await served.router.subscribe(served.port, { query: 'subscription { flood }' });
    subscription.stall();
    await expect.poll(() => subscription.received.filter(({ action }) => action === 'next').length).toBeGreaterThan(0);
    await served.server.drain();
    expect(await subscription.end).toBe('come back');
    expect(served.sources.open).toBe(0);
  });

  test('of another kind has queries answered as ever', async () => {
    const served = await startWires();
    const router = await startRouter();
    onTestFinished(() => router.stop());
    const { answer } = await router.subscribe(served.port, { query: '{ hello }' });
    expect(answer.json).toEqual({ data: { hello: 'world' } });
  });
});
