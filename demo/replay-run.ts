// Drives a timeline through the public GraphQL API on a simulated clock and counts what becomes of it.
import type { DemoCatalogue } from './catalogue.ts';
import {
  type DecisionAnswer,
  type FeaturesPositionAnswer,
  featuresPosition,
  nextBestOffer,
  type RecordOutcomesAnswer,
  type RecordSignalsAnswer,
  recordOutcomes,
  recordSignals,
} from './documents.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { inOrder } from './in-order.ts';
import { describeRefusal, importer, join, requestOf } from './publish.ts';
import { addTo, emptyTally, type ReplayTally } from './replay-tally.ts';
import type { Happening, Timeline } from './timeline.ts';

export interface ReplayOptions {
  readonly concurrency: number;
  /** Freshness is measured on every n-th batch of signals of one customer. */
  readonly freshnessEvery: number;
  onProgress(done: number, all: number, at: string): void;
}

/** A booklet that a household has at home: until when each of its offers is credited to the decision, in epoch milliseconds. */
interface Booklet {
  readonly decisionId: string;
  readonly creditedUntil: Map<string, number>;
}

// Far below the time to live of any offer: the latest request's time is the server's now.
const lag = 15 * 60_000;

/**
 * Replays a timeline against a server with KAIROS_CLOCK=request that has the catalogue and the customers.
 * @throws Error when an operation could not be served.
 */
export async function replay(
  client: GraphqlClient,
  timeline: Timeline,
  catalogue: DemoCatalogue,
  options: ReplayOptions,
): Promise<ReplayTally> {
  const tally = emptyTally();
  const booklets = new Map<string, Booklet[]>();
  const terms = new Map(catalogue.offers.map((offer) => [offer.offerId, offer.terms]));
  /** Up to where the log has a customer's signals: decisions are to see them, wherever the read models are. */
  const observedAt = new Map<string, string>();
  let batchesOfOne = 0;

  function send<Data>(document: string, variables: object, at: string): Promise<Data> {
    tally.requests += 1;
    return client.send<Data>(document, variables, requestOf(importer, at));
  }

  async function decide(
    placement: string,
    context: { readonly customerId: string; readonly [part: string]: unknown },
    at: string,
  ): Promise<DecisionAnswer> {
    const before = performance.now();
    const { nextBestOffer: answer } = await send<{ nextBestOffer: DecisionAnswer }>(
      nextBestOffer,
      { placement, context: { position: observedAt.get(context.customerId), ...context } },
      at,
    );
    const latency = performance.now() - before;
    const counts = tally.placements.get(placement) ?? { decided: 0, empty: 0, fallback: 0, latencies: [] };
    tally.placements.set(placement, counts);
    counts.decided += 1;
    counts.latencies.push(latency);
    if (answer.offers.length === 0) counts.empty += 1;
    if (answer.resolution === 'FALLBACK') counts.fallback += 1;
    if (answer.cause !== null) addTo(tally.causes, answer.cause);
    for (const { reason, count } of answer.rejections) addTo(tally.rejections, reason, count);
    tally.decisionIds.push(answer.id);
    tally.offersDecided += answer.offers.length;
    for (const { offer } of answer.offers) checkWindow(offer.id, placement, at);
    return answer;
  }

  function checkWindow(offerId: string, placement: string, at: string): void {
    const window = terms.get(offerId);
    if (window && window.startAt <= at && (window.endAt === undefined || at < window.endAt)) return;
    tally.outsideWindow.push(`${offerId} in ${placement} at ${at}`);
  }

  /** Offers of the decision that are now recorded as presented. */
  async function present(decision: DecisionAnswer, at: string): Promise<string[]> {
    if (decision.offers.length === 0) return [];
    const outcomes = decision.offers.map(({ offer }) => ({
      decisionId: decision.id,
      offerId: offer.id,
      kind: 'PRESENTED',
    }));
    const { results } = (await send<RecordOutcomesAnswer>(recordOutcomes, { outcomes }, at)).recordOutcomes;
    const presented = outcomes
      .filter((_, index) => results[index]?.__typename === 'OutcomeRecorded')
      .map(({ offerId }) => offerId);
    tally.offersPresented += presented.length;
    tally.presentationsRefused += outcomes.length - presented.length;
    return presented;
  }

  async function mail({ customerId, audience, requestId, at }: Happening & { kind: 'MAILING' }): Promise<void> {
    const time = instant(at);
    tally.requests += 1;
    const position = await join(client, customerId, [audience], time);
    const decision = await decide('booklet', { customerId, requestId, position }, time);
    const creditedUntil = new Map<string, number>();
    for (const offerId of await present(decision, time)) {
      creditedUntil.set(offerId, at + (terms.get(offerId)?.creditWindowSeconds ?? 0) * 1000);
    }
    const own = booklets.get(customerId) ?? [];
    own.push({ decisionId: decision.id, creditedUntil });
    booklets.set(customerId, own);
  }

  async function visit({
    customerId,
    placement,
    attributes,
    requestId,
    at,
  }: Happening & { kind: 'VISIT' }): Promise<void> {
    const time = instant(at);
    await present(await decide(placement, { customerId, requestId, attributes }, time), time);
  }

  async function observe({ customers, signals, at }: Happening & { kind: 'SIGNALS' }): Promise<void> {
    const before = performance.now();
    const { position, results } = (await send<RecordSignalsAnswer>(recordSignals, { signals }, instant(at)))
      .recordSignals;
    let recorded = 0;
    for (const [index, result] of results.entries()) {
      if (result.__typename === 'KairosRefused') {
        tally.signalsRefused.push(`${signals[index]?.signalId}: ${describeRefusal(result)}`);
      } else if (result.alreadyRecorded) tally.signals.known += 1;
      else recorded += 1;
    }
    tally.signals.recorded += recorded;
    for (const customerId of customers) observedAt.set(customerId, position);
    const [customerId] = customers;
    if (customers.length > 1 || customerId === undefined || recorded < results.length) return;
    batchesOfOne += 1;
    if (batchesOfOne % options.freshnessEvery !== 0) return;
    for (;;) {
      const { customer } = await send<FeaturesPositionAnswer>(featuresPosition, { customerId, position }, instant(at));
      if (customer && customer.features.position >= position) break;
      if (performance.now() - before > 10_000)
        throw new Error(`the features of ${customerId} do not show ${position} after 10 s`);
    }
    tally.freshness.push(performance.now() - before);
  }

  async function redeem(redemption: Happening & { kind: 'REDEMPTION' }): Promise<void> {
    tally.redemptions.sent += 1;
    const { customerId, offerId, at } = redemption;
    const booklet = (booklets.get(customerId) ?? []).find(
      ({ creditedUntil }) => at < (creditedUntil.get(offerId) ?? 0),
    );
    if (booklet) {
      // One acceptance per decision and offer: a second redemption is another decision's.
      booklet.creditedUntil.delete(offerId);
      const { decisionId } = booklet;
      const refusal = await outcome([{ decisionId, offerId, kind: 'ACCEPTED' }], instant(at));
      if (refusal === undefined) {
        tally.redemptions.creditedToBooklet += 1;
        tally.redeemed.push({ decisionId, offerId });
        return;
      }
    }
    await redeemAtTill(redemption, instant(at));
  }

  async function redeemAtTill(
    { customerId, offerId, requestId }: Happening & { kind: 'REDEMPTION' },
    at: string,
  ): Promise<void> {
    const decision = await decide('till', { customerId, requestId, attributes: { coupon: offerId } }, at);
    const decided = decision.offers[0]?.offer.id;
    if (decided !== offerId) {
      tally.lost.push(
        `${requestId}: the till decided ${decided ?? decision.cause} for the coupon ${offerId} of ${customerId} at ${at}`,
      );
      return;
    }
    const of = { decisionId: decision.id, offerId };
    const refusal = await outcome(
      [
        { ...of, kind: 'PRESENTED' },
        { ...of, kind: 'ACCEPTED' },
      ],
      at,
    );
    if (refusal !== undefined) {
      tally.lost.push(`${requestId}: ${refusal}`);
      return;
    }
    tally.offersPresented += 1;
    tally.redemptions.atTill += 1;
    tally.redeemed.push(of);
  }

  async function outcome(outcomes: readonly object[], at: string): Promise<string | undefined> {
    const { results } = (await send<RecordOutcomesAnswer>(recordOutcomes, { outcomes }, at)).recordOutcomes;
    const refused = results.find((result) => result.__typename === 'KairosRefused');
    return refused?.__typename === 'KairosRefused' ? describeRefusal(refused) : undefined;
  }

  function run(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'MAILING':
        return mail(happening);
      case 'VISIT':
        return visit(happening);
      case 'SIGNALS':
        return observe(happening);
      case 'REDEMPTION':
        return redeem(happening);
    }
  }

  const begun = performance.now();
  let done = 0;
  await inOrder(timeline.happenings, {
    concurrency: options.concurrency,
    lag,
    customersOf: (happening) => (happening.kind === 'SIGNALS' ? happening.customers : [happening.customerId]),
    async run(happening) {
      await run(happening);
      done += 1;
      options.onProgress(done, timeline.happenings.length, instant(happening.at));
    },
  });
  tally.elapsed = performance.now() - begun;
  return tally;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
