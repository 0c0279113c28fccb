// Counts the caps of a customer again from the log, of another one every now and then: the gate must not count less than the log says.
import { setTimeout as delay } from 'node:timers/promises';
import type { CapGate } from '../../projections/cap-gate.ts';
import { createFirstFailure } from '../../projections/first-failure.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import type { CapEvent } from '../aggregates/cap/events.ts';
import { type BoundCap, windowStart } from '../decisioning/caps.ts';
import { type Catalogue, placementOf } from '../decisioning/compiled-catalogue.ts';
import { capsBetween } from '../decisioning/compiled-placement.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { monthsUpTo, startOfMonth } from './entries-from-log.ts';
import type { Kairos } from './kairos.ts';
import type { Observations, RecountOutcome } from './observations.ts';

export interface CapRecounts {
  /** Tells of customers who have just been contacted: among them are those who are counted. */
  readonly noting: Pick<Required<Observations>, 'applied'>;
  start(kairos: Counted): void;
  stop(): Promise<void>;
}

type Counted = Pick<Kairos, 'store' | 'gate' | 'catalogue' | 'following' | 'clock' | 'observations'>;
type Reserved = Extract<CapEvent, { type: 'CapReserved' }>['data'];

export interface CapRecountsOptions {
  /** Milliseconds between two customers. */
  readonly everyMs: number;
  /** An empty gate in this process, to count in. */
  readonly emptyGate: () => CapGate;
  /** Told of a gate that counts less than the log, without a word about the customer; and of what goes wrong. */
  readonly onError: (error: unknown) => void;
}

/** Of one customer: the caps that the gate has more, and less, used than they are by the log; of those the figures, too. */
interface Difference {
  readonly tooMany: readonly string[];
  readonly tooFew: readonly string[];
}

/** How long it is waited for the gate to have heard of what is in the log, in milliseconds. */
const patienceMs = 5000;

/** A decision that is being recorded holds its place before the log has it: after so many milliseconds a difference is believed. */
const longestRecord = 2000;

export function createCapRecounts({ everyMs, emptyGate, onError }: CapRecountsOptions): CapRecounts {
  const stopping = new AbortController();
  const telling = createFirstFailure(onError);
  const pause = (milliseconds: number) =>
    delay(milliseconds, undefined, { ref: false, signal: stopping.signal }).catch(() => {});
  /** The first one since the last look. */
  let next: Reserved | undefined;
  let running: Promise<void> | undefined;

  async function look(kairos: Counted): Promise<void> {
    const contact = next;
    next = undefined;
    if (!contact) return;
    let difference = await differenceOf(kairos, contact, emptyGate());
    if (difference && difference.tooFew.length + difference.tooMany.length > 0) {
      await pause(Math.min(everyMs, longestRecord));
      if (stopping.signal.aborted) return;
      difference = await differenceOf(kairos, contact, emptyGate());
    }
    if (!difference) return;
    const { tooFew, tooMany } = difference;
    const outcome: RecountOutcome = tooFew.length > 0 ? 'TOO_FEW' : tooMany.length > 0 ? 'TOO_MANY' : 'SAME';
    kairos.observations.recounted(outcome);
    if (outcome === 'TOO_FEW') {
      onError(new Error(`the gate counts less under caps of a customer than the log has: ${tooFew.join('; ')}`));
    }
  }

  async function keepLooking(kairos: Counted): Promise<void> {
    while (!stopping.signal.aborted) {
      await telling(() => look(kairos));
      await pause(everyMs);
    }
  }

  return {
    noting: {
      applied(events) {
        if (next) return;
        next = events.findLast(isReservation)?.data;
      },
    },
    start(kairos) {
      running = keepLooking(kairos);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Undefined: the log went on meanwhile, or the gate cannot be asked. */
async function differenceOf(kairos: Counted, contact: Reserved, counted: CapGate): Promise<Difference | undefined> {
  const { store, gate, catalogue, following, clock } = kairos;
  const { customerId, timeZone } = contact;
  const now = clock.now();
  if (now === undefined) return undefined;
  const months = monthsUpTo(now);
  const streams = months.map((month) => `cap-${customerId}_${month}`);
  const read = async () => {
    const events = (await Promise.all(streams.map((stream) => store.readStream(stream)))).flat();
    return events.toSorted((one, other) => (one.position < other.position ? -1 : 1));
  };
  const events = await read();
  const last = events.at(-1);
  if (!last || !(await following.waitForCustomers(last.position, patienceMs))) return undefined;
  const caps = capsOf(await catalogue.current(), contact, events.filter(isReservation));
  await counted.apply(events);
  const at = Date.parse(now);
  const usedIn = async (each: CapGate) => {
    const { usageOf } = (await each.look(customerId, at, () => []))(timeZone);
    return caps.map((cap) => usageOf(cap).used);
  };
  try {
    const [inGate, inLog] = [await usedIn(gate), await usedIn(counted)];
    if ((await read()).length !== events.length) return undefined;
    const readFrom = startOfMonth(months[0] ?? '');
    const tooMany: string[] = [];
    const tooFew: string[] = [];
    for (const [index, { rule, key }] of caps.entries()) {
      const [found, expected] = [inGate[index] ?? 0, inLog[index] ?? 0];
      if (found < expected) tooFew.push(`${rule.name}: ${found} of ${expected} in ${key}`);
      // What was before those months the gate knows, too.
      else if (found > expected && windowStart(rule, at, timeZone) >= readFrom) tooMany.push(rule.name);
    }
    return { tooMany, tooFew };
  } catch (error) {
    if (error instanceof ReadSideUnavailable) return undefined;
    throw error;
  }
}

/** The customer's own caps of the offers that were put to them, in the placement of the contact, as they are now. */
function capsOf(
  catalogue: Catalogue,
  { placementId }: Reserved,
  reservations: readonly (RecordedEvent & { readonly data: Reserved })[],
): BoundCap[] {
  const placement = placementOf(catalogue, placementId);
  const caps = new Map<string, BoundCap>();
  for (const offerId of new Set(reservations.flatMap(({ data }) => data.offers.map((offer) => offer.offerId)))) {
    const offer = catalogue.offers.get(offerId);
    if (!offer || !placement) continue;
    for (const cap of capsBetween(offer, placement)) if (cap.rule.subject === 'CUSTOMER') caps.set(cap.key, cap);
  }
  return [...caps.values()];
}

function isReservation(event: RecordedEvent): event is RecordedEvent & { readonly data: Reserved } {
  return event.type === 'CapReserved';
}
