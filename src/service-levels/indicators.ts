// What the engine tells of its work, as events of the indicators.
import type { CapEvent } from '../aggregates/cap/events.ts';
import type { DecisionObservation, Observations } from '../application/observations.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { createLastUsed } from '../last-used.ts';
import { type ContactList, type ContactWindow, collisionOf, noteContact } from './contacts-of-calls.ts';
import type { ServiceLevels } from './service-levels.ts';

export interface IndicatorOptions {
  readonly serviceLevels: Pick<ServiceLevels, 'record'>;
  /** The cooling window of a placement; undefined: it has none, or it is not known. */
  readonly coolingWindowOf: (placementId: string) => ContactWindow | undefined;
  readonly now?: () => number;
}

/** Customers whose last contacts are remembered. */
const customersRemembered = 20_000;
/** Longer than that ago, a contact is forgotten, whatever the cooling window, in milliseconds. */
const rememberedMs = 30 * 86_400_000;

export function observeIndicators(options: IndicatorOptions): Observations {
  const { serviceLevels, coolingWindowOf, now = () => performance.now() } = options;
  const customers = createLastUsed<ContactList>(customersRemembered);

  function noteCollision(event: RecordedEvent & CapEvent, at: number): void {
    const change = noteContact(customers, event, Date.parse(event.metadata.at), rememberedMs);
    if (change?.kind !== 'BEGUN') return;
    const window = coolingWindowOf(change.contact.placementId);
    // Without a window nothing can collide; such contacts would only hide those that can.
    if (window) serviceLevels.record('collision', collisionOf(change.contact, change.others, window) ? 1 : 0, at);
  }

  return {
    decided({ trail, endedAt, record, isRepeated }: DecisionObservation) {
      if (!record) return;
      serviceLevels.record('answered', 0, endedAt);
      serviceLevels.record('decision', endedAt - trail.startedAt, endedAt);
      if (isRepeated) return;
      const isWhole = trail.degradations.length === 0 && record.data.resolution !== 'STALE';
      serviceLevels.record('whole', isWhole ? 0 : 1, endedAt);
    },
    defaulted({ placementIds }) {
      const at = now();
      for (let count = 0; count < placementIds.length; count++) {
        serviceLevels.record('answered', 0, at);
        serviceLevels.record('whole', 1, at);
      }
    },
    unanswered({ placements }) {
      const at = now();
      for (let count = 0; count < placements; count++) serviceLevels.record('answered', 1, at);
    },
    recounted(outcome) {
      serviceLevels.record('caps', outcome === 'TOO_FEW' ? 1 : 0, now());
    },
    applied(events, readableAt) {
      const at = now();
      for (const event of events) {
        // The clocks of the log and of this process may differ: nothing is readable before it is written.
        const age = Math.max(0, readableAt - Date.parse(event.recordedAt));
        serviceLevels.record('freshness', age, at);
        if (event.type === 'SignalObserved') serviceLevels.record('features', age, at);
        else if (isOfContacts(event)) noteCollision(event, at);
      }
    },
  };
}

function isOfContacts(event: RecordedEvent): event is RecordedEvent & CapEvent {
  return event.type === 'CapReserved' || event.type === 'CapConfirmed' || event.type === 'CapReleased';
}
