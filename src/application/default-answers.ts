// Default answers: what a placement shows to anybody, for when nobody can be decided for. No decision of a customer, and nothing counts it.
import { createHash } from 'node:crypto';
import { placements } from '../../projections/placements.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import type { DecidedOffer } from '../aggregates/decision/events.ts';
import { instantOf } from '../aggregates/values.ts';
import type { PublishedOffer, PublishedPlacement } from '../decisioning/catalogue.ts';
import { type Catalogue, placementOf } from '../decisioning/compiled-catalogue.ts';
import { decide } from '../decisioning/decide.ts';
import type { ContactFacts, DecisionRequest } from '../decisioning/decision-request.ts';
import { unknownCustomer } from '../decisioning/facts.ts';
import { lastMomentOf } from '../decisioning/last-moment.ts';
import { fillSlots, type Selection } from '../decisioning/selection.ts';
import { StoreUnavailable } from '../event-store/event-store.ts';
import type { CatalogueNow } from './catalogue-now.ts';
import { decidedOffer, expiryOf } from './decided-offer.ts';
import { settledWithin } from './time-budget.ts';

export interface DefaultAnswer {
  readonly id: string;
  readonly placement: PublishedPlacement;
  /** In the order of their slots. */
  readonly offers: DecidedOffer[];
  /** The same as they are published, by id. */
  readonly published: ReadonlyMap<string, PublishedOffer>;
  /** Why there are none; absent when there are. */
  readonly cause?: Selection['cause'];
  readonly rejections: Selection['counts'];
  /** Position of the last catalogue event in it. */
  readonly catalogue: string;
  /** ISO: when it was made, and until when what was answered with it may be presented. */
  readonly decidedAt: string;
  readonly expiresAt: string;
  /** Epoch milliseconds: from when to when it may be given. */
  readonly from: number;
  readonly until: number;
  /** The first end of its offers, epoch milliseconds; `Infinity` where none ends. */
  readonly endsAt: number;
}

export interface DefaultAnswers {
  /**
   * The default answer of a placement at an instant, epoch milliseconds; undefined: it has none. It is made anew once a second, and when
   * the catalogue has changed; while that cannot be had, from the last one.
   * @throws StoreUnavailable when no catalogue could be had so far.
   */
  of(placementId: string, at: number): Promise<DefaultAnswer | undefined>;
  /** Whether `of` would give these again for their placements, with nothing to be made or looked up for it. */
  areCurrent(answers: readonly DefaultAnswer[], at: number): boolean;
}

/** No other id of Kairos has a tilde. */
const mark = '_~';

/** Whether an id is that of a default answer: no decision has it. */
export function isOfDefaultAnswer(decisionId: string): boolean {
  return decisionId.startsWith('default_') && decisionId.includes(mark);
}

/** Milliseconds for which an answer, and a look at whether the catalogue is as it was, hold. */
const freshMs = 1000;
/** For a catalogue that is just being compiled, milliseconds. */
const patienceMs = 20;

export function createDefaultAnswers(parts: {
  readonly catalogue: CatalogueNow;
  readonly readModels: Pick<ReadModels, 'read'>;
  readonly onError: (error: unknown) => void;
}): DefaultAnswers {
  let newest: Catalogue | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  const made = new Map<string, DefaultAnswer>();

  function use(catalogue: Catalogue): void {
    if (catalogue === newest || (newest && catalogue.position < newest.position)) return;
    newest = catalogue;
    made.clear();
  }

  /** While the read models are away, what was paused since is known from the log. */
  async function look(): Promise<void> {
    try {
      await parts.readModels.read(placements, '');
      use(await parts.catalogue.current());
    } catch (error) {
      if (!(error instanceof ReadSideUnavailable)) throw error;
      use(await parts.catalogue.logged());
    }
  }

  /** What cannot be had now is had later. */
  function report(error: unknown): void {
    if (!(error instanceof StoreUnavailable || error instanceof ReadSideUnavailable)) parts.onError(error);
  }

  async function newestCatalogue(): Promise<Catalogue> {
    if (!looking && performance.now() - lookedAt >= freshMs) {
      looking = look()
        .catch(report)
        .finally(() => {
          lookedAt = performance.now();
          looking = undefined;
        });
    }
    const current = parts.catalogue.current();
    if (!(current instanceof Promise)) use(current);
    else await settledWithin(current.then(use, report), patienceMs);
    // Whoever comes first after a while is not shown what was paused meanwhile, as far as that is known so soon.
    if (looking && performance.now() - lookedAt >= 2 * freshMs) await settledWithin(looking, patienceMs);
    if (!newest) await looking;
    if (!newest) throw new StoreUnavailable('no catalogue could be had yet');
    return newest;
  }

  function madeFor(placementId: string, at: number): DefaultAnswer | undefined {
    const answer = made.get(placementId);
    return answer && answer.from <= at && at < answer.until ? answer : undefined;
  }

  return {
    areCurrent(answers, at) {
      if (performance.now() - lookedAt >= freshMs) return false;
      const current = parts.catalogue.current();
      if (current instanceof Promise) {
        current.catch(report);
        return false;
      }
      use(current);
      return answers.every((answer) => madeFor(answer.placement.placementId, at) === answer);
    },
    async of(placementId, at) {
      const catalogue = await newestCatalogue();
      const known = madeFor(placementId, at);
      if (known) return known;
      const placement = placementOf(catalogue, placementId);
      if (placement?.terms.defaultAnswer !== 'ON' || placement.retired) return undefined;
      const answer = defaultAnswer(catalogue, placement, at);
      made.set(placementId, answer);
      return answer;
    },
  };
}

/** What would be decided for somebody of whom nothing is known, neither who it is nor what was shown before. */
function defaultAnswer(catalogue: Catalogue, placement: PublishedPlacement, at: number): DefaultAnswer {
  const { placementId } = placement;
  const { position } = catalogue;
  const forNobody = catalogue.with({ offers: [], placements: [asForNobody(placement)], withdrawn: [], position });
  const moment = { at, context: {}, seed: '', callId: '', taken: [], isBlind: false };
  // Nobody counts it: nothing under a cap is in it.
  const request: DecisionRequest = { placementId, ...moment, unrecordable: 'ALL' };
  const nobody = unknownCustomer('nobody');
  const verdict = decide(forNobody, request, nobody, contactsOfNobody(at));
  const selection = fillSlots(verdict, request, new Set());
  const chosen = selection.chosen.map(({ candidate: { offer } }) => offer);
  const endsAt = Math.min(...chosen.map((offer) => lastMomentOf(offer, nobody, placement.terms.channel) + 1));
  return {
    id: `default_${placementId}${mark}${fingerprintOf(placement, chosen)}`,
    placement,
    offers: selection.chosen.map(decidedOffer),
    published: new Map(chosen.map((offer) => [offer.offerId, offer])),
    ...(selection.cause && { cause: selection.cause }),
    rejections: selection.counts,
    catalogue: position,
    decidedAt: instantOf(at),
    expiresAt: instantOf(expiryOf(selection, nobody, at)),
    from: at,
    until: Math.min(at + freshMs, endsAt),
    endsAt,
  };
}

/** Somewhere it is always a quiet hour, and nobody learns from an exploration that nobody counts. */
function asForNobody(placement: PublishedPlacement): PublishedPlacement {
  const { quietHours, ...terms } = placement.terms;
  const quiet = quietHours && { quietHours: { from: '00:00', to: '24:00' } };
  return { ...placement, terms: { ...terms, ...quiet, explorationShare: 0 } };
}

/** As if somebody had been contacted just now: a placement that keeps silent after a contact does so. Caps are not asked. */
function contactsOfNobody(at: number): ContactFacts {
  return { usageOf: () => ({ used: 0 }), lastContactAt: () => at };
}

/** Equal as long as the same offers are in the same slots. */
function fingerprintOf({ revision }: PublishedPlacement, offers: readonly PublishedOffer[]): string {
  const shown = JSON.stringify([revision, ...offers.map((offer) => [offer.offerId, offer.revision])]);
  return createHash('sha256').update(shown).digest('hex').slice(0, 12);
}
