// Subscriptions by HTTP callback, version 1.0: the router gives an address, and each event is a request to it.
import type { FormattedExecutionResult } from 'graphql';
import { z } from 'zod';
import { type Begun, createAnswerStreams, kindOf } from './answer-streams.ts';
import { createCallbackPosts, type Delivery, protocolHeader } from './callback-posts.ts';
import { fail, type PublicError } from './errors.ts';
import { errorAnswer, jsonAnswer } from './http-answer.ts';
import type { GraphqlBody } from './http-request.ts';
import type { HttpTransport } from './http-transport.ts';

export interface CallbackOptions {
  /** Origins that may be called, `https://router.example:4000`: nobody else can make this server send requests to where it likes. */
  readonly origins: readonly string[];
  /** Where `origins` are configured: a refusal names it. */
  readonly setting?: string;
  /** Milliseconds for one attempt to post a message; 5 s. */
  readonly timeout?: number;
  /** Milliseconds before each further attempt; four within 4 s. */
  readonly pauses?: readonly number[];
}

/** What a router writes under `extensions.subscription`. */
const extension = z.object({
  callbackUrl: z.string().max(2048),
  subscriptionId: z.string().min(1).max(200),
  verifier: z.string().min(1).max(2048),
  /** 0: the router asks for none. */
  heartbeatIntervalMs: z
    .int()
    .max(3_600_000)
    .refine((interval) => interval === 0 || interval >= 100)
    .default(5000),
});

interface Subscription {
  readonly url: URL;
  readonly id: string;
  readonly verifier: string;
  /** Milliseconds after which the router gives up a subscription of which it has heard nothing; 0: never. */
  readonly interval: number;
  /** Ends the messages under way: the router is gone, or this server soon is. */
  readonly cut: AbortController;
}

type Message =
  | { readonly action: 'check' }
  | { readonly action: 'next'; readonly payload: FormattedExecutionResult }
  | { readonly action: 'complete'; readonly errors?: readonly PublicError[] };

/** What part of the interval passes between beats, and how much of it a beat may take: a lost one is made good in time. */
const beatAfter = 0.6;
const beatTakes = 0.3;

/** Connections to one router at most, for events; beats have their own and wait behind none. */
const connections = 128;

/**
 * Answers subscriptions whose extensions name a callback. An event is posted when the one before it was taken: what a router does not
 * take stays in the source, and a router that is gone ends it.
 * @see https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/callback-protocol
 */
export function createCallback(options: CallbackOptions): HttpTransport {
  const { origins, setting, timeout = 5000, pauses = [100, 300, 900, 2700] } = options;
  const streams = createAnswerStreams('callback');
  const events = createCallbackPosts(connections, pauses);
  const beats = createCallbackPosts(connections, pauses);
  const open = new Set<Subscription>();
  let draining = false;

  function post({ url, id, verifier, cut }: Subscription, message: Message): Promise<Delivery> {
    const content = { kind: 'subscription', id, verifier, ...message };
    const isLastWord = message.action === 'complete' && draining;
    return events.deliver({ url, message: content, timeout, ...(!isLastWord && { cut: cut.signal }) });
  }

  function subscriptionOf(body: GraphqlBody): Subscription {
    const parsed = extension.safeParse(body.extensions?.subscription);
    if (!parsed.success) {
      const members = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].join(', ');
      throw fail('BAD_REQUEST', `extensions.subscription is not that of the callback protocol 1.0: ${members}`);
    }
    const { callbackUrl, subscriptionId, verifier, heartbeatIntervalMs } = parsed.data;
    const url = URL.canParse(callbackUrl) ? new URL(callbackUrl) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
      throw fail('BAD_REQUEST', 'extensions.subscription.callbackUrl has to be an http or https URL without a user.');
    }
    if (!origins.includes(url.origin)) {
      const where = setting === undefined ? '' : ` (${setting})`;
      throw fail(
        'FORBIDDEN',
        `Callbacks to ${url.origin} are not permitted by the configuration of this server${where}.`,
      );
    }
    return { url, id: subscriptionId, verifier, interval: heartbeatIntervalMs, cut: new AbortController() };
  }

  async function confirm(subscription: Subscription): Promise<void> {
    const delivery = await post(subscription, { action: 'check' });
    if (delivery === 'GONE') throw fail('BAD_REQUEST', 'The callback does not know this subscription.');
    if (delivery === 'LOST') throw fail('UNAVAILABLE', 'The callback cannot be reached.');
  }

  /** Posts everything until the end of the answers, or of the router. */
  async function emit(
    subscription: Subscription,
    { results, finish }: Begun,
    publish: (error: unknown) => PublicError,
  ) {
    open.add(subscription);
    let isGone = false;
    const leave = () => {
      isGone = true;
      subscription.cut.abort();
      void results.return();
    };
    // What a drain has cut off is not the router's fault: it gets its last word.
    const settle = (delivery: Delivery) => {
      if (delivery === 'GONE' || (delivery === 'LOST' && !draining)) leave();
    };
    const stopBeating = beat(subscription, settle);
    try {
      for await (const payload of results) {
        settle(await post(subscription, { action: 'next', payload }));
      }
      if (!isGone) await post(subscription, { action: 'complete' });
    } catch (error) {
      const errors = [publish(error)];
      if (!isGone) await post(subscription, { action: 'complete', errors });
    } finally {
      stopBeating();
      open.delete(subscription);
      finish();
    }
  }

  function beat({ url, id, verifier, interval, cut }: Subscription, settle: (delivery: Delivery) => void): () => void {
    if (interval === 0) return () => {};
    const message = { kind: 'subscription', id, verifier, action: 'check' };
    const check = { url, message, timeout: Math.min(timeout, interval * beatTakes), cut: cut.signal };
    let isBeating = false;
    const beating = setInterval(async () => {
      if (isBeating) return;
      isBeating = true;
      settle(await beats.deliver(check));
      isBeating = false;
    }, interval * beatAfter);
    return () => clearInterval(beating);
  }

  return {
    accepts(_request, body, operations) {
      if (!body?.extensions?.subscription) return false;
      const kind = kindOf(operations, body);
      return kind === undefined || kind === 'subscription';
    },
    async serve({ request, response, correlationId }, body = {}, means) {
      const subscription = subscriptionOf(body);
      const begun = await streams.begin(body, correlationId, means, () => confirm(subscription));
      if ('errors' in begun) return errorAnswer(begun.errors, request.headers);
      if (response.destroyed) {
        begun.finish();
        return undefined;
      }
      // Routers take events of a subscription when they know that it has begun.
      response.once('close', () => {
        if (response.writableFinished) void emit(subscription, begun, (error) => means.publish(error, correlationId));
        else begun.finish();
      });
      return jsonAnswer(200, { data: null }, protocolHeader);
    },
    async drain() {
      draining = true;
      const drained = streams.drain();
      for (const { cut } of open) cut.abort();
      await drained;
      events.close();
      beats.close();
    },
  };
}
