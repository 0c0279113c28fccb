// What is counted of decisions and what they lean on, of mutations, and of events on their way to the read models.
import type { DecisionObservation, Observations } from '../application/observations.ts';
import type { BreakerState } from '../breaker.ts';
import { categoryOf } from '../event-store/stream-names.ts';
import type { Metrics } from './metrics.ts';
import { traceIdOf } from './traceparent.ts';

/** So many placements, and models, have series of their own; a catalogue with more would fill the memory of whoever collects. */
const mostOfCatalogue = 200;
const others = 'other';

/** Streams of other categories are counted together: nobody knows how many there are. */
const knownCategories = new Set([
  'offer',
  'placement',
  'model',
  'profile',
  'signal',
  'consent',
  'cap',
  'decision',
  'interaction',
]);

const stateNumbers: Readonly<Record<BreakerState, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

/** Decisions are made for placements of the catalogue only, whatever a caller asks for, and go by its models. */
function labelOf(id: string, known: Set<string>): string {
  if (known.has(id)) return id;
  if (known.size >= mostOfCatalogue) return others;
  known.add(id);
  return id;
}

export function createDecisionMetrics(metrics: Metrics): Observations {
  const durations = metrics.timings('kairos_decision_duration_seconds');
  const stages = metrics.timings('kairos_decision_stage_duration_seconds');
  const decisions = metrics.counts('kairos_decisions_total');
  const repeats = metrics.counts('kairos_decision_repeats_total');
  const degradations = metrics.counts('kairos_decision_degradations_total');
  const rejections = metrics.counts('kairos_decision_rejections_total');
  const withoutOffer = metrics.counts('kairos_decisions_without_offer_total');
  const lost = metrics.counts('kairos_decision_lost_reservations_total');
  const freshness = metrics.timings('kairos_event_to_read_model_seconds');
  const mutations = metrics.counts('kairos_mutations_total');
  const defaults = metrics.counts('kairos_default_answers_total');
  const unanswered = metrics.counts('kairos_unanswered_calls_total');
  const modelDurations = metrics.timings('kairos_model_duration_seconds');
  const modelOffers = metrics.counts('kairos_model_offers_total');
  const modelFailures = metrics.counts('kairos_model_failures_total');
  const recounts = metrics.counts('kairos_cap_recounts_total');
  const placements = new Set<string>();
  const models = new Set<string>();
  const breakers = new Map<string, BreakerState>();

  function decided({ placementId, context, trail, endedAt, record, isRepeated }: DecisionObservation): void {
    const placement = labelOf(placementId, placements);
    const traceId = context.traceparent === undefined ? undefined : traceIdOf(context.traceparent);
    durations.at(placement).observe((endedAt - trail.startedAt) / 1000, traceId);
    for (const { stage, startedAt, endedAt } of trail.stages) {
      stages.at(placement, stage).observe((endedAt - startedAt) / 1000, traceId);
    }
    for (const { stage, cause, instead } of trail.degradations) {
      degradations.at(placement, stage, cause, instead).value += 1;
    }
    if (isRepeated) {
      repeats.at(placement).value += 1;
      return;
    }
    decisions.at(placement, record?.data.resolution ?? 'FAILED').value += 1;
    if (!record) return;
    const { data } = record;
    for (const reason in data.rejections) rejections.at(placement, reason).value += data.rejections[reason] ?? 0;
    if (data.offers.length === 0) withoutOffer.at(placement, data.cause ?? 'NONE').value += 1;
    if (data.basis.lost.length > 0) lost.at(placement).value += data.basis.lost.length;
  }

  metrics.gauge('kairos_breaker_state', () =>
    Array.from(breakers, ([name, state]) => ({ values: [name], value: stateNumbers[state] })),
  );

  return {
    decided,
    defaulted({ placementIds, degradation }) {
      for (const id of placementIds) defaults.at(labelOf(id, placements), degradation.cause).value += 1;
    },
    unanswered({ cause = 'FAILED' }) {
      unanswered.at(cause).value += 1;
    },
    breaker(name, state) {
      // Placements have breakers, too.
      if (breakers.size < mostOfCatalogue || breakers.has(name)) breakers.set(name, state);
    },
    applied(events, at) {
      for (const { stream, recordedAt, metadata } of events) {
        const category = categoryOf(stream);
        const age = Math.max(0, at - Date.parse(recordedAt)) / 1000;
        const traceId = metadata.traceparent === undefined ? undefined : traceIdOf(metadata.traceparent);
        freshness.at(knownCategories.has(category) ? category : others).observe(age, traceId);
      }
    },
    scored({ model, milliseconds, scored, lastKnown, prior, cause }) {
      const label = labelOf(model, models);
      modelDurations.at(label).observe(milliseconds / 1000);
      for (const [source, offers] of Object.entries({ SERVICE: scored, LAST_KNOWN: lastKnown, PRIOR: prior })) {
        modelOffers.at(label, source).value += offers;
      }
      if (cause !== undefined) modelFailures.at(label, cause).value += 1;
    },
    mutated(field, outcome) {
      mutations.at(field, outcome).value += 1;
    },
    recounted(outcome) {
      recounts.at(outcome).value += 1;
    },
  };
}
