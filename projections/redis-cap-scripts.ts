// The scripts of the caps of a customer. What the gate asks is among the serving ones, what the log brings among the projecting ones.
import { readLua } from '../src/redis/guarded-scripts.ts';

const lua = (name: string) => readLua(new URL(`./lua/${name}.lua`, import.meta.url));
/** In front of those that read or change contacts. */
const lists = lua('contact-lists');

export const capServingScripts = {
  reserveOffers: lists + lua('reserve-offers'),
  withdrawReservations: lists + lua('withdraw-reservations'),
  claimExpired: lua('claim-expired'),
};

export const capProjectingScripts = {
  applyCapEvents: lists + lua('apply-cap-events'),
  noteExpiries: lua('note-expiries'),
};

export type CapServingScript = keyof typeof capServingScripts;
export type CapProjectingScript = keyof typeof capProjectingScripts;
